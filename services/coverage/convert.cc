#include "services/coverage/convert.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/domain/finding.h"
#include "services/domain/processes.h"

namespace qiangji::coverage {
namespace {

using domain::Analysis;
using domain::ItemIndex;

constexpr std::size_t kMostIds = 100;
constexpr int kMostFindings = 1000;

template <typename Proto, typename Domain>
Proto Shifted(Domain value) {
  return static_cast<Proto>(static_cast<int>(value) + 1);
}

const domain::Item& ItemOf(const Analysis& analysis, ItemIndex i) {
  return analysis.world->structure().items[static_cast<std::size_t>(i)];
}

// v1::Finding and v1::Warning say the same of what they are about.
template <typename Message>
void Describe(const domain::Finding& finding, Message* out) {
  out->set_code(absl::AsciiStrToUpper(domain::ToText(finding.code)));
  out->set_subject(absl::StrCat("items/", finding.item_id));
  out->set_year(finding.year);
  out->set_text_zh(domain::Describe(finding, true));
  out->set_text_en(domain::Describe(finding, false));
}

bool ContainsIllustrative(const Analysis& analysis) {
  const auto& pages = analysis.balance.pages();
  return std::any_of(pages.begin(), pages.end(),
                     [](const auto& page) { return page->illustrative; });
}

// The rest of METHOD 4.7: data years, and what the share rests on.
void FillBasis(const Analysis& analysis, const domain::CoverageRow& row,
               v1::CoverageRow* out) {
  for (const ItemIndex i :
       domain::ItemsWithoutData(analysis, row.scope, kMostIds)) {
    out->add_items_without_data(ItemOf(analysis, i).id);
  }
  for (const auto& [year, count] : row.data_years) {
    auto* entry = out->add_data_years();
    entry->set_year(year);
    entry->set_items(count);
  }
  for (std::size_t g = 0; g < domain::kGrades; ++g) {
    if (row.grade_items[g] == 0 && row.grade_volume[g] <= 0) continue;
    auto* grade = out->add_grades();
    grade->set_grade(ToProto(static_cast<domain::Grade>(g)));
    grade->set_items(row.grade_items[g]);
    if (row.share.has_value() && row.weight > 0) {
      grade->set_share(row.grade_assured_weight[g] / row.weight);
    }
    if (row.weight_with_data > 0) {
      grade->set_volume_share(row.grade_volume[g] / row.weight_with_data);
    }
  }
}

void FillRates(const domain::CoverageRow& row, v1::CoverageRow* out) {
  IfStated(row.share, [&](double x) { out->set_share(x); });
  IfStated(row.share_documented,
           [&](double x) { out->set_share_documented(x); });
  IfStated(row.share_of_known, [&](double x) { out->set_share_of_known(x); });
  IfStated(row.share_upper, [&](double x) { out->set_share_upper(x); });
  IfStated(row.value_share, [&](double x) { out->set_value_share(x); });
  IfStated(row.penetrated_share,
           [&](double x) { out->set_penetrated_share(x); });
  IfStated(row.penetrated_upper,
           [&](double x) { out->set_penetrated_upper(x); });
  IfStated(row.target, [&](double x) { out->set_target(x); });
  IfStated(row.gap, [&](double x) { out->set_gap(x); });
  IfStated(row.items_short, [&](int n) { out->set_items_short(n); });
  if (row.items > 0) {
    out->set_response_rate(static_cast<double>(row.items_with_data) /
                           row.items);
  }
  if (row.weight > 0) {
    out->set_response_rate_weight(row.weight_with_data / row.weight);
  }
  for (std::size_t k = 0; k < row.sensitivity.size(); ++k) {
    auto* at = out->add_sensitivity();
    at->set_threshold(0.1 * static_cast<double>(k + 1));
    IfStated(row.sensitivity[k], [&](double x) { at->set_share(x); });
  }
}

}  // namespace

type::v1::Category ToProto(domain::Category category) {
  return Shifted<type::v1::Category>(category);
}
type::v1::EvidenceGrade ToProto(domain::Grade grade) {
  return Shifted<type::v1::EvidenceGrade>(grade);
}
type::v1::Stage ToProto(domain::Stage stage) {
  return Shifted<type::v1::Stage>(stage);
}
type::v1::Qualification ToProto(domain::Qualification qualification) {
  return Shifted<type::v1::Qualification>(qualification);
}
type::v1::Direction ToProto(domain::Direction direction) {
  return Shifted<type::v1::Direction>(direction);
}
v1::Verdict ToProto(domain::Verdict verdict) {
  switch (verdict) {
    case domain::Verdict::kNone:
      return v1::VERDICT_UNSPECIFIED;
    case domain::Verdict::kNoData:
      return v1::VERDICT_NO_DATA;
    case domain::Verdict::kMet:
      return v1::VERDICT_MET;
    case domain::Verdict::kUndecided:
      return v1::VERDICT_UNDECIDED;
    case domain::Verdict::kMissed:
      return v1::VERDICT_MISSED;
  }
  return v1::VERDICT_UNSPECIFIED;
}
domain::Grade FromProto(type::v1::EvidenceGrade grade) {
  return static_cast<domain::Grade>(static_cast<int>(grade) - 1);
}
domain::Category FromProto(type::v1::Category category) {
  return static_cast<domain::Category>(static_cast<int>(category) - 1);
}

void AddFinding(const domain::Finding& finding, v1::FigureContext* context) {
  if (domain::IsError(finding.code)) {
    if (context->findings_size() == kMostFindings) return;
    Describe(finding, context->add_findings());
  } else if (context->warnings_size() < kMostFindings) {
    Describe(finding, context->add_warnings());
  }
}

void FillReadPoint(const Picture& picture, v1::FigureContext* context) {
  context->set_read_seq(picture.seq);
  if (picture.seq > 0) {
    *context->mutable_read_time() =
        google::protobuf::util::TimeUtil::NanosecondsToTimestamp(
            absl::ToUnixNanos(picture.time));
  }
  context->set_digest(picture.digest);
  context->set_stale(picture.stale);
}

void FillContext(const Picture& picture, const Analysis& analysis,
                 v1::FigureContext* context) {
  const domain::AnalysisOptions& options = analysis.options;
  FillReadPoint(picture, context);
  context->set_year(options.year);
  std::vector<std::string> home;
  home.reserve(options.home.size());
  for (const domain::Country c : options.home) home.push_back(c.ToString());
  std::sort(home.begin(), home.end());
  for (std::string& code : home) {
    context->add_home_territories(std::move(code));
  }
  context->set_criteria_id(options.criteria.id.empty() ? "default"
                                                       : options.criteria.id);
  context->set_criteria_version(options.criteria.version);
  context->set_edition(options.edition);
  context->set_threshold(options.threshold);
  context->set_carry_forward_years(options.carry_forward);
  if (options.min_evidence != domain::Grade::kIllustrative) {
    context->set_min_evidence(ToProto(options.min_evidence));
  }
  context->set_contains_illustrative(ContainsIllustrative(analysis));
  analysis.ForEachFinding([context](const domain::Finding& finding) {
    AddFinding(finding, context);
  });
}

void FillCoverageRow(const Analysis& analysis, const domain::CoverageRow& row,
                     v1::CoverageRow* out) {
  const domain::Structure& structure = analysis.world->structure();
  out->set_sector(row.sector);
  const domain::SectorIndex sector = structure.FindSector(row.sector);
  if (sector >= 0) {
    const auto& s = structure.sectors[static_cast<std::size_t>(sector)];
    out->set_sector_name_zh(s.name_zh);
    out->set_sector_name_en(s.name_en);
    out->set_ten(s.ten);
  }
  if (const auto category = domain::CategoryOf(row.category)) {
    out->set_category(ToProto(*category));
  }
  out->set_year(row.year);
  out->set_items(row.items);
  out->set_items_with_data(row.items_with_data);
  out->set_items_blank(row.items_blank);
  out->set_items_made(row.items_made);
  out->set_assured_items(row.assured_items);
  out->set_penetrated_items(row.penetrated_items);
  out->set_verdict(ToProto(row.verdict));
  out->set_reference_line(row.reference_line);
  out->set_target_expired(row.target_expired);
  out->set_target_id(row.target_id);
  out->set_weight(row.weight);
  out->set_weight_with_data(row.weight_with_data);
  out->set_items_with_value(row.items_with_value);
  if (row.items_with_value > 0) out->set_value_cny(row.value_cny);
  out->set_items_with_inputs(row.items_with_inputs);
  out->set_items_cost_complete(row.items_with_complete_inputs);
  FillRates(row, out);
  FillBasis(analysis, row, out);
  if (row.items_short.value_or(0) > 0 && row.target.has_value()) {
    for (const ItemIndex i :
         domain::ClosingItems(analysis, row.scope, *row.target, kMostIds)) {
      out->add_items_short_ids(ItemOf(analysis, i).id);
    }
  }
}

void FillProcesses(const Analysis& analysis,
                   const std::vector<domain::TargetRow>& targets,
                   v1::ProcessStatus* out) {
  const domain::ProcessCount count =
      domain::CountProcesses(*analysis.world, analysis.options);
  out->set_signature_processes(count.signature_processes);
  out->set_promoted_processes(count.promoted);
  out->set_foundations(count.foundations);
  out->set_foundations_in_series(count.foundations_served);
  // The national target that governs the year: the first that is judged in it
  // or is still to come, else the last.
  for (const domain::TargetRow& row : targets) {
    if (row.metric != "promoted_processes" || !row.scope.sectors.empty() ||
        !row.superseded_by.empty()) {
      continue;
    }
    out->set_target_id(row.target_id);
    out->clear_target();
    IfStated(row.target, [&](double x) { out->set_target(x); });
    out->set_verdict(ToProto(row.verdict));
    if (row.year >= analysis.options.year) break;
  }
}

void FillRank(const Analysis& analysis, const domain::RankRow& row,
              v1::RankRow* out) {
  const domain::Item& item = ItemOf(analysis, row.item);
  out->set_item_id(item.id);
  out->set_name_zh(item.name_zh);
  out->set_name_en(item.name_en);
  out->set_category(ToProto(item.category));
  for (const domain::SectorIndex s : item.sectors) {
    out->add_sectors(
        analysis.world->structure().sectors[static_cast<std::size_t>(s)].id);
  }
  std::sort(out->mutable_sectors()->begin(), out->mutable_sectors()->end());
  out->set_marginal_gain(row.marginal_gain);
  out->set_potential_gain(row.potential_gain);
  IfStated(row.exact_gain, [&](double x) { out->set_exact_gain(x); });
  IfStated(row.shortfall_quantity,
           [&](double x) { out->set_shortfall_quantity(x); });
  IfStated(row.project_cost_cny,
           [&](double x) { out->set_project_cost_cny(x); });
  if (!row.shortfall_is_share) out->set_unit(item.unit);
  const domain::ItemFigures& f = analysis.balance[row.item];
  if (f.has_data()) out->set_assured_share(f.assured_of_supply);
}

}  // namespace qiangji::coverage
