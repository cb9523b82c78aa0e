#include "tests/bench/data.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"
#include "services/domain/schema.h"

namespace qiangji::bench {
namespace {

constexpr const char* kCountries[] = {"CHN", "CHN", "CHN", "CHN", "CHN",
                                      "CHN", "DEU", "JPN", "USA", "KOR",
                                      "CHE", "ITA", "FRA", "TWN", "SWE"};
constexpr const char* kSectors[] = {
    "next-gen-it", "cnc-robotics", "aerospace", "marine",
    "rail",        "nev",          "power",     "agri-machinery",
    "biomedical",  "new-materials"};
constexpr const char* kQualifications[] = {"series", "series",      "series",
                                           "series", "first_batch", "prototype",
                                           "",       "promoted"};
constexpr const char* kEvidence[] = {"declared", "declared", "audited",
                                     "published"};

// SplitMix64: the same numbers with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  int Below(int n) {
    return static_cast<int>(Next() % static_cast<std::uint64_t>(n));
  }
  bool OneIn(int n) { return Below(n) == 0; }
  template <typename T, std::size_t n>
  const T& Of(const T (&list)[n]) {
    return list[Below(static_cast<int>(n))];
  }

 private:
  std::uint64_t state_;
};

bool UsesShares(int item) { return item % 20 == 0; }

// Two thirds are told by their seller, most others by a buyer, some are totals
// of a country.
SupplyRow MakeRow(const DataOptions& options, int item, Random& random) {
  SupplyRow row;
  row.item = item;
  row.year = options.first_year +
             random.Below(options.last_year - options.first_year + 1);
  row.market = random.OneIn(10) ? "export" : "domestic";
  row.side = "third_party";
  row.origin = random.Of(kCountries);
  const int told = random.Below(12);
  if (told < 10) {
    row.supplier = random.Below(options.organizations);
    row.origin = CountryOf(row.supplier);
    row.reporter =
        told < 8 ? row.supplier : random.Below(options.organizations);
    row.side = row.reporter == row.supplier ? "seller" : "buyer";
    row.qualification = random.Of(kQualifications);
    if (random.OneIn(10)) row.controller = random.Of(kCountries);
    if (random.OneIn(12)) row.licences = random.OneIn(4) ? "JPN;USA" : "USA";
  }
  row.evidence = random.Of(kEvidence);
  row.visibility = random.OneIn(5) ? "public" : "private";
  const double volume = (1 + random.Below(1'000'000)) / 100.0;
  if (UsesShares(item)) {
    row.share = volume / 100'000;  // of ten rows at most 1
  } else {
    row.quantity = volume;
    if (!random.OneIn(3)) row.value_cny = std::round(volume * 370);
  }
  return row;
}

// Everything of a key that MakeRow varies.
auto KeyOf(const SupplyRow& row) {
  return std::tuple(row.year, std::string(row.market), std::string(row.origin),
                    row.supplier, row.reporter, std::string(row.controller),
                    std::string(row.licences), std::string(row.qualification));
}

std::string Number(double value) {
  return value < 0 ? std::string() : absl::StrFormat("%.10g", value);
}
std::string OrganizationOrNone(int organization) {
  return organization < 0 ? std::string() : OrganizationId(organization);
}

bool WriteItems(const DataOptions& options, const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) return false;
  std::fputs("item_id,name_zh,category,sectors,unit\n", file);
  for (int i = 0; i < options.items; ++i) {
    std::fprintf(file, "%s,部件%d,%s,%s,set\n", ItemId(i).c_str(), i,
                 i % 4 == 0 ? "material" : "component",
                 kSectors[static_cast<std::size_t>(i) % std::size(kSectors)]);
  }
  return std::fclose(file) == 0;
}

bool WriteOrganizations(const DataOptions& options, const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) return false;
  std::fputs("organization_id,name_zh,country\n", file);
  for (int i = 0; i < options.organizations; ++i) {
    std::fprintf(file, "%s,公司%d,%s\n", OrganizationId(i).c_str(), i,
                 CountryOf(i));
  }
  return std::fclose(file) == 0;
}

bool WriteSupply(const std::vector<SupplyRow>& rows, const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) return false;
  std::fputs(
      "item_id,year,market,origin_country,supplier_id,controller_country,"
      "licence_countries,qualification,reporter_id,side,quantity,share,"
      "value_cny,source,evidence,visibility\n",
      file);
  for (const SupplyRow& row : rows) {
    std::fprintf(file, "%s,%d,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,bench,%s,%s\n",
                 ItemId(row.item).c_str(), row.year, row.market, row.origin,
                 OrganizationOrNone(row.supplier).c_str(), row.controller,
                 row.licences, row.qualification,
                 OrganizationOrNone(row.reporter).c_str(), row.side,
                 Number(row.quantity).c_str(), Number(row.share).c_str(),
                 Number(row.value_cny).c_str(), row.evidence, row.visibility);
  }
  return std::fclose(file) == 0;
}

