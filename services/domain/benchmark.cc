#include "services/domain/benchmark.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace qiangji::domain {
namespace {

constexpr double kLeadingFrom = 1;
constexpr double kLevelFrom = 0.95;

bool HasRatio(const Test& test) {
  return test.reference.has_value() && *test.reference > 0 && test.value > 0;
}

double RatioOf(const Test& test) {
  return test.smaller_is_better ? *test.reference / test.value
                                : test.value / *test.reference;
}

double Median(std::vector<double> ratios) {
  std::sort(ratios.begin(), ratios.end());
  const std::size_t middle = ratios.size() / 2;
  return ratios.size() % 2 == 1 ? ratios[middle]
                                : (ratios[middle - 1] + ratios[middle]) / 2;
}

Level LevelOf(double ratio) {
  if (AtLeast(ratio, kLeadingFrom)) return Level::kLeading;
  return AtLeast(ratio, kLevelFrom) ? Level::kLevel : Level::kBehind;
}

class Benchmarker {
 public:
  Benchmarker(const World& world, const AnalysisOptions& options)
      : world_(world), structure_(world.structure()), options_(options) {}

  Benchmark Run() {
    const std::vector<Test>& tests = world_.facts().tests;
    std::size_t begin = 0;
    while (begin < tests.size()) {
      std::size_t end = begin;
      while (end < tests.size() && tests[end].item == tests[begin].item) ++end;
      AddItem(tests[begin].item,
              absl::MakeConstSpan(tests).subspan(begin, end - begin));
      begin = end;
    }
    CountProcesses();
    return std::move(out_);
  }

 private:
  bool InEdition(ItemIndex item) const {
    if (options_.edition.empty()) return true;
    const std::vector<EditionItem>& entries = world_.facts().editions;
    return std::any_of(
        entries.begin(), entries.end(), [&](const EditionItem& entry) {
          return entry.edition == options_.edition && entry.item == item;
        });
  }

  bool Counts(const Test& test) const {
    return test.year <= options_.year &&
           options_.IsHome(structure_.organization(test.organization).country);
  }

  // A maker's newest test of a property counts, whether it has a ratio or not.
  void AddItem(ItemIndex item, absl::Span<const Test> tests) {
    if (!InEdition(item)) return;
    std::map<std::pair<std::string, Number>, const Test*> newest;
    for (const Test& test : tests) {
      if (!Counts(test)) continue;
      const Test*& at = newest[{test.property, test.organization}];
      if (at == nullptr ||
          std::tie(at->date, at->id) < std::tie(test.date, test.id)) {
        at = &test;
      }
    }
    BenchmarkedItem out;
    out.item = item;
    for (const auto& [key, test] : newest) {
      if (HasRatio(*test)) AddTest(*test, out.properties);
    }
    if (out.properties.empty()) return;
    std::vector<double> ratios;
    for (const BenchmarkedProperty& p : out.properties) {
      ratios.push_back(p.ratio);
    }
    out.ratio = Median(std::move(ratios));
    out.level = LevelOf(out.ratio);
    ++(out.level == Level::kLeading ? out_.leading
       : out.level == Level::kLevel ? out_.level
                                    : out_.behind);
    out_.items.push_back(std::move(out));
  }

  // Tests come by property.
  void AddTest(const Test& test,
               std::vector<BenchmarkedProperty>& properties) const {
    BenchmarkedProperty p{test.property,     test.unit,  test.id,
                          test.organization, test.value, *test.reference,
                          RatioOf(test)};
    if (properties.empty() || properties.back().property != p.property) {
      properties.push_back(std::move(p));
      return;
    }
    const auto name = [&](const BenchmarkedProperty& of) -> const std::string& {
      return structure_.organization(of.organization).id;
    };
    BenchmarkedProperty& best = properties.back();
    const bool better =
        p.ratio > best.ratio || (p.ratio == best.ratio && name(p) < name(best));
    if (better) best = std::move(p);
  }

  // METHOD 4.2: promoted in or before the year.
  bool IsPromoted(ItemIndex item) const {
    const absl::Span<const Milestone> milestones =
        world_.facts().MilestonesOf(item);
    return std::any_of(
        milestones.begin(), milestones.end(), [&](const Milestone& m) {
          return m.stage == Stage::kPromoted && m.year <= options_.year;
        });
  }

  void CountProcesses() {
    for (std::size_t k = 0; k < structure_.items.size(); ++k) {
      const Item& item = structure_.items[k];
      const auto i = static_cast<ItemIndex>(k);
      if (item.category != Category::kProcess || !item.signature ||
          !InEdition(i) || !IsPromoted(i)) {
        continue;
      }
      ++out_.promoted_processes;
      const auto at =
          std::find_if(out_.items.begin(), out_.items.end(),
                       [&](const BenchmarkedItem& b) { return b.item == i; });
      if (at != out_.items.end() && at->level == Level::kLeading) {
        ++out_.leading_processes;
      }
    }
  }

  const World& world_;
  const Structure& structure_;
  const AnalysisOptions& options_;
  Benchmark out_;
};

}  // namespace

absl::string_view ToText(Level level) {
  switch (level) {
    case Level::kLeading:
      return "leading";
    case Level::kLevel:
      return "level";
    case Level::kBehind:
      return "behind";
  }
  return "";
}

Benchmark ComputeBenchmark(const World& world, const AnalysisOptions& options) {
  return Benchmarker(world, options).Run();
}

}  // namespace qiangji::domain
