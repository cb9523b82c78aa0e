// What an embargo of each country alone would stop (METHOD 3.5).
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/analysis.h"
#include "services/domain/disruption.h"
#include "services/domain/stop.h"

namespace qiangji::domain {

struct ExposureOptions {
  // Empty = every country of METHOD 3.5. Others are InvalidArgument where a
  // scenario of them would be.
  std::vector<Country> countries;
  bool substitution = true;
  bool by_sector = true;
  bool pessimistic = true;  // that variant too: up to twice the work
  // Of every loss. The default is the method's; 1e-5 and 1e-6 are for
  // screening, many times faster.
  double tolerance = 1e-9;
  int threads = 1;             // batches at a time; no result depends on it
  const Stop* stop = nullptr;  // looked at before each batch
  // After each batch, one call at a time: batches done, and all of them.
  // Calls nothing of this computation.
  std::function<void(std::size_t done, std::size_t all)> progress;
};

struct CountryExposure {
  Country country;
  LossMeans total;
  std::vector<LossMeans> sectors;  // by SectorIndex; empty without by_sector
};

struct Exposure {
  std::vector<CountryExposure> rows;  // by country code
  LossBound bound;
};

// METHOD 3.5: origin, controller or licence country of a domestic flow of an
// item with data, not home, XXF or ZZZ. Ascending.
std::vector<Country> ExposedCountries(const Analysis& analysis);

absl::StatusOr<Exposure> ComputeExposure(const Analysis& analysis,
                                         const ExposureOptions& options);

}  // namespace qiangji::domain
