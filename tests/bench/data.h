// A seeded world of any size, as rows and as CSV files of FORMATS.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/domain/world_builder.h"

namespace qiangji::bench {

struct DataOptions {
  int items = 100'000;
  int organizations = 20'000;
  int records = 1'000'000;
  int first_year = 2015, last_year = 2025;
  std::uint64_t seed = 1;
};

// One supply record. Texts are of FORMATS; an organization of -1 is not stated.
struct SupplyRow {
  int item = 0, year = 0, supplier = -1, reporter = -1;
  const char *market = "", *origin = "", *controller = "", *licences = "",
             *qualification = "", *side = "", *evidence = "", *visibility = "";
  double quantity = -1, share = -1, value_cny = -1;  // below 0 = not stated
};

std::string ItemId(int item);
std::string OrganizationId(int organization);
const char* CountryOf(int organization);

// `records` rows of different keys in random order, the same for the same
// options on every machine. Each item keeps to one measure.
std::vector<SupplyRow> MakeSupply(const DataOptions& options);

// Every hundredth row gets another volume.
void ChangeOnePercent(std::vector<SupplyRow>& rows);

// items.csv, organizations.csv and supply.csv. False where a file cannot be
// written.
bool WriteCsv(const DataOptions& options, const std::vector<SupplyRow>& rows,
              const std::string& directory);

// One row as the registry's feed would pass it on.
void FeedSupply(const SupplyRow& row, domain::WorldBuilder& builder);
// The same rows as the registry's feed would pass them on.
void Feed(const DataOptions& options, const std::vector<SupplyRow>& rows,
          domain::WorldBuilder& builder);
void FeedInput(int item, int input, double cost_share,
               domain::WorldBuilder& builder);

}  // namespace qiangji::bench
