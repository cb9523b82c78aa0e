#include "services/coverage/target_answer.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/status_macros.h"
#include "services/coverage/convert.h"
#include "services/domain/path.h"
#include "services/domain/processes.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

using domain::Analysis;
using domain::ItemIndex;
using domain::TargetRow;

constexpr int kMostItems = 100;
constexpr std::size_t kMostCriteria = 20;

bool IsShare(const std::string& metric) {
  return metric == "share" || metric == "value_share" ||
         metric == "penetrated_share";
}

std::string ScopeText(const domain::Scope& scope) {
  if (scope.sectors.empty() && scope.categories.empty()) return "total";
  std::vector<std::string> parts = scope.sectors;
  parts.insert(parts.end(), scope.categories.begin(), scope.categories.end());
  return absl::StrJoin(parts, ",");
}

const domain::Target* FindTarget(const domain::Facts& facts,
                                 const std::string& id) {
  for (const domain::Target& target : facts.targets) {
    if (target.id == id) return &target;
  }
  return nullptr;
}

// The same targets by other criteria, in the same order.
struct ByCriteria {
  domain::Criteria criteria;
  std::vector<TargetRow> rows;
};

class Ledger {
 public:
  Ledger(const Answering& in, const v1::ComputeTargetsRequest& request)
      : in_(in),
        request_(request),
        facts_(in.analysis->world->facts()),
        paths_(domain::AllPaths(facts_)),
        wanted_(request.target_ids().begin(), request.target_ids().end()) {}

  absl::Status Answer(v1::ComputeTargetsResponse* response) {
    const std::vector<TargetRow> rows = Rows(in_.analysis_of);
    QJ_RETURN_IF_ERROR(CheckWanted(rows));
    if (request_.details()) QJ_RETURN_IF_ERROR(Judge(rows));
    for (std::size_t k = 0; k < rows.size(); ++k) {
      if (!Shown(rows[k])) continue;
      v1::TargetStatus* out = response->add_targets();
      Fill(rows[k], out);
      if (request_.details() && Judged(rows[k])) FillDetails(rows[k], k, out);
    }
    return absl::OkStatus();
  }

 private:
  std::vector<TargetRow> Rows(const domain::AnalysisOfYear& analysis_of) const {
    return domain::ComputeTargets(*in_.analysis->world,
                                  in_.analysis->options.year, analysis_of);
  }
  // Its year has come, and its metric is of items.
  bool Judged(const TargetRow& row) const {
    return IsShare(row.metric) && row.year <= in_.analysis->options.year;
  }
  bool Shown(const TargetRow& row) const {
    if (!wanted_.empty()) return wanted_.contains(row.target_id);
    return row.superseded_by.empty() || request_.show_superseded();
  }

  absl::Status CheckWanted(const std::vector<TargetRow>& rows) const {
    std::set<std::string> missing = wanted_;
    for (const TargetRow& row : rows) missing.erase(row.target_id);
    if (missing.empty()) return absl::OkStatus();
    return rpc::NotFound(absl::StrCat("targets/", *missing.begin()));
  }

  // By every registered criteria version.
  absl::Status Judge(const std::vector<TargetRow>& rows) {
    const bool any = std::any_of(
        rows.begin(), rows.end(),
        [&](const TargetRow& row) { return Shown(row) && Judged(row); });
    if (!any || !in_.by_criteria) return absl::OkStatus();
    for (const domain::Criteria& criteria : facts_.criteria) {
      if (by_criteria_.size() == kMostCriteria) break;
      if (domain::Stopped(in_.stop)) return absl::CancelledError();
      by_criteria_.push_back({criteria, Rows(in_.by_criteria(criteria))});
    }
    return absl::OkStatus();
  }

  void Fill(const TargetRow& row, v1::TargetStatus* out) const {
    out->set_target_id(row.target_id);
    out->set_metric(row.metric);
    out->set_scope(ScopeText(row.scope));
    out->set_year(row.year);
    IfStated(row.target, [&](double x) { out->set_target(x); });
    IfStated(row.actual, [&](double x) { out->set_actual(x); });
    IfStated(row.actual_upper, [&](double x) { out->set_actual_upper(x); });
    IfStated(row.gap, [&](double x) { out->set_gap(x); });
    IfStated(row.missing_count, [&](int n) { out->set_missing_count(n); });
    out->set_verdict(ToProto(row.verdict));
    out->set_direction(ToProto(row.direction));
    out->set_expired(row.expired);
    out->set_superseded_by(row.superseded_by);
    for (const std::string& s : row.scope.sectors) out->add_sectors(s);
    for (const std::string& c : row.scope.categories) {
      if (const auto category = domain::CategoryOf(c)) {
        out->add_categories(ToProto(*category));
      }
    }
    FillPath(row, out);
    if (const domain::Target* target = FindTarget(facts_, row.target_id)) {
      out->set_name_zh(target->name_zh);
      out->set_name_en(target->name_en);
      out->set_document(target->document);
      out->set_due_year(target->year);
      out->set_due_value(target->value);
      out->set_supersedes(target->supersedes);
    } else {
      FillIndicator(row, out);
    }
    FillItems(row, out);
  }

