#include "services/coverage/shown.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

// At these `assured` says no more than the band.
bool IsBandEdge(double threshold) {
  constexpr double kEdges[] = {0.05, 0.15, 0.30, 0.50};
  return std::any_of(
      std::begin(kEdges), std::end(kEdges),
      [threshold](double edge) { return std::abs(edge - threshold) < 1e-12; });
}

}  // namespace

domain::Audience AudienceOf(const rpc::Principal& principal) {
  return {principal.sees_all(), principal.organization_id};
}

absl::Status NeedsAllFacts(const domain::Audience& audience,
                           absl::string_view what) {
  return audience.sees_all ? absl::OkStatus() : rpc::PermissionDenied(what);
}

absl::Status MayRead(const rpc::RequestContext& call, For audience) {
  if (audience == For::kAnybody) return absl::OkStatus();
  return NeedsAllFacts(AudienceOf(call.principal()),
                       "figures that rest on private records");
}

v1::ShareBand ToProto(domain::Band band) {
  return static_cast<v1::ShareBand>(static_cast<int>(band) +
                                    static_cast<int>(v1::SHARE_BAND_BELOW_5));
}

void FillContextFor(const Answering& in, v1::FigureContext* context) {
  FillContext(in.picture, *in.analysis, context);
  if (in.audience.sees_all) return;
  context->clear_warnings();
  context->clear_findings();
}

void ShowBands(const domain::Analysis& analysis,
               const domain::ItemDisclosure& disclosure, domain::ItemIndex item,
               v1::ItemMetrics* metrics) {
  const auto k = static_cast<std::size_t>(item);
  if (disclosure.ContentBanded(item)) {
    metrics->set_banded(true);
    metrics->set_content_band(ToProto(domain::BandOf(analysis.lower.share[k])));
    metrics->clear_assured_content_lower();
    metrics->clear_assured_content_upper();
    metrics->clear_located_content();
  }
  if (!disclosure.Banded(item)) return;
  const domain::ItemFigures& figures = analysis.balance[item];
  metrics->set_band(ToProto(domain::BandOf(figures.assured)));
  metrics->set_located_band(ToProto(domain::BandOf(figures.located)));
  if (!IsBandEdge(analysis.options.threshold)) metrics->clear_assured();
  metrics->clear_located_share();
  metrics->clear_assured_share();
  metrics->clear_documented_share();
  metrics->clear_ssr();
  metrics->clear_ssr_upper();
  metrics->clear_idr();
  metrics->clear_idr_upper();
  metrics->clear_hhi_country();
  metrics->clear_hhi_country_low();
  metrics->clear_hhi_country_high();
  metrics->clear_hhi_supplier();
  metrics->clear_top_foreign_origin();
  metrics->clear_top_foreign_share();
  metrics->clear_value_cny();
  metrics->clear_supply_risk();
  // Pro rata of volumes.
  metrics->clear_grade();
}

std::vector<v1::TraceRow> BandedRows(const domain::Analysis& analysis,
                                     const domain::ItemDisclosure& disclosure,
                                     const domain::Trace& trace) {
  std::map<std::pair<std::string, std::string>, double> sums;
  for (const domain::TraceRow& row : trace.rows) {
    const bool loop = row.input < 0;
    const bool hidden = !loop && disclosure.Banded(row.input);
    sums[{loop ? domain::kLoopInput : ItemOf(analysis, row.input).id,
          hidden ? std::string() : row.country}] += row.contribution;
  }
  std::vector<v1::TraceRow> rows;
  for (const auto& [key, contribution] : sums) {
    v1::TraceRow& row = rows.emplace_back();
    row.set_input_item_id(key.first);
    row.set_country(key.second);
    row.set_band(ToProto(domain::BandOf(contribution)));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const v1::TraceRow& a, const v1::TraceRow& b) {
                     return a.band() > b.band();
                   });
  return rows;
}

}  // namespace qiangji::coverage
