#include "clients/cli/figures.h"

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/as_of.h"
#include "clients/cli/columns.h"
#include "clients/cli/reflect.h"
#include "clients/cli/width.h"
#include "qiangji/coverage/v1/figure_context.pb.h"
#include "qiangji/coverage/v1/figure_options.pb.h"
#include "services/base/status_macros.h"
#include "services/base/years.h"

namespace qiangji::cli {
namespace {

using coverage::v1::FigureContext;
using coverage::v1::FigureOptions;

constexpr int kMaxNotes = 10;  // warnings and findings printed in full

constexpr Text kBadYear = {"$0：“$1” 不可用；应为 1949 至 2100 的年份",
                           "$0: '$1' is not accepted; a year from 1949 to "
                           "2100 is"};
constexpr Text kBadCarry = {
    "--carry-forward：“$0” 不可用；应为 0 至 100 的年数",
    "--carry-forward: '$0' is not accepted; 0 to 100 years are"};
constexpr Text kBadThreshold = {
    "--threshold：“$0” 不可用；应大于 0、不大于 1",
    "--threshold: '$0' is not accepted; above 0 and up to 1 is"};
constexpr Text kMark = {
    "【示意数据】以下数字含为演示而编制的记录，不反映实际情况",
    "ILLUSTRATIVE DATA: made up for demonstration; the "
    "figures say nothing about the real world"};
constexpr Text kStale = {"注意：读到的状态落后于最新登记",
                         "note: the state read is behind the newest change"};
constexpr Text kContext = {"$0 年　登记序号 $1（$2）　口径 $3",
                           "year $0, sequence $1 ($2), criteria $3"};
constexpr Text kMore = {"……另有 $0 条", "… and $0 more"};

absl::Status FillNumbers(const Invocation& invocation, FigureOptions* options) {
  const Lang lang = invocation.lang();
  int year = 0;
  QJ_RETURN_IF_ERROR(FillYear(invocation, "--year", &year));
  options->set_year(year);
  if (const auto text = invocation.Get("--carry-forward")) {
    int years = 0;
    if (!absl::SimpleAtoi(*text, &years) || years < 0 || years > 100) {
      return UsageError(Say(lang, kBadCarry, *text));
    }
    options->set_carry_forward_years(years);
  }
  if (const auto text = invocation.Get("--threshold")) {
    double threshold = 0;
    if (!absl::SimpleAtod(*text, &threshold) || !(threshold > 0) ||
        threshold > 1) {
      return UsageError(Say(lang, kBadThreshold, *text));
    }
    options->set_threshold(threshold);
  }
  return absl::OkStatus();
}

std::string TextOf(const google::protobuf::Message& message,
                   absl::string_view field) {
  const Cell cell = FieldCell(message, field);
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? "" : *text;
}

// Warnings and findings have the same shape: code, subject, a text in both
// languages.
template <typename Notes>
void PrintNotes(const Notes& notes, Lang lang, std::ostream& err) {
  int printed = 0;
  for (const auto& note : notes) {
    if (printed++ == kMaxNotes) {
      err << Say(lang, kMore, notes.size() - kMaxNotes) << '\n';
      return;
    }
    err << note.code() << ' ' << Printable(note.subject());
    if (note.year() != 0) err << ' ' << note.year();
    err << ": "
        << Printable(lang == Lang::kZh ? note.text_zh() : note.text_en())
        << '\n';
  }
}

void PrintContext(const FigureContext& context, Lang lang, Console& console) {
  const std::string criteria = context.criteria_version() == 0
                                   ? context.criteria_id()
                                   : absl::StrCat(context.criteria_id(), "@",
                                                  context.criteria_version());
  console.out << Painted(Say(lang, kContext, context.year(), context.read_seq(),
                             TextOf(context, "read_time"), criteria),
                         Colour::kDim, console.out_colour)
              << '\n';
}

}  // namespace

std::string CriteriaName(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '@');
  if (parts.size() != 2) return text;
  return absl::StrCat("criteria/", parts[0], "-", parts[1]);
}

absl::Status FillYear(const Invocation& invocation, const char* option,
                      int* year) {
  const auto text = invocation.Get(option);
  if (!text.has_value()) return absl::OkStatus();
  if (!absl::SimpleAtoi(*text, year) || !IsYear(*year)) {
    return UsageError(Say(invocation.lang(), kBadYear, option, *text));
  }
  return absl::OkStatus();
}

absl::Status FillOptions(const Invocation& invocation, FigureOptions* options) {
  QJ_RETURN_IF_ERROR(FillNumbers(invocation, options));
  QJ_RETURN_IF_ERROR(SetAsOf(invocation, options));
  if (const auto text = invocation.Get("--criteria")) {
    options->set_criteria(CriteriaName(*text));
  }
  if (const auto text = invocation.Get("--edition")) {
    options->set_edition(*text);
  }
  if (const auto text = invocation.Get("--min-evidence")) {
    const auto* field =
        options->GetDescriptor()->FindFieldByName("min_evidence");
    QJ_RETURN_IF_ERROR(SetField(*field, *text, invocation.lang(), options));
  }
  options->set_language(invocation.lang() == Lang::kZh ? type::v1::LANGUAGE_ZH
                                                       : type::v1::LANGUAGE_EN);
  return absl::OkStatus();
}

std::string IllustrativeMark(Lang lang) { return std::string(kMark.In(lang)); }

void PrintHeading(const Invocation& invocation, const FigureContext& context) {
  Console& console = invocation.console;
  const Lang lang = invocation.lang();
  const bool above = invocation.settings.output == Output::kTable;
  if (context.contains_illustrative()) {
    std::ostream& to = above ? console.out : console.err;
    to << Painted(IllustrativeMark(lang), Colour::kYellow,
                  above ? console.out_colour : console.err_colour)
       << '\n';
  }
  if (above) PrintContext(context, lang, console);
}

void PrintRemarks(const Invocation& invocation, const FigureContext& context) {
  std::ostream& err = invocation.console.err;
  const Lang lang = invocation.lang();
  if (context.stale()) err << kStale.In(lang) << '\n';
  PrintNotes(context.findings(), lang, err);
  PrintNotes(context.warnings(), lang, err);
}

void PrintFigures(const Invocation& invocation, const FigureContext& context,
                  const Table& table,
                  absl::Span<const google::protobuf::Message* const> responses,
                  bool stream) {
  Console& console = invocation.console;
  const Lang lang = invocation.lang();
  const Output output = invocation.settings.output;
  if (output == Output::kJson) {
    if (!stream) {
      console.out << CanonicalJson(*responses[0]);
      return;
    }
    absl::string_view separator = "[\n";
    for (const google::protobuf::Message* response : responses) {
      console.out << separator << CanonicalJson(*response);
      separator = ",\n";
    }
    console.out << (responses.empty() ? "[]\n" : "]\n");
    return;
  }
  PrintHeading(invocation, context);
  if (output == Output::kTable) {
    PrintTable(table, lang, console);
  } else {
    PrintCsv(table, console.out);
  }
  PrintRemarks(invocation, context);
}

}  // namespace qiangji::cli
