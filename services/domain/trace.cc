#include "services/domain/trace.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/domain/adjoint.h"
#include "services/domain/chain.h"

namespace qiangji::domain {
namespace {

// L_ij of one item: by place, and the loops that take part of it.
class Taken {
 public:
  static absl::StatusOr<Taken> Of(const AdjointSolver& solver, ItemIndex item,
                                  const Stop* stop) {
    const Graph& graph = solver.graph();
    std::vector<double> unit(graph.size(), 0);
    unit[graph.PlaceOf(item)] = 1;
    QJ_ASSIGN_OR_RETURN(AdjointSolver::Solution solution,
                        solver.Solve(std::move(unit), stop));
    return Taken(solver, std::move(solution));
  }

  double of(ItemIndex i) const {
    return solution_.lambda[solver_->graph().PlaceOf(i)];
  }
  double error() const { return solution_.error; }

  // Items where content enters `loop`, the loop's order kept.
  std::vector<ItemIndex> Entered(const std::vector<ItemIndex>& loop) const {
    std::vector<ItemIndex> entered;
    for (ItemIndex i : loop) {
      if (of(i) > kLeastContribution) entered.push_back(i);
    }
    return entered;
  }

 private:
  Taken(const AdjointSolver& solver, AdjointSolver::Solution solution)
      : solver_(&solver), solution_(std::move(solution)) {}

  const AdjointSolver* solver_;
  AdjointSolver::Solution solution_;
};

Finding LoopFinding(const Analysis& analysis,
                    const std::vector<ItemIndex>& loop) {
  Finding finding;
  finding.code = FindingCode::kClosedLoop;
  finding.year = analysis.options.year;
  const std::vector<Item>& items = analysis.world->structure().items;
  for (std::size_t k = 0; k < std::min(loop.size(), kMaxNamedRecords); ++k) {
    const std::string& id = items[static_cast<std::size_t>(loop[k])].id;
    if (k == 0) finding.item_id = id;
    absl::StrAppend(&finding.loop, k == 0 ? "" : " > ", id);
  }
  if (loop.size() > kMaxNamedRecords) absl::StrAppend(&finding.loop, " > …");
  return finding;
}

// Every contribution of one item.
class Contributions {
 public:
  Contributions(const Analysis& analysis, const SupplyLayer& supply,
                const AdjointSolver& solver, const Taken& taken, Trace& trace)
      : analysis_(analysis), trace_(trace) {
    AddLoops(solver, taken);
    std::vector<Charge> charges;
    for (std::size_t k = 0; k < solver.graph().size(); ++k) {
      const auto i = static_cast<ItemIndex>(k);
      if (taken.of(i) <= 0 || InLoop(i)) continue;
      charges.clear();
      supply.ChargesOf(i, charges);
      for (const Charge& charge : charges) {
        Add({i,
             charge.country.stated() ? charge.country.ToString() : kUnqualified,
             taken.of(i) * charge.share, i});
      }
    }
    Sort();
  }

  // Rows until `explain` of what is not content is listed; the sum of others.
  double Keep(double explain) {
    const double enough = explain * (1 - trace_.content) - kLeastContribution;
    double listed = 0;
    std::size_t kept = 0;
    while (kept < trace_.rows.size() && (explain >= 1 || listed < enough)) {
      listed += trace_.rows[kept++].contribution;
    }
    double rest = small_;
    for (std::size_t k = kept; k < trace_.rows.size(); ++k) {
      rest += trace_.rows[k].contribution;
    }
    trace_.rows.resize(kept);
    return rest;
  }

 private:
  void Add(TraceRow row) {
    if (row.contribution > kLeastContribution) {
      trace_.rows.push_back(std::move(row));
    } else {
      small_ += row.contribution;
    }
  }

  void AddLoops(const AdjointSolver& solver, const Taken& taken) {
    TraceRow row;
    row.country = kUnqualified;
    for (const std::vector<ItemIndex>& loop : solver.closed_loops()) {
      in_loop_.insert(in_loop_.end(), loop.begin(), loop.end());
      const std::vector<ItemIndex> entered = taken.Entered(loop);
      if (entered.empty()) continue;
      trace_.findings.push_back(LoopFinding(analysis_, loop));
      if (row.end < 0) row.end = entered.front();
      for (ItemIndex i : loop) row.contribution += taken.of(i);
    }
    std::sort(in_loop_.begin(), in_loop_.end());
    if (row.end >= 0) Add(std::move(row));
  }

