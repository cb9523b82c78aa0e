#include "clients/cli/bom_file.h"

#include <csv.h>
#include <google/protobuf/message.h>

#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/cli/reflect.h"
#include "services/base/countries.h"
#include "services/base/glossary.h"

namespace qiangji::cli {
namespace {

using registry::v1::BomLine;

constexpr std::size_t kMostErrors = 100;  // FORMATS, --max-errors
constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

constexpr Text kUnreadable = {"$0：无法读取", "$0: cannot be read"};
constexpr Text kEmpty = {"$0：没有表头", "$0: there is no header row"};
constexpr Text kUnknownColumn = {"$0:1: $1：没有这一列；可用：$2",
                                 "$0:1: $1: no such column; accepted: $2"};
constexpr Text kTwice = {"$0:1: $1：重复的列", "$0:1: $1: stated twice"};
constexpr Text kMissing = {"$0:1: $1：缺少这一列",
                           "$0:1: $1: the column is missing"};
constexpr Text kBadCell = {"$0:$1: $2：“$3” 不可用；$4",
                           "$0:$1: $2: '$3' is not accepted; $4"};
constexpr Text kNotCsv = {"$0:$1: 不是合法的 CSV（$2）",
                          "$0:$1: is not CSV ($2)"};
constexpr Text kTooMany = {"$0:$1: 单元格多于表头",
                           "$0:$1: more cells than the header has"};
constexpr Text kCountry = {"应为 ISO 3166-1 代码、XXF 或 ZZZ",
                           "ISO 3166-1 codes, XXF and ZZZ are"};
constexpr Text kNotNegative = {"应为不小于 0 的数", "numbers from 0 on are"};
constexpr Text kAtLeastOne = {"应为 1 以上的整数",
                              "whole numbers from 1 on "
                              "are"};
constexpr Text kRequired = {"不能为空", "it must be stated"};

// Columns of FORMATS, and the field of the API that takes each.
struct Column {
  const char* name;
  const char* field;
};
constexpr Column kColumns[] = {
    {"line", "line"},
    {"item_id", "item_id"},
    {"part_number", "part_number"},
    {"name", "title"},
    {"standard", "standard"},
    {"hs_code", "hs_code"},
    {"quantity", "quantity"},
    {"unit", "unit"},
    {"unit_price", "unit_price"},
    {"currency", "currency"},
    {"supplier_id", "supplier_id"},
    {"origin_country", "origin_country"},
    {"level", "level"},
};

const Column* FindColumn(const std::string& header) {
  for (const Column& column : kColumns) {
    if (header == column.name) return &column;
    const GlossaryTerm* term = FindInputTerm(column.name);
    if (term != nullptr && (header == term->zh || header == term->en)) {
      return &column;
    }
  }
  return nullptr;
}

// One file from its header to its last line.
class BomReader {
 public:
  BomReader(absl::string_view path, Lang lang) : path_(path), lang_(lang) {}

  absl::StatusOr<std::vector<BomLine>> Read(absl::string_view text) {
    absl::ConsumePrefix(&text, kByteOrderMark);
    csv_parser parser;
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    const std::size_t read =
        csv_parse(&parser, text.data(), text.size(), OnField, OnRow, this);
    const bool ended =
        read == text.size() && csv_fini(&parser, OnField, OnRow, this) == 0;
    if (!ended) {
      Complain(Say(lang_, kNotCsv, path_, line_ + 1,
                   csv_strerror(csv_error(&parser))));
    }
    csv_free(&parser);
    if (columns_.empty() && errors_.empty()) {
      Complain(Say(lang_, kEmpty, path_));
    }
    if (!errors_.empty()) {
      return absl::InvalidArgumentError(absl::StrJoin(errors_, "\n"));
    }
    return std::move(lines_);
  }

 private:
  static void OnField(void* data, std::size_t size, void* self) {
    static_cast<BomReader*>(self)->cells_.emplace_back(
        static_cast<const char*>(data), size);
  }
  static void OnRow(int, void* self) { static_cast<BomReader*>(self)->Row(); }

  void Row() {
    std::vector<std::string> cells;
    cells.swap(cells_);
    ++line_;
    for (std::string& cell : cells) absl::StripAsciiWhitespace(&cell);
    if (line_ == 1) {
      Header(cells);
    } else if (!columns_.empty()) {
      Line(cells);
    }
  }

  void Header(const std::vector<std::string>& cells) {
    std::set<std::string> seen;
    for (const std::string& cell : cells) {
      const Column* column = FindColumn(cell);
      if (column == nullptr) {
        const std::string accepted =
            absl::StrJoin(kColumns, " ", [](std::string* out, const Column& c) {
              absl::StrAppend(out, c.name);
            });
        Complain(Say(lang_, kUnknownColumn, path_, cell, accepted));
      } else if (!seen.insert(column->name).second) {
        Complain(Say(lang_, kTwice, path_, column->name));
      }
      columns_.push_back(column);
    }
    for (const char* required : {"line", "quantity"}) {
      if (!seen.contains(required)) {
        Complain(Say(lang_, kMissing, path_, required));
      }
    }
    if (!errors_.empty()) columns_.clear();
  }

  void Line(const std::vector<std::string>& cells) {
    if (cells.size() > columns_.size()) {
      Complain(Say(lang_, kTooMany, path_, line_));
      return;
    }
    BomLine line;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      Cell(*columns_[c], c < cells.size() ? cells[c] : "", line);
    }
    lines_.push_back(std::move(line));
  }

  void Cell(const Column& column, const std::string& text, BomLine& line) {
    const std::string name = column.name;
    if (text.empty()) {
      if (name == "line" || name == "quantity") {
        Complain(column, text, kRequired);
      }
      return;
    }
    std::string value = text;
    if (name == "origin_country") {
      const Territory* territory = FindCountry(text);
      if (territory == nullptr) return Complain(column, text, kCountry);
      value = std::string(territory->alpha3);
    }
    const auto& field = *BomLine::descriptor()->FindFieldByName(column.field);
    const bool set = SetField(field, value, lang_, &line).ok();
    if ((name == "line" && (!set || line.line() < 1)) ||
        (name == "level" && (!set || line.level() < 1))) {
      Complain(column, text, kAtLeastOne);
    } else if ((name == "quantity" && (!set || !(line.quantity() >= 0))) ||
               (name == "unit_price" && (!set || !(line.unit_price() >= 0)))) {
      Complain(column, text, kNotNegative);
    }
  }

  void Complain(std::string what) {
    if (errors_.size() < kMostErrors) errors_.push_back(std::move(what));
  }
  void Complain(const Column& column, const std::string& text,
                const Text& accepted) {
    Complain(Say(lang_, kBadCell, path_, line_, column.name, text,
                 accepted.In(lang_)));
  }

  const absl::string_view path_;
  const Lang lang_;
  int line_ = 0;  // of the file; cells with line feeds count as one
  std::vector<std::string> cells_;
  std::vector<const Column*> columns_;
  std::vector<BomLine> lines_;
  std::vector<std::string> errors_;
};

}  // namespace

absl::StatusOr<std::vector<BomLine>> ParseBom(absl::string_view text,
                                              absl::string_view path,
                                              Lang lang) {
  return BomReader(path, lang).Read(text);
}

absl::StatusOr<std::vector<BomLine>> ReadBomFile(const std::string& path,
                                                 Lang lang) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return absl::NotFoundError(Say(lang, kUnreadable, path));
  }
  return ParseBom(text.str(), path, lang);
}

}  // namespace qiangji::cli