  void FillPath(const TargetRow& row, v1::TargetStatus* out) const {
    const auto path = std::find_if(
        paths_.begin(), paths_.end(), [&](const domain::TargetPath& p) {
          return p.metric == row.metric &&
                 p.scope.sectors == row.scope.sectors &&
                 p.scope.categories == row.scope.categories;
        });
    if (path == paths_.end() || path->points.empty()) return;
    int first = path->points.front().year;
    if (path->baseline_year) {
      first = std::min(first, *path->baseline_year);
      out->set_baseline_year(*path->baseline_year);
      out->set_baseline_value(path->baseline_value);
    }
    for (int year = first; year <= path->points.back().year; ++year) {
      const auto value = path->ValueIn(year);
      if (!value) continue;
      v1::PathPoint* point = out->add_path();
      point->set_year(year);
      point->set_value(*value);
    }
  }

  void FillIndicator(const TargetRow& row, v1::TargetStatus* out) const {
    out->set_due_year(row.year);
    for (const domain::Indicator& indicator : facts_.indicators) {
      if (indicator.id != row.metric) continue;
      out->set_name_zh(indicator.name_zh);
      out->set_name_en(indicator.name_en);
      out->set_unit(indicator.unit);
      if (indicator.year == row.year) {
        out->set_document(indicator.source);
        IfStated(indicator.target, [&](double x) { out->set_due_value(x); });
      }
      if (!indicator.observed) continue;
      v1::PathPoint* point = out->add_observed();
      point->set_year(indicator.year);
      point->set_value(*indicator.observed);
    }
  }

  // As they stand in the year that is judged.
  void FillItems(const TargetRow& row, v1::TargetStatus* out) const {
    if (row.nearest.empty() && row.closing.empty() && row.deciding.empty()) {
      return;
    }
    const auto analysis = in_.analysis_of(row.year);
    const auto fill = [&](const std::vector<ItemIndex>& items, auto add) {
      for (std::size_t k = 0; k < items.size() && k < kMostItems; ++k) {
        FillItem(*analysis, row, items[k], add());
      }
    };
    fill(row.nearest, [&] { return out->add_nearest(); });
    fill(row.closing, [&] { return out->add_closing(); });
    fill(row.deciding, [&] { return out->add_deciding(); });
  }

  void FillItem(const Analysis& analysis, const TargetRow& row, ItemIndex i,
                v1::TargetItem* out) const {
    const domain::Item& item = ItemOf(analysis, i);
    out->set_item_id(item.id);
    out->set_name_zh(item.name_zh);
    out->set_name_en(item.name_en);
    out->set_weight(item.weight);
    if (item.category == domain::Category::kProcess) {
      const auto stage = domain::StageReached(facts_, i, row.year);
      if (stage) out->set_stage(ToProto(*stage));
      return;
    }
    const domain::ItemFigures& f = analysis.balance[i];
    if (!f.has_data()) return;
    out->set_assured_share(f.assured);
    if (row.metric == "penetrated_share") {
      out->set_assured_content_lower(
          analysis.lower.share[static_cast<std::size_t>(i)]);
    }
    out->set_shortfall_quantity(f.shortfall);
    if (!f.by_share) out->set_unit(item.unit);
  }

  // `place` of the row among all.
  void FillDetails(const TargetRow& row, std::size_t place,
                   v1::TargetStatus* out) const {
    const auto analysis = in_.analysis_of(row.year);
    const domain::CoverageRow figures =
        domain::ComputeRow(*analysis, row.scope);
    FillCoverageRow(*analysis, figures, out->mutable_row());
    if (row.metric != "value_share") {
      const auto& shares = row.metric == "share"
                               ? figures.sensitivity
                               : figures.penetrated_sensitivity;
      for (std::size_t k = 0; k < shares.size(); ++k) {
        v1::ThresholdShare* at = out->add_sensitivity();
        at->set_threshold(0.1 * static_cast<double>(k + 1));
        IfStated(shares[k], [&](double x) { at->set_share(x); });
      }
    }
    for (const ByCriteria& by : by_criteria_) {
      const TargetRow& other = by.rows[place];
      v1::CriteriaStatus* status = out->add_criteria();
      status->set_criteria_id(by.criteria.id);
      status->set_version(by.criteria.version);
      IfStated(other.actual, [&](double x) { status->set_actual(x); });
      IfStated(other.actual_upper,
               [&](double x) { status->set_actual_upper(x); });
      status->set_verdict(ToProto(other.verdict));
    }
  }

  const Answering& in_;
  const v1::ComputeTargetsRequest& request_;
  const domain::Facts& facts_;
  const std::vector<domain::TargetPath> paths_;
  const std::set<std::string> wanted_;
  std::vector<ByCriteria> by_criteria_;
};

}  // namespace

absl::Status AnswerTargets(const Answering& in,
                           const v1::ComputeTargetsRequest& request,
                           v1::ComputeTargetsResponse* response) {
  FillContext(in.picture, *in.analysis, response->mutable_context());
  return Ledger(in, request).Answer(response);
}

}  // namespace qiangji::coverage
