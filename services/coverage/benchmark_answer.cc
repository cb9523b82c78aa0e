#include "services/coverage/benchmark_answer.h"

#include "services/domain/benchmark.h"

namespace qiangji::coverage {
namespace {

void FillProperty(const domain::Analysis& analysis,
                  const domain::BenchmarkedProperty& property,
                  v1::BenchmarkedProperty* out) {
  out->set_property(property.property);
  out->set_unit(property.unit);
  out->set_test_id(property.test_id);
  out->set_organization_id(
      analysis.world->structure().organization(property.organization).id);
  out->set_value(property.value);
  out->set_reference_value(property.reference);
  out->set_ratio(property.ratio);
}

}  // namespace

absl::Status AnswerBenchmark(const Answering& in,
                             const v1::ComputeBenchmarkRequest&,
                             v1::ComputeBenchmarkResponse* response) {
  const domain::Analysis& analysis = *in.analysis;
  FillContext(in.picture, analysis, response->mutable_context());
  const domain::Benchmark benchmark =
      domain::ComputeBenchmark(*analysis.world, analysis.options);
  for (const domain::BenchmarkedItem& row : benchmark.items) {
    const domain::Item& item = ItemOf(analysis, row.item);
    v1::BenchmarkRow* out = response->add_rows();
    out->set_item_id(item.id);
    out->set_name_zh(item.name_zh);
    out->set_name_en(item.name_en);
    out->set_ratio(row.ratio);
    // The contract's levels are the domain's, after the unspecified zero.
    out->set_level(
        static_cast<v1::BenchmarkLevel>(static_cast<int>(row.level) + 1));
    for (const domain::BenchmarkedProperty& property : row.properties) {
      FillProperty(analysis, property, out->add_properties());
    }
  }
  response->set_leading_count(benchmark.leading);
  response->set_level_count(benchmark.level);
  response->set_behind_count(benchmark.behind);
  response->set_promoted_process_count(benchmark.promoted_processes);
  response->set_leading_process_count(benchmark.leading_processes);
  return absl::OkStatus();
}

}  // namespace qiangji::coverage
