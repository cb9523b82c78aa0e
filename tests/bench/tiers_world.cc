#include "tests/bench/tiers_world.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "services/base/countries.h"
#include "services/domain/graph_cache.h"

namespace qiangji::bench {
namespace {

constexpr const char* kSectors[] = {
    "next-gen-it", "cnc-robotics", "aerospace", "marine",
    "rail",        "nev",          "power",     "agri-machinery",
    "biomedical",  "new-materials"};

constexpr domain::Number kMaker = 1;  // of every project

// SplitMix64: the same numbers with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  double Unit() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
  }
  std::size_t Below(std::size_t n) {
    return static_cast<std::size_t>(Unit() * static_cast<double>(n));
  }

 private:
  std::uint64_t state_;
};

std::vector<domain::Country> Abroad() {
  std::vector<domain::Country> countries;
  for (const Territory& territory : Countries()) {
    if (territory.alpha3 == "CHN" || territory.alpha3 == kAbroad ||
        territory.alpha3 == kUnknownOrigin ||
        countries.size() == kTiersCountries) {
      continue;
    }
    countries.push_back(domain::Country::Of(territory.alpha3));
  }
  return countries;
}

std::string ReadFile(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    std::perror(path.c_str());
    std::abort();
  }
  std::fseek(file, 0, SEEK_END);
  std::string text(static_cast<std::size_t>(std::ftell(file)), '\0');
  std::rewind(file);
  if (std::fread(text.data(), 1, text.size(), file) != text.size()) {
    std::abort();
  }
  std::fclose(file);
  return text;
}

// item, input, cost share, essentiality, group (0 = none).
void ReadInputs(const std::string& path, domain::Structure& structure) {
  const std::string text = ReadFile(path);
  const char* at = text.c_str() + text.find('\n') + 1;
  const auto cell = [&at](auto parse) {
    char* end = nullptr;
    const auto value = parse(at, &end);
    at = end + 1;
    return value;
  };
  const auto integer = [](const char* s, char** end) {
    return std::strtol(s, end, 10);
  };
  const auto number = [](const char* s, char** end) {
    return std::strtod(s, end);
  };
  while (*at != '\0') {
    domain::Input input;
    input.item = static_cast<domain::ItemIndex>(cell(integer));
    input.input = static_cast<domain::ItemIndex>(cell(integer));
    input.cost_share = cell(number);
    input.essentiality = cell(number);
    input.substitution_group = static_cast<domain::Number>(cell(integer));
    structure.inputs.push_back(input);
  }
  std::sort(structure.inputs.begin(), structure.inputs.end(),
            [](const domain::Input& a, const domain::Input& b) {
              return std::tie(a.item, a.input) < std::tie(b.item, b.input);
            });
}

std::shared_ptr<const domain::Structure> MakeStructure(
    const std::string& directory) {
  auto structure = std::make_shared<domain::Structure>();
  for (const char* id : kSectors) {
    structure->sectors.push_back({id, id, id, true});
  }
  ReadInputs(directory + "/inputs.csv", *structure);
  domain::ItemIndex last = -1;
  for (const domain::Input& input : structure->inputs) {
    last = std::max({last, input.item, input.input});
  }
  for (int i = 0; i <= last; ++i) {
    domain::Item item;
    item.id = absl::StrFormat("%07d", i);
    item.number = static_cast<domain::Number>(i);
    item.sectors = {static_cast<domain::SectorIndex>(
        static_cast<std::size_t>(i) % std::size(kSectors))};
    structure->items.push_back(std::move(item));
    structure->item_of_number.push_back(i);
  }
  structure->organizations.resize(kMaker + 1);
  structure->organizations[kMaker].id = "maker";
  structure->organizations[kMaker].country = domain::Country::Of("CHN");
  return structure;
}

