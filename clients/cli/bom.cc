// qiangji bom assess
#include <google/protobuf/message.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/bom_file.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/coverage_stream.h"
#include "clients/cli/figures.h"
#include "clients/cli/number_format.h"
#include "clients/cli/words.h"

namespace qiangji::cli {
namespace {

using coverage::v1::AssessBomRequest;
using coverage::v1::AssessBomResponse;
using coverage::v1::BomAssessmentRow;
using coverage::v1::BomTest;

constexpr ColumnSpec kItem = {"item_id"};
constexpr ColumnSpec kColumns[] = {
    {"line"},
    kItem,
    {"match", Format::kText, 8},
    {"match_score", Format::kShare, 9},
    {"cost_share", Format::kShare},
    {"assured_share", Format::kShare, 4},
    {"assured_content_lower", Format::kShare, 2},
    {"assured_content_upper", Format::kShare, 5},
    {"dependence_country"},
    {"dependence_share", Format::kShare, 1},
    {"direct_home", Format::kBool},
    {"verdict"},
    {"reason", Format::kText, 3},
    {"alternatives", Format::kText, 9},
};

constexpr Text kFileOrItem = {"请给出物料清单文件，或用 --item 指定登记的条目",
                              "give a file, or a registered item with --item"};
constexpr Text kNoMapping = {
    "--mapping：本版本尚未包含（not in this build）；请在 item_id 列给出条目",
    "--mapping: not in this build; give items in the column item_id"};
constexpr Text kBadCost = {
    "--product-cost：“$0” 不可用；应为大于 0 的金额（元）",
    "--product-cost: '$0' is not accepted; an amount in "
    "yuan above 0 is"};
constexpr Text kOfLines = {"成本占比以各行合计为分母：未给出产品成本",
                           "cost shares are of the lines' sum: no cost of the "
                           "product is given"};
constexpr Text kTest = {"$0：$1", "$0: $1"};
constexpr Text kContent = {"含量 $0", "content $0"};
constexpr Text kRatio = {"标准 $0（$1）", "ratio $0 ($1)"};
constexpr Text kLocated = {"国产化含量 $0", "located content $0"};

absl::Status Fill(const Invocation& invocation, AssessBomRequest* request) {
  const Lang lang = invocation.lang();
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request->mutable_options()));
  request->set_item_id(invocation.Get("--item").value_or(""));
  if (invocation.positionals.empty() && request->item_id().empty()) {
    return UsageError(Say(lang, kFileOrItem));
  }
  if (invocation.Has("--mapping")) {
    return absl::UnimplementedError(Say(lang, kNoMapping));
  }
  request->set_policy(invocation.Get("--policy").value_or(""));
  if (const auto text = invocation.Get("--product-cost")) {
    double cost = 0;
    if (!absl::SimpleAtod(*text, &cost) || !(cost > 0)) {
      return UsageError(Say(lang, kBadCost, *text));
    }
    request->set_product_cost_cny(cost);
  }
  if (const auto made = invocation.Get("--made")) {
    request->set_product_home(*made == "home");
  }
  if (invocation.positionals.empty()) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(auto lines, ReadBomFile(invocation.positionals[0], lang));
  for (auto& line : lines) *request->add_lines() = std::move(line);
  return absl::OkStatus();
}

std::string TestText(const BomTest& test, Lang lang) {
  std::vector<std::string> parts;
  if (test.has_content()) {
    std::string content = Percent(test.content());
    if (test.content_upper() > test.content()) {
      absl::StrAppend(&content, "–", Percent(test.content_upper()));
    }
    parts.push_back(Say(lang, kContent, content));
  }
  if (test.has_located_content()) {
    parts.push_back(Say(lang, kLocated, Percent(test.located_content())));
  }
  if (test.has_ratio()) {
    parts.push_back(Say(lang, kRatio, Percent(test.ratio()), test.policy()));
  }
  const auto* verdict = BomTest::descriptor()->FindFieldByName("verdict");
  const TableColumn column = {"verdict", "", Format::kText, 0};
  if (test.verdict() != 0) {
    parts.push_back(
        TableCell(column, RowOf({{verdict->name()}}, test)[0], lang));
  }
  if (!test.reason().empty()) parts.push_back(test.reason());
  return Say(lang, kTest, WordFor("bom_test", test.test(), lang),
             absl::StrJoin(parts, lang == Lang::kZh ? "，" : ", "));
}

// The tests under a table, beside CSV on standard error.
void PrintTests(const Invocation& invocation,
                const AssessBomResponse& response) {
  if (invocation.settings.output == Output::kJson) return;
  std::ostream& to = invocation.settings.output == Output::kTable
                         ? invocation.console.out
                         : invocation.console.err;
  for (const BomTest& test : response.tests()) {
    to << TestText(test, invocation.lang()) << '\n';
  }
  if (response.shares_of_lines()) {
    to << kOfLines.In(invocation.lang()) << '\n';
  }
}

absl::StatusOr<int> Assess(const Invocation& invocation) {
  AssessBomRequest request;
  QJ_RETURN_IF_ERROR(Fill(invocation, &request));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  AssessBomResponse response;
  QJ_RETURN_IF_ERROR(session->CallAt(
      Service::kCoverage, Session::MethodOf<AssessBomRequest>("AssessBom"),
      request, &response, /*limited=*/false));
  Table table = TableOf(kColumns, response.rows(), invocation.lang());
  std::vector<std::string> items;
  for (const BomAssessmentRow& row : response.rows()) {
    items.push_back(row.item_id());
  }
  QJ_RETURN_IF_ERROR(AddItemNames(invocation, *session, kItem, items, table));
  PrintFigures(invocation, response.context(), table, {&response});
  PrintTests(invocation, response);
  return kDone;
}

CommandSpec AssessSpec(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "assess";
  spec.help = say({"评估一份物料清单：三种含量测试及各行的依赖",
                   "assesses a bill of materials: three content tests, and "
                   "what each line hangs on"});
  spec.positionals = {
      {"FILE",
       say({"bom.csv，各行以 item_id 指明条目",
            "bom.csv, whose lines name items in the column item_id"}),
       false}};
  OptionSpec made = {"--made", "home|abroad",
                     say({"产品在何处制造（默认按其条目的供应）",
                          "where the product is made (else by its item)"})};
  made.choices = {"home", "abroad"};
  spec.options = {
      {"--item", "ITEM",
       say({"产品的条目；不给文件时用其登记的投入",
            "the product's item; without a file its registered inputs"})},
      {"--policy", "FILE",
       say({"含量标准：far-25.101（默认）或 cn-domestic-product；自定文件本版"
            "本尚未包含",
            "content rules: far-25.101 (default) or cn-domestic-product; files "
            "are not in this build"})},
      {"--mapping", "FILE",
       say({"料号与条目的对应（本版本尚未包含）",
            "part numbers to items (not in this build)"})},
      {"--product-cost", "CNY",
       say({"产品成本（元，不含税）", "cost of the product in yuan, no VAT"})},
      made};
  spec.computes = true;
  spec.run = Assess;
  return spec;
}

}  // namespace

CommandSpec BomCommand(Lang lang) {
  const Text help = {"物料清单", "bills of materials"};
  CommandSpec spec;
  spec.name = "bom";
  spec.help = std::string(help.In(lang));
  spec.subcommands = {AssessSpec(lang)};
  return spec;
}

}  // namespace qiangji::cli
