// Customs territories (METHOD 1): ISO 3166-1 and the two user-assigned codes,
// compiled in from db/catalogue/compiled/countries.csv.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"

namespace qiangji {

struct Territory {
  absl::string_view alpha2;  // "" for XXF and ZZZ
  absl::string_view alpha3;
  absl::string_view name_en;
  absl::string_view name_zh;
};

// Abroad, country not stated; and not known at all. Neither is a country.
constexpr absl::string_view kAbroad = "XXF";
constexpr absl::string_view kUnknownOrigin = "ZZZ";

// By alpha-2 or alpha-3, in any case; nullptr where there is none.
const Territory* FindCountry(absl::string_view code);

// All of them by alpha-3, XXF and ZZZ included.
const std::vector<Territory>& Countries();

}  // namespace qiangji