// Few countries sell most: their places fall by a power.
domain::SupplyRecord MakeRecord(domain::Number item, double home_chance,
                                const std::vector<domain::Country>& abroad,
                                Random& random) {
  const auto country = [&] {
    const double x = random.Unit();
    return abroad[static_cast<std::size_t>(x * x *
                                           static_cast<double>(abroad.size()))];
  };
  domain::SupplyRecord record;
  record.item = item;
  record.origin =
      random.Unit() < home_chance ? domain::Country::Of("CHN") : country();
  if (random.Unit() < 0.05) record.controller = country();
  if (random.Unit() < 0.05) {
    record.licences =
        1 + static_cast<domain::Number>(random.Below(abroad.size()));
  }
  record.has_quantity = true;
  record.amount = 0.1 + random.Unit();
  return record;
}

std::shared_ptr<const domain::SupplyYear> MakeSupply(
    std::size_t items, int records_each,
    const std::vector<domain::Country>& abroad) {
  auto year = std::make_shared<domain::SupplyYear>();
  year->year = kTiersYear;
  Random random(7);
  std::vector<domain::SupplyRecord> rows;
  for (std::size_t i = 0; i < items; ++i) {
    year->begin.push_back(static_cast<std::uint32_t>(year->records.size()));
    const double foreign = random.Unit();
    const std::size_t n =
        1 + random.Below(2 * static_cast<std::size_t>(records_each) - 1);
    rows.clear();
    for (std::size_t k = 0; k < n; ++k) {
      rows.push_back(MakeRecord(static_cast<domain::Number>(i),
                                1 - foreign * foreign, abroad, random));
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return std::tie(a.origin, a.controller, a.licences) <
             std::tie(b.origin, b.controller, b.licences);
    });
    year->records.insert(year->records.end(), rows.begin(), rows.end());
  }
  year->begin.push_back(static_cast<std::uint32_t>(year->records.size()));
  return year;
}

// Without it an item of one origin only would be one-sided (METHOD 2.4).
std::shared_ptr<const domain::DemandYear> MakeDemand(std::size_t items) {
  auto year = std::make_shared<domain::DemandYear>();
  year->year = kTiersYear;
  for (std::size_t i = 0; i < items; ++i) {
    domain::Demand demand;
    demand.item = static_cast<domain::Number>(i);
    demand.complete = true;
    year->rows.push_back(demand);
  }
  return year;
}

// Two projects of three items on average, each of 10 to 300 million.
std::shared_ptr<const domain::Facts> MakeFacts(std::size_t items,
                                               int projects) {
  auto facts = std::make_shared<domain::Facts>();
  Random random(9);
  const std::size_t served =
      std::min(items, static_cast<std::size_t>(projects) * 2 / 3 + 1);
  for (int p = 0; p < projects; ++p) {
    domain::Project project;
    project.id = absl::StrFormat("p%06d", p);
    project.item =
        static_cast<domain::ItemIndex>(random.Below(served) * (items / served));
    project.organization = kMaker;
    project.completion_year =
        kTiersYear + 1 + static_cast<int>(random.Below(5));
    project.added_quantity = 0.2 + 4 * random.Unit();
    project.probability = 0.3 + 0.7 * random.Unit();
    project.cost_cny = 1e7 * std::exp(3.4 * random.Unit());
    facts->projects.push_back(std::move(project));
  }
  return facts;
}

}  // namespace

std::shared_ptr<const domain::World> MakeTiersWorld(
    const std::string& directory, int records_each, int projects) {
  const auto structure = MakeStructure(directory);
  const std::vector<domain::Country> abroad = Abroad();
  auto licences = std::make_shared<std::vector<domain::LicenceSet>>(1);
  for (const domain::Country country : abroad) licences->push_back({country});
  const std::size_t items = structure->items.size();
  return std::make_shared<const domain::World>(
      structure, MakeFacts(items, projects), licences,
      std::map<int, std::shared_ptr<const domain::SupplyYear>>{
          {kTiersYear, MakeSupply(items, records_each, abroad)}},
      std::map<int, std::shared_ptr<const domain::DemandYear>>{
          {kTiersYear, MakeDemand(items)}},
      std::make_shared<domain::GraphCache>(structure));
}

}  // namespace qiangji::bench
