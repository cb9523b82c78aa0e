#include "services/coverage/plan_answer.h"

#include "services/base/status_macros.h"
#include "services/base/years.h"
#include "services/coverage/convert.h"
#include "services/domain/plan.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

absl::Status Check(const v1::ComputePlanRequest& request) {
  rpc::Violations wrong;
  if (request.budget_cny() < 0) {
    wrong.Add("budget_cny", "must be an amount in CNY, not below 0");
  }
  if (!IsYear(request.by_year())) {
    wrong.Add("by_year", "must be 1949..2100");
  }
  if (!v1::PlanObjective_IsValid(request.objective())) {
    wrong.Add("objective", "must be COUNT or CONTENT");
  }
  return wrong.ToStatus();
}

domain::PlanQuery QueryOf(const v1::ComputePlanRequest& request) {
  domain::PlanQuery query;
  query.budget = request.budget_cny();
  query.by_year = request.by_year();
  query.certain = request.certain();
  if (request.objective() == v1::PLAN_OBJECTIVE_CONTENT) {
    query.objective = domain::PlanObjective::kContent;
  }
  return query;
}

// Those of the contract are those of the domain, shifted by the unspecified
// zero.
v1::PlanReason ToProto(domain::PlanReason why) {
  return static_cast<v1::PlanReason>(static_cast<int>(why) + 1);
}

void FillRow(const domain::Analysis& analysis, const domain::PlanRow& row,
             v1::PlanRow* out) {
  const domain::Project& project =
      analysis.world->facts().projects[row.project];
  const domain::Item& item = ItemOf(analysis, project.item);
  out->set_project_id(project.id);
  out->set_item_id(item.id);
  IfStated(project.cost_cny, [&](double x) { out->set_cost_cny(x); });
  out->set_completion_year(project.completion_year);
  IfStated(project.probability, [&](double x) { out->set_probability(x); });
  IfStated(row.share_after, [&](double x) { out->set_share_after(x); });
  IfStated(row.content_after, [&](double x) { out->set_content_after(x); });
  out->set_why(ToProto(row.why));
  out->set_chosen(row.chosen());
  out->set_title(project.title);
  out->set_item_name_zh(item.name_zh);
  out->set_item_name_en(item.name_en);
}

void FillPoint(const domain::PlanPoint& point, v1::PlanPoint* out) {
  out->set_budget_cny(point.budget);
  out->set_cost_cny(point.cost);
  out->set_projects(point.projects);
  IfStated(point.share_to, [&](double x) { out->set_share_to(x); });
  IfStated(point.content_to, [&](double x) { out->set_content_to(x); });
  out->set_optimality_gap(point.gap);
}

void FillRows(const domain::Analysis& analysis, const domain::Plan& plan,
              v1::ComputePlanResponse* out) {
  for (const domain::PlanRow& row : plan.rows) {
    FillRow(analysis, row, out->add_rows());
    const domain::Project& project =
        analysis.world->facts().projects[row.project];
    if (row.why == domain::PlanReason::kNoCost) {
      out->add_projects_without_cost(project.id);
    } else if (row.why == domain::PlanReason::kOtherMeasure) {
      AddOtherMeasure(project, out->mutable_context());
    }
  }
  for (const domain::ItemIndex i : plan.unserved) {
    const domain::Item& item = ItemOf(analysis, i);
    v1::PlanItem* named = out->add_items_without_project();
    named->set_item_id(item.id);
    named->set_name_zh(item.name_zh);
    named->set_name_en(item.name_en);
  }
}

void AddPlanLimits(const domain::PlanQuery& query,
                   v1::ComputePlanResponse* out) {
  if (!query.certain) {
    out->add_limits_zh("各项目视为相互独立");
    out->add_limits_en("projects are taken as independent");
  }
  out->add_limits_zh("未获资助的项目视为不实施");
  out->add_limits_en("what is not funded does not happen");
  if (query.objective == domain::PlanObjective::kContent) {
    out->add_limits_zh("按线性化选取后重新求解：差距有证明，最优性未必");
    out->add_limits_en(
        "chosen by a linear program and solved anew: the gap is proven, that "
        "the plan is the best is not");
  }
}

}  // namespace

absl::Status AnswerPlan(const Answering& in,
                        const v1::ComputePlanRequest& request,
                        v1::ComputePlanResponse* response) {
  const domain::Analysis& analysis = *in.analysis;
  QJ_RETURN_IF_ERROR(Check(request));
  const domain::PlanQuery query = QueryOf(request);
  QJ_ASSIGN_OR_RETURN(
      const domain::Plan plan,
      domain::ComputePlan(analysis, query, in.analysis_of, in.stop));
  v1::FigureContext* context = response->mutable_context();
  FillContext(in.picture, analysis, context);
  if (plan.illustrative) context->set_contains_illustrative(true);
  FillRows(analysis, plan, response);
  IfStated(plan.share_from, [&](double x) { response->set_share_from(x); });
  IfStated(plan.reached.share_to, [&](double x) { response->set_share_to(x); });
  IfStated(plan.content_from, [&](double x) { response->set_content_from(x); });
  IfStated(plan.reached.content_to,
           [&](double x) { response->set_content_to(x); });
  response->set_cost_cny(plan.reached.cost);
  response->set_optimality_gap(plan.reached.gap);
  FillPoint(plan.greedy, response->mutable_greedy());
  for (const domain::PlanPoint& point : plan.frontier) {
    FillPoint(point, response->add_frontier());
  }
  response->set_items_not_all_weighed(plan.items_beyond);
  AddPlanLimits(query, response);
  return absl::OkStatus();
}

}  // namespace qiangji::coverage
