// What a caller may ask of every computation (FORMATS, "Common to what
// computes").
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/codes.h"
#include "services/domain/world.h"

namespace qiangji::domain {

struct AnalysisOptions {
  int year = 0;
  std::vector<Country> home = {Country::Of("CHN")};
  Criteria criteria;       // METHOD 2.5
  double threshold = 0.5;  // θ
  std::string edition;     // "" = all items
  int carry_forward = 0;   // years back at most; 0 = off (METHOD 2.4)
  // Supply and demand records graded worse are ignored.
  Grade min_evidence = Grade::kIllustrative;

  bool IsHome(Country c) const;
};

// "" = the registered criteria "default", else METHOD's; "name" = its newest
// version; "name@2" = that version. NotFound where there is none.
absl::StatusOr<Criteria> ResolveCriteria(const Facts& facts,
                                         absl::string_view name);

}  // namespace qiangji::domain
