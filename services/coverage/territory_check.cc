#include "services/coverage/territory_check.h"

#include "services/base/countries.h"

namespace qiangji::coverage {

void CheckAbroad(const domain::AnalysisOptions& options,
                 const std::string& code, const std::string& field,
                 rpc::Violations& wrong) {
  const Territory* territory = FindCountry(code);
  if (territory == nullptr || territory->alpha3 != code) {
    wrong.Add(field, "is not an ISO 3166-1 alpha-3 code");
  } else if (code == kAbroad || code == kUnknownOrigin) {
    wrong.Add(field, "is not a country");
  } else if (options.IsHome(domain::Country::Of(code))) {
    wrong.Add(field, "is home; an embargo of home says nothing");
  }
}

std::vector<domain::SectorIndex> SectorsShown(
    const domain::Analysis& analysis,
    const std::vector<domain::LossMeans>& means) {
  std::vector<domain::SectorIndex> shown = {-1};
  for (std::size_t s = 0; s < means.size(); ++s) {
    if (analysis.world->structure().sectors[s].ten || means[s].items > 0) {
      shown.push_back(static_cast<domain::SectorIndex>(s));
    }
  }
  return shown;
}

std::string SectorId(const domain::Analysis& analysis,
                     domain::SectorIndex sector) {
  return sector < 0 ? std::string()
                    : analysis.world->structure()
                          .sectors[static_cast<std::size_t>(sector)]
                          .id;
}

}  // namespace qiangji::coverage
