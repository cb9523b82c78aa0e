// METHOD 4.5 over a network of CSV files: prints one JSON object.
//   bench_plan DIR PROJECTS
// DIR as `bench_content generate` writes it.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "services/domain/analysis.h"
#include "services/domain/plan.h"
#include "tests/bench/tiers_world.h"

namespace qiangji::bench {
namespace {

using domain::Analysis;
using domain::Plan;
using domain::PlanObjective;
using domain::PlanPoint;

constexpr double kFunded = 0.1;  // of what all projects cost

double Now() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void Print(const std::string& name, double value) {
  std::printf("\"%s\": %.9g,\n", name.c_str(), value);
}

double GainOf(const Plan& plan, const PlanPoint& point) {
  return plan.content_from ? *point.content_to - *plan.content_from
                           : *point.share_to - *plan.share_from;
}

void RunPlan(const std::shared_ptr<const Analysis>& analysis,
             PlanObjective objective, const std::string& name) {
  domain::PlanQuery query;
  query.objective = objective;
  query.by_year = kTiersYear + 5;
  for (const domain::Project& project : analysis->world->facts().projects) {
    query.budget += kFunded * *project.cost_cny;
  }
  const double start = Now();
  const auto plan =
      ComputePlan(*analysis, query, [&](int) { return analysis; });
  Print(name + "_s", Now() - start);
  if (!plan.ok()) std::abort();
  Print(name + "_gap", plan->reached.gap);
  Print(name + "_chosen", plan->reached.projects);
  Print(name + "_gain", GainOf(*plan, plan->reached));
  Print(name + "_greedy",
        GainOf(*plan, plan->greedy) / GainOf(*plan, plan->reached));
  for (const PlanPoint& point : plan->frontier) {
    std::fprintf(stderr, "%s: budget %.3g, gain %.6f, gap %.2e\n", name.c_str(),
                 point.budget, GainOf(*plan, point), point.gap);
  }
}

void Run(const std::string& directory, int projects) {
  domain::AnalysisOptions options;
  options.year = kTiersYear;
  const auto analysis =
      *Analyze(MakeTiersWorld(directory, 10, projects), options);
  Print("items", static_cast<double>(analysis->graph->size()));
  RunPlan(analysis, PlanObjective::kCount, "count");
  RunPlan(analysis, PlanObjective::kContent, "content");
}

}  // namespace
}  // namespace qiangji::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s DIR PROJECTS\n", argv[0]);
    return 2;
  }
  std::printf("{\n");
  qiangji::bench::Run(argv[1], std::atoi(argv[2]));
  std::printf("\"program\": \"bench_plan\"\n}\n");
  return 0;
}
