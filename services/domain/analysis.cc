#include "services/domain/analysis.h"

#include <algorithm>
#include <utility>

#include "services/base/status_macros.h"

namespace qiangji::domain {
namespace {

// Component and material make one catalogue (METHOD 4.1).
int FamilyOf(Category category) {
  return category == Category::kMaterial
             ? static_cast<int>(Category::kComponent)
             : static_cast<int>(category);
}

std::vector<bool> InEdition(const World& world, const std::string& edition) {
  std::vector<bool> in(world.structure().items.size(), edition.empty());
  if (edition.empty()) return in;
  for (const EditionItem& entry : world.facts().editions) {
    if (entry.edition == edition)
      in[static_cast<std::size_t>(entry.item)] = true;
  }
  return in;
}

std::vector<Finding> CostFindings(const Structure& structure,
                                  const Graph& graph, int year) {
  std::vector<Finding> findings;
  for (const Input& input : structure.inputs) {
    if (!graph.Overfull(input.item) || !input.ValidIn(year)) continue;
    const std::string& id =
        structure.items[static_cast<std::size_t>(input.item)].id;
    if (findings.empty() || findings.back().item_id != id) {
      Finding& finding = findings.emplace_back();
      finding.code = FindingCode::kCostSharesAboveOne;
      finding.item_id = id;
      finding.year = year;
      finding.against = 1;
    }
    findings.back().found += input.cost_share.value_or(0);
  }
  return findings;
}

}  // namespace

std::optional<Finding> Analysis::ContentFinding() const {
  for (const Content* content : {&lower, &upper, &located}) {
    if (content->settled() || content->unsettled < 0) continue;
    Finding finding;
    finding.code = FindingCode::kContentNotSettled;
    finding.item_id = world->structure()
                          .items[static_cast<std::size_t>(content->unsettled)]
                          .id;
    finding.year = options.year;
    finding.found = content->error;
    return finding;  // one says it
  }
  return std::nullopt;
}

absl::StatusOr<std::shared_ptr<const Analysis>> Analyze(
    std::shared_ptr<const World> world, const AnalysisOptions& options,
    const Stop* stop) {
  auto analysis = std::make_shared<Analysis>();
  analysis->options = options;
  analysis->graph = world->GraphOf(options.year);
  analysis->balance = ComputeBalance(*world, options);
  const Graph& graph = *analysis->graph;
  const Balance& balance = analysis->balance;
  const std::vector<double> shares[] = {
      AssuredLower(balance), AssuredUpper(balance), LocatedLower(balance)};
  QJ_ASSIGN_OR_RETURN(std::vector<Content> contents,
                      SolveContents(graph, shares, stop));
  analysis->lower = std::move(contents[0]);
  analysis->upper = std::move(contents[1]);
  analysis->located = std::move(contents[2]);
  analysis->leaf = LeafItems(*world, options);
  analysis->coverage = CoverageBlocks(analysis->leaf.size());
  analysis->cost_findings =
      CostFindings(world->structure(), graph, options.year);
  analysis->world = std::move(world);
  return analysis;
}

std::vector<bool> LeafItems(const World& world,
                            const AnalysisOptions& options) {
  const std::vector<Item>& items = world.structure().items;
  const std::vector<bool> in = InEdition(world, options.edition);
  std::vector<bool> leaf = in;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!in[i] || items[i].parent < 0) continue;
    const auto parent = static_cast<std::size_t>(items[i].parent);
    if (FamilyOf(items[i].category) == FamilyOf(items[parent].category)) {
      leaf[parent] = false;
    }
  }
  return leaf;
}

std::vector<bool> HeadlineScope(const World& world,
                                const AnalysisOptions& options) {
  std::vector<bool> scope = LeafItems(world, options);
  const std::vector<Item>& items = world.structure().items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (FamilyOf(items[i].category) != FamilyOf(Category::kComponent)) {
      scope[i] = false;
    }
  }
  return scope;
}

std::optional<int> AssessedYear(const World& world,
                                const AnalysisOptions& options) {
  const std::vector<bool> scope = HeadlineScope(world, options);
  const std::vector<Item>& items = world.structure().items;
  double whole = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (scope[i]) whole += items[i].weight;
  }
  if (whole <= 0) return std::nullopt;
  const std::vector<int> years = world.SupplyYears();
  for (std::size_t y = years.size(); y-- > 0;) {
    const std::vector<bool> has = HasData(world, options, years[y]);
    double covered = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (scope[i] && has[i]) covered += items[i].weight;
    }
    if (AtLeast(covered / whole, 0.5)) return years[y];
  }
  return std::nullopt;
}

std::optional<int> DefaultYear(const World& world,
                               const AnalysisOptions& options) {
  if (const auto assessed = AssessedYear(world, options)) return assessed;
  const std::vector<int> years = world.SupplyYears();
  if (years.empty()) return std::nullopt;
  return years.back();
}

}  // namespace qiangji::domain