  bool InLoop(ItemIndex i) const {
    return std::binary_search(in_loop_.begin(), in_loop_.end(), i);
  }

  absl::string_view IdOf(const TraceRow& row) const {
    if (row.input < 0) return kLoopInput;
    return analysis_.world->structure()
        .items[static_cast<std::size_t>(row.input)]
        .id;
  }

  void Sort() {
    std::sort(trace_.rows.begin(), trace_.rows.end(),
              [&](const TraceRow& a, const TraceRow& b) {
                const double left = Comparable(a.contribution),
                             right = Comparable(b.contribution);
                if (left != right) return left > right;
                if (a.input != b.input) return IdOf(a) < IdOf(b);
                return a.country < b.country;
              });
  }

  const Analysis& analysis_;
  Trace& trace_;
  std::vector<ItemIndex> in_loop_;
  double small_ = 0;  // contributions that are not listed
};

void AddDoubt(const Analysis& analysis, double error, Trace& trace) {
  if (error <= kContentError) return;
  Finding finding;
  finding.code = FindingCode::kContentNotSettled;
  finding.year = analysis.options.year;
  finding.item_id = analysis.world->structure()
                        .items[static_cast<std::size_t>(trace.item)]
                        .id;
  finding.found = std::min(1.0, error);
  trace.findings.push_back(std::move(finding));
}

}  // namespace

std::vector<ItemIndex> Trace::ChainOf(const TraceRow& row) const {
  return ChainFrom(above, row.end);
}

absl::StatusOr<Trace> TraceItem(const Analysis& analysis,
                                const SupplyLayer& supply, ItemIndex item,
                                double explain, const Stop* stop) {
  const AdjointSolver solver(*analysis.graph, AssuredLower(analysis.balance));
  QJ_ASSIGN_OR_RETURN(const Taken taken, Taken::Of(solver, item, stop));
  Trace trace;
  trace.item = item;
  trace.content = analysis.lower.share[static_cast<std::size_t>(item)];
  trace.rest =
      Contributions(analysis, supply, solver, taken, trace).Keep(explain);
  AddDoubt(analysis, std::max(taken.error(), analysis.lower.error), trace);
  std::vector<ItemIndex> ends;
  for (const TraceRow& row : trace.rows) ends.push_back(row.end);
  ChainSearch chains(*analysis.graph, solver.a(), item);
  QJ_RETURN_IF_ERROR(chains.Settle(ends, stop));
  trace.above = chains.above();
  return trace;
}

std::vector<ItemIndex> ChainTo(const Analysis& analysis, ItemIndex from,
                               ItemIndex to) {
  const std::vector<double> a =
      analysis.graph->ByPlace(AssuredLower(analysis.balance));
  ChainSearch chains(*analysis.graph, a, from);
  if (!chains.Settle(absl::MakeConstSpan(&to, 1)).ok()) return {};
  std::vector<ItemIndex> chain = ChainFrom(chains.above(), to);
  if (chain.front() != from) chain.clear();
  return chain;
}

std::vector<ItemIndex> WorstChain(const Analysis& analysis, ItemIndex item) {
  const std::vector<double> a = AssuredLower(analysis.balance);
  const AdjointSolver solver(*analysis.graph, a);
  const auto taken = Taken::Of(solver, item, nullptr);
  if (!taken.ok()) return {item};
  ItemIndex worst = item;
  double most = kLeastContribution;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const auto i = static_cast<ItemIndex>(k);
    if (i == item) continue;
    // In a closed loop nothing is content, whatever a is.
    const bool whole = solver.a()[analysis.graph->PlaceOf(i)] == 0;
    const double lost = taken->of(i) * (whole ? 1 : 1 - a[k]);
    if (Comparable(lost) <= Comparable(most)) continue;
    most = lost;
    worst = i;
  }
  return ChainTo(analysis, item, worst);
}

}  // namespace qiangji::domain
