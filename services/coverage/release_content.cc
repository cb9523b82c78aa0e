#include "services/coverage/release_content.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/coverage/convert.h"
#include "services/domain/release_table.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

// What decides which items a figure counts, and how.
bool SameRules(const v1::FigureContext& a, const v1::FigureContext& b) {
  return a.criteria_id() == b.criteria_id() &&
         a.criteria_version() == b.criteria_version() &&
         a.edition() == b.edition() && a.threshold() == b.threshold() &&
         a.carry_forward_years() == b.carry_forward_years() &&
         a.min_evidence() == b.min_evidence() &&
         std::equal(a.home_territories().begin(), a.home_territories().end(),
                    b.home_territories().begin(), b.home_territories().end());
}

std::string CategoryText(const v1::CoverageRow& row) {
  return row.category() == type::v1::CATEGORY_UNSPECIFIED
             ? std::string()
             : std::string(domain::ToText(FromProto(row.category())));
}

absl::StatusOr<std::vector<domain::EarlierCell>> EarlierCells(
    const v1::FigureContext& context, const std::vector<v1::Release>& kept) {
  std::vector<domain::EarlierCell> cells;
  for (const v1::Release& release : kept) {
    if (!SameFacts(release.context(), context)) continue;
    if (!SameRules(release.context(), context)) {
      return rpc::FailedPrecondition(
          "RELEASE_OF_OTHER_OPTIONS",
          absl::StrCat(release.name(),
                       " is of the same sequence and year with other options: "
                       "the difference would tell what both withhold"));
    }
    for (const v1::CoverageRow& row : release.rows()) {
      cells.push_back({row.sector(), CategoryText(row), row.withheld()});
    }
  }
  return cells;
}

// Only FORMATS' columns: what else a row says of its items is not controlled.
void KeepPublic(v1::CoverageRow* row) {
  row->clear_weight();
  row->clear_weight_with_data();
  row->clear_response_rate();
  row->clear_response_rate_weight();
  row->clear_data_years();
  row->clear_grades();
  row->clear_penetrated_items();
  row->clear_items_with_value();
  row->clear_value_cny();
  row->clear_items_with_inputs();
  row->clear_items_cost_complete();
  row->clear_sensitivity();
  row->clear_items_short_ids();
  row->clear_items_without_data();
}

// Findings and warnings name records.
v1::FigureContext PublicContext(const Answering& in) {
  v1::FigureContext context;
  FillContext(in.picture, *in.analysis, &context);
  context.clear_findings();
  context.clear_warnings();
  context.set_stale(false);
  return context;
}

}  // namespace

bool SameFacts(const v1::FigureContext& a, const v1::FigureContext& b) {
  return a.read_seq() == b.read_seq() && a.year() == b.year();
}

absl::StatusOr<v1::Release> ComputeRelease(
    const Answering& in, const v1::Release& asked,
    const domain::DisclosureRule& rule, const std::vector<v1::Release>& kept) {
  const domain::Analysis& analysis = *in.analysis;
  v1::Release out;
  out.set_title_zh(asked.title_zh());
  out.set_title_en(asked.title_en());
  *out.mutable_context() = PublicContext(in);
  *out.mutable_options() = asked.options();
  out.mutable_options()->clear_read_time();
  out.mutable_options()->clear_allow_stale();
  out.mutable_options()->set_year(out.context().year());
  out.mutable_options()->set_read_seq(out.context().read_seq());
  QJ_ASSIGN_OR_RETURN(const std::vector<domain::EarlierCell> earlier,
                      EarlierCells(out.context(), kept));
  QJ_ASSIGN_OR_RETURN(const domain::ReleaseTable table,
                      domain::ControlTable(analysis, rule, earlier, in.stop));
  if (!table.exposed.empty()) {
    const domain::ReleaseCell& cell = table.cells[table.exposed[0]];
    return rpc::FailedPrecondition(
        "RELEASE_EXPOSED",
        absl::StrCat(
            "earlier releases of this sequence tell what must be withheld: ",
            cell.sector.empty() ? "all sectors" : cell.sector, ", ",
            cell.category.empty() ? "components and materials"
                                  : cell.category));
  }
  int withheld = 0;
  for (domain::CoverageRow& row :
       domain::ComputeCoverage(analysis, {.sector = true, .category = true})) {
    const bool hidden = table.Withholds(row.sector, row.category);
    if (hidden) domain::Withhold(row);
    v1::CoverageRow* shown = out.add_rows();
    FillCoverageRow(analysis, row, shown);
    KeepPublic(shown);
    shown->set_withheld(hidden);
    withheld += hidden ? 1 : 0;
  }
  out.set_withheld_count(withheld);
  return out;
}

}  // namespace qiangji::coverage