using Cells = std::vector<std::pair<const char*, domain::Value>>;

void Apply(const char* table_name, const Cells& cells,
           domain::WorldBuilder& builder) {
  const domain::TableSchema& table = *domain::FindTable(table_name);
  domain::Row row(table.columns.size());
  for (const auto& [name, value] : cells) {
    row.at(static_cast<std::size_t>(table.Find(name))) = value;
  }
  if (const absl::Status applied = builder.ApplyRow(table, row);
      !applied.ok()) {
    std::fprintf(stderr, "%s\n", applied.ToString().c_str());
    std::abort();
  }
}

domain::Value Text(std::string text) {
  return text.empty() ? domain::Value() : domain::Value(std::move(text));
}
domain::Value Amount(double value) {
  return value < 0 ? domain::Value() : domain::Value(value);
}

}  // namespace

std::string ItemId(int item) { return absl::StrFormat("item-%06d", item); }
std::string OrganizationId(int organization) {
  return absl::StrFormat("org-%05d", organization);
}
const char* CountryOf(int organization) {
  return kCountries[static_cast<std::size_t>(organization) %
                    std::size(kCountries)];
}

std::vector<SupplyRow> MakeSupply(const DataOptions& options) {
  Random random(options.seed);
  std::vector<SupplyRow> rows;
  rows.reserve(static_cast<std::size_t>(options.records));
  const int of_each = options.records / options.items;
  for (int item = 0; item < options.items; ++item) {
    std::vector<decltype(KeyOf(SupplyRow()))> keys;
    while (static_cast<int>(keys.size()) < of_each) {
      const SupplyRow row = MakeRow(options, item, random);
      auto key = KeyOf(row);
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      keys.push_back(std::move(key));
      rows.push_back(row);
    }
  }
  for (std::size_t k = rows.size(); k > 1; --k) {
    std::swap(rows[k - 1], rows[random.Next() % k]);
  }
  return rows;
}

void ChangeOnePercent(std::vector<SupplyRow>& rows) {
  for (std::size_t k = 7; k < rows.size(); k += 100) {
    if (rows[k].quantity >= 0) rows[k].quantity += 0.5;
    if (rows[k].share >= 0) rows[k].share *= 0.5;
  }
}

bool WriteCsv(const DataOptions& options, const std::vector<SupplyRow>& rows,
              const std::string& directory) {
  return WriteItems(options, directory + "/items.csv") &&
         WriteOrganizations(options, directory + "/organizations.csv") &&
         WriteSupply(rows, directory + "/supply.csv");
}

void FeedSupply(const SupplyRow& row, domain::WorldBuilder& builder) {
  Apply("supply",
        {{"item_id", Text(ItemId(row.item))},
         {"year", std::int64_t{row.year}},
         {"market", Text(row.market)},
         {"origin_country", Text(row.origin)},
         {"supplier_id", Text(OrganizationOrNone(row.supplier))},
         {"controller_country", Text(row.controller)},
         {"licence_countries", Text(row.licences)},
         {"qualification", Text(row.qualification)},
         {"reporter_id", Text(OrganizationOrNone(row.reporter))},
         {"side", Text(row.side)},
         {"quantity", Amount(row.quantity)},
         {"share", Amount(row.share)},
         {"value_cny", Amount(row.value_cny)},
         {"evidence", Text(row.evidence)},
         {"visibility", Text(row.visibility)}},
        builder);
}

void Feed(const DataOptions& options, const std::vector<SupplyRow>& rows,
          domain::WorldBuilder& builder) {
  for (const char* sector : kSectors) {
    Apply("sectors",
          {{"sector_id", Text(sector)},
           {"name_zh", Text(sector)},
           {"ten", std::int64_t{1}}},
          builder);
  }
  for (int i = 0; i < options.items; ++i) {
    Apply("items",
          {{"item_id", Text(ItemId(i))},
           {"name_zh", Text(ItemId(i))},
           {"category", Text(i % 4 == 0 ? "material" : "component")},
           {"sectors",
            Text(kSectors[static_cast<std::size_t>(i) % std::size(kSectors)])}},
          builder);
  }
  for (int i = 0; i < options.organizations; ++i) {
    Apply("organizations",
          {{"organization_id", Text(OrganizationId(i))},
           {"name_zh", Text(OrganizationId(i))},
           {"country", Text(CountryOf(i))}},
          builder);
  }
  for (const SupplyRow& row : rows) FeedSupply(row, builder);
}

void FeedInput(int item, int input, double cost_share,
               domain::WorldBuilder& builder) {
  Apply("inputs",
        {{"item_id", Text(ItemId(item))},
         {"input_item_id", Text(ItemId(input))},
         {"cost_share", cost_share},
         {"essentiality", 1.0}},
        builder);
}

}  // namespace qiangji::bench
