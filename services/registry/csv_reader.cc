#include "services/registry/csv_reader.h"

#include <csv.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/base/status_macros.h"

namespace qiangji::registry {
namespace {

constexpr std::size_t kMaxRowBytes = 1 << 20;
constexpr std::size_t kMaxCells = 256;
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Where the first line that is not blank ends, line ends in quotes aside; npos
// where it has not come yet.
std::size_t HeaderEnd(absl::string_view text) {
  bool quoted = false;
  bool blank = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool line_end = text[i] == '\n' || text[i] == '\r';
    if (text[i] == '"') quoted = !quoted;
    if (line_end && !quoted && !blank) return i;
    if (!line_end) blank = false;
  }
  return absl::string_view::npos;
}

char DelimiterOf(absl::string_view line) {
  constexpr absl::string_view kDelimiters = ",;\t";
  std::size_t counts[3] = {0, 0, 0};
  bool quoted = false;
  for (char c : line) {
    if (c == '"') quoted = !quoted;
    const std::size_t which = kDelimiters.find(c);
    if (!quoted && which != absl::string_view::npos) ++counts[which];
  }
  return kDelimiters[static_cast<std::size_t>(
      std::max_element(counts, counts + 3) - counts)];
}

}  // namespace

class CsvReader::Impl {
 public:
  explicit Impl(RowVisitor visit) : visit_(std::move(visit)) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    // Tabs may delimit, and spaces are trimmed by NormalizeText.
    csv_set_space_func(&parser_, [](unsigned char) { return 0; });
  }
  ~Impl() { csv_free(&parser_); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  absl::Status Feed(absl::string_view bytes) {
    if (started_) return Lines(bytes);
    // The header says what the delimiter is.
    head_.append(bytes.data(), bytes.size());
    if (HeaderEnd(HeadText()) == absl::string_view::npos) {
      return head_.size() > kMaxRowBytes ? TooLong() : absl::OkStatus();
    }
    return Start();
  }

  absl::Status Finish() {
    if (!started_) QJ_RETURN_IF_ERROR(Start());
    if (csv_fini(&parser_, &OnCell, &OnRow, this) != 0) {
      return absl::InvalidArgumentError(
          "a quote is not closed; accepted: \"…\" with inner quotes doubled");
    }
    return status_;
  }

  std::int64_t line() const { return row_line_; }

 private:
  absl::Status Start() {
    started_ = true;
    const absl::string_view text = HeadText();
    csv_set_delim(&parser_, static_cast<unsigned char>(
                                DelimiterOf(text.substr(0, HeaderEnd(text)))));
    QJ_RETURN_IF_ERROR(Lines(text));
    head_.clear();
    return absl::OkStatus();
  }

  absl::string_view HeadText() const {
    absl::string_view text = head_;
    absl::ConsumePrefix(&text, kByteOrderMark);
    return text;
  }

  // Line by line, as libcsv counts none.
  absl::Status Lines(absl::string_view bytes) {
    if (!bytes.empty() && after_cr_ && bytes.front() == '\n') {
      QJ_RETURN_IF_ERROR(Parse(bytes.substr(0, 1)));
      bytes.remove_prefix(1);
    }
    if (!bytes.empty()) after_cr_ = false;
    while (!bytes.empty()) {
      const std::size_t end = bytes.find_first_of("\r\n");
      if (end == absl::string_view::npos) return Parse(bytes);
      std::size_t length = end + 1;
      if (bytes[end] == '\r') {
        if (length == bytes.size()) {
          after_cr_ = true;
        } else if (bytes[length] == '\n') {
          ++length;
        }
      }
      QJ_RETURN_IF_ERROR(Parse(bytes.substr(0, length)));
      ++line_;
      bytes.remove_prefix(length);
    }
    return absl::OkStatus();
  }

  absl::Status Parse(absl::string_view part) {
    if (!in_row_) {
      row_line_ = line_;
      if (part.find_first_not_of("\r\n") == absl::string_view::npos) {
        return absl::OkStatus();  // blank
      }
      in_row_ = true;
      row_bytes_ = 0;
    }
    row_bytes_ += part.size();
    if (row_bytes_ > kMaxRowBytes) return TooLong();
    const std::size_t done =
        csv_parse(&parser_, part.data(), part.size(), &OnCell, &OnRow, this);
    QJ_RETURN_IF_ERROR(status_);
    if (done != part.size()) {
      return absl::InvalidArgumentError(
          "a quote stands inside a cell; accepted: \"…\" around the whole "
          "cell, with inner quotes doubled");
    }
    return absl::OkStatus();
  }

  static absl::Status TooLong() {
    return absl::InvalidArgumentError(absl::StrCat(
        "the row is longer than ", kMaxRowBytes,
        " bytes (is a quote not closed?); accepted: shorter rows"));
  }

  static void OnCell(void* text, std::size_t size, void* self) {
    auto* reader = static_cast<Impl*>(self);
    if (reader->cells_.size() >= kMaxCells) {
      reader->status_ = absl::InvalidArgumentError(
          absl::StrCat("the row has more than ", kMaxCells,
                       " cells; accepted: the columns of the table"));
      return;
    }
    reader->cells_.emplace_back(static_cast<const char*>(text), size);
  }
  static void OnRow(int, void* self) {
    auto* reader = static_cast<Impl*>(self);
    reader->in_row_ = false;
    if (reader->status_.ok()) {
      reader->status_ = reader->visit_(reader->row_line_, reader->cells_);
    }
    reader->cells_.clear();
  }

  RowVisitor visit_;
  csv_parser parser_;
  std::string head_;
  bool started_ = false;
  bool after_cr_ = false;
  bool in_row_ = false;
  std::int64_t line_ = 1;
  std::int64_t row_line_ = 1;
  std::size_t row_bytes_ = 0;
  std::vector<std::string> cells_;
  absl::Status status_;
};

CsvReader::CsvReader(RowVisitor visit)
    : impl_(std::make_unique<Impl>(std::move(visit))) {}
CsvReader::~CsvReader() = default;
absl::Status CsvReader::Feed(absl::string_view bytes) {
  return impl_->Feed(bytes);
}
absl::Status CsvReader::Finish() { return impl_->Finish(); }
std::int64_t CsvReader::line() const { return impl_->line(); }

void AppendCsvCell(absl::string_view cell, std::string& out) {
  const bool plain = std::none_of(cell.begin(), cell.end(), [](char c) {
    return c == ',' || c == '"' || c == '\r' || c == '\n';
  });
  if (plain) {
    out.append(cell.data(), cell.size());
    return;
  }
  out.push_back('"');
  for (char c : cell) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace qiangji::registry
