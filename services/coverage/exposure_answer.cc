#include "services/coverage/exposure_answer.h"

#include <algorithm>
#include <limits>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/coverage/convert.h"
#include "services/coverage/territory_check.h"
#include "services/domain/chokepoint.h"
#include "services/domain/exposure.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

using domain::Analysis;

// FORMATS and METHOD 3.6: what is not above it is nothing.
constexpr double kLeast = 1e-9;
// Items that a search may look at where the caller sets no limit: some minutes.
constexpr std::int64_t kDefaultBudget = 20'000'000'000;

absl::StatusOr<std::vector<domain::Country>> CountriesOf(
    const Analysis& analysis, const v1::ComputeExposureRequest& request) {
  rpc::Violations wrong;
  std::set<std::string> codes;
  for (int i = 0; i < request.countries_size(); ++i) {
    const std::string field = absl::StrCat("countries[", i, "]");
    CheckAbroad(analysis.options, request.countries(i), field, wrong);
    if (!codes.insert(request.countries(i)).second) {
      wrong.Add(field, "is stated twice");
    }
  }
  QJ_RETURN_IF_ERROR(wrong.ToStatus());
  std::vector<domain::Country> countries;
  countries.reserve(codes.size());
  for (const std::string& code : codes) {
    countries.push_back(domain::Country::Of(code));
  }
  return countries;
}

absl::StatusOr<std::shared_ptr<const domain::Exposure>> ExposureOf(
    const Answering& in, std::vector<domain::Country> countries) {
  std::string key;
  for (const domain::Country c : countries) {
    absl::StrAppend(&key, c.ToString(), ",");
  }
  if (auto known = in.results.exposures.Find(in.analysis, key)) return known;
  domain::ExposureOptions options;
  options.countries = std::move(countries);
  options.threads =
      std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  options.stop = in.stop;
  QJ_ASSIGN_OR_RETURN(domain::Exposure exposure,
                      domain::ComputeExposure(*in.analysis, options));
  return in.results.exposures.Keep(in.analysis, key, std::move(exposure));
}

absl::StatusOr<std::shared_ptr<const domain::Chokepoints>> ChokepointsOf(
    const Answering& in, std::size_t top,
    const domain::ChokepointOptions& options) {
  const std::string key = absl::StrCat(
      top, "|", static_cast<int>(options.variant), "|", options.budget);
  if (auto known = in.results.chokepoints.Find(in.analysis, key)) return known;
  QJ_ASSIGN_OR_RETURN(domain::Chokepoints chokepoints,
                      domain::ComputeChokepoints(*in.analysis, top, options));
  return in.results.chokepoints.Keep(in.analysis, key, std::move(chokepoints));
}

void FillChokepoint(const Analysis& analysis, const domain::Chokepoint& row,
                    v1::ChokepointRow* out) {
  const domain::Item& item = ItemOf(analysis, row.item);
  out->set_item_id(item.id);
  out->set_score(row.score);
  out->set_sectors_hit(row.sectors_hit);
  out->set_name_zh(item.name_zh);
  out->set_name_en(item.name_en);
  const auto& sectors = analysis.world->structure().sectors;
  std::vector<std::pair<double, std::size_t>> losses;
  for (std::size_t s = 0; s < row.sector_means.size(); ++s) {
    const double loss = row.sector_means[s].value_or(0);
    if (sectors[s].ten && loss > kLeast) losses.emplace_back(-loss, s);
  }
  std::sort(losses.begin(), losses.end());
  for (const auto& [loss, s] : losses) {
    v1::ChokepointSector* sector = out->add_sector_losses();
    sector->set_sector(sectors[s].id);
    sector->set_mean_loss(-loss);
  }
}

v1::ComputeChokepointsResponse HeadOf(const Answering& in,
                                      const domain::Chokepoints& found) {
  v1::ComputeChokepointsResponse first;
  v1::ChokepointsHead* head = first.mutable_head();
  FillContext(in.picture, *in.analysis, head->mutable_context());
  AddLimits(head);
  head->set_proven(found.proven);
  head->set_rest_bound(found.rest_bound);
  head->set_work(static_cast<std::int64_t>(found.settled));
  return first;
}

}  // namespace

absl::Status AnswerExposure(const Answering& in,
                            const v1::ComputeExposureRequest& request,
                            v1::ComputeExposureResponse* response) {
  const Analysis& analysis = *in.analysis;
  QJ_ASSIGN_OR_RETURN(std::vector<domain::Country> countries,
                      CountriesOf(analysis, request));
  QJ_ASSIGN_OR_RETURN(const std::shared_ptr<const domain::Exposure> exposure,
                      ExposureOf(in, std::move(countries)));
  FillContext(in.picture, analysis, response->mutable_context());
  AddBoundWarning(exposure->bound, response->mutable_context());
  AddLimits(response);
  response->set_error(exposure->bound.error);
  for (const domain::CountryExposure& row : exposure->rows) {
    for (const domain::SectorIndex s : SectorsShown(analysis, row.sectors)) {
      if (s >= 0 && !request.by_sector()) continue;
      v1::ExposureRow* out = response->add_rows();
      out->set_country(row.country.ToString());
      out->set_sector(SectorId(analysis, s));
      FillLossMeans(
          s < 0 ? row.total : row.sectors[static_cast<std::size_t>(s)], out);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Messages<v1::ComputeChokepointsResponse>> AnswerChokepoints(
    const Answering& in, const v1::ComputeChokepointsRequest& request) {
  rpc::Violations wrong;
  if (request.limit() < 0) wrong.Add("limit", "must not be negative");
  if (request.budget() < 0) wrong.Add("budget", "must not be negative");
  QJ_RETURN_IF_ERROR(wrong.ToStatus());
  domain::ChokepointOptions options;
  if (request.variant() == v1::CHOKEPOINT_VARIANT_WHOLE) {
    options.variant = domain::ChokepointVariant::kWhole;
  }
  options.budget = static_cast<std::uint64_t>(
      request.budget() == 0 ? kDefaultBudget : request.budget());
  options.stop = in.stop;
  const std::size_t top = request.limit() == 0
                              ? in.analysis->balance.size()
                              : static_cast<std::size_t>(request.limit());
  QJ_ASSIGN_OR_RETURN(const std::shared_ptr<const domain::Chokepoints> found,
                      ChokepointsOf(in, top, options));
  struct State {
    std::shared_ptr<const Analysis> analysis;
    std::shared_ptr<const domain::Chokepoints> found;
    v1::ComputeChokepointsResponse first;
    bool opened = false;
    std::size_t next = 0;
  };
  const auto state =
      std::make_shared<State>(State{in.analysis, found, HeadOf(in, *found)});
  return [state](v1::ComputeChokepointsResponse* out) {
    const std::vector<domain::Chokepoint>& rows = state->found->rows;
    if (!std::exchange(state->opened, true)) {
      *out = std::move(state->first);
      return true;
    }
    if (state->next == rows.size()) return false;
    state->next = FillBatch(state->next, rows.size(), out->mutable_items(),
                            [&](std::size_t i, v1::ChokepointRow* row) {
                              FillChokepoint(*state->analysis, rows[i], row);
                            });
    return true;
  };
}

}  // namespace qiangji::coverage
