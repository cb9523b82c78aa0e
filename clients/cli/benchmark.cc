// qiangji test benchmark
#include <google/protobuf/message.h>

#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/session.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using coverage::v1::BenchmarkedProperty;
using coverage::v1::BenchmarkRow;
using coverage::v1::ComputeBenchmarkRequest;
using coverage::v1::ComputeBenchmarkResponse;

constexpr ColumnSpec kColumns[] = {
    {"item_id"},
    {"level"},
    {"ratio", Format::kIndex},
    {"property"},
    {"value", Format::kNumber},
    {"reference_value", Format::kNumber},
    {"property_ratio", Format::kIndex, 2},
    {"test_id", Format::kText, 3},
    {"organization_id", Format::kText, 3},
};

constexpr Text kCounts = {
    "领先 $0 项，相当 $1 项，落后 $2 项；已推广应用的标志性工艺 $3 "
    "种，其中领先 $4 种",
    "$0 leading, $1 level, $2 behind; $3 promoted signature processes, of "
    "which $4 are leading"};

// A row a property, the item's own columns on each.
Table TableOfRows(const ComputeBenchmarkResponse& response, Lang lang) {
  static constexpr const char* kLevels[] = {"", "leading", "level", "behind"};
  Table table;
  for (const ColumnSpec& spec : kColumns) {
    table.columns.push_back(ColumnOf(spec, lang));
  }
  for (const BenchmarkRow& row : response.rows()) {
    for (const BenchmarkedProperty& property : row.properties()) {
      table.rows.push_back({row.item_id(), std::string(kLevels[row.level()]),
                            row.ratio(), property.property(), property.value(),
                            property.reference_value(), property.ratio(),
                            property.test_id(), property.organization_id()});
    }
  }
  return table;
}

absl::StatusOr<int> Benchmark(const Invocation& invocation) {
  ComputeBenchmarkRequest request;
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request.mutable_options()));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ComputeBenchmarkResponse response;
  QJ_RETURN_IF_ERROR(
      session->CallByName("ComputeBenchmark", request, &response));
  PrintFigures(invocation, response.context(),
               TableOfRows(response, invocation.lang()), {&response});
  if (invocation.settings.output == Output::kTable) {
    invocation.console.out << Say(invocation.lang(), kCounts,
                                  response.leading_count(),
                                  response.level_count(),
                                  response.behind_count(),
                                  response.promoted_process_count(),
                                  response.leading_process_count())
                           << '\n';
  }
  return kDone;
}

}  // namespace

CommandSpec TestBenchmarkCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "benchmark";
  spec.help =
      say({"对标：检测结果与国际先进水平相比",
           "how tested products compare with the world's leading ones"});
  spec.computes = true;
  spec.run = Benchmark;
  return spec;
}

}  // namespace qiangji::cli
