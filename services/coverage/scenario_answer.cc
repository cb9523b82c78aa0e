#include "services/coverage/scenario_answer.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/countries.h"
#include "services/base/status_macros.h"
#include "services/coverage/convert.h"
#include "services/coverage/territory_check.h"
#include "services/domain/disruption.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

using domain::Analysis;
using domain::Disruption;
using domain::ItemIndex;

// FORMATS: items that lose more.
constexpr double kLeastLoss = 1e-9;

using SharesField = google::protobuf::RepeatedPtrField<v1::SurvivingShare>;

// Fractions, and subjects that occur twice.
void CheckShares(const SharesField& shares, const std::string& field,
                 rpc::Violations& wrong) {
  std::set<std::string> seen;
  for (int i = 0; i < shares.size(); ++i) {
    const std::string at = absl::StrCat(field, "[", i, "]");
    if (!(shares[i].surviving() >= 0 && shares[i].surviving() <= 1)) {
      wrong.Add(at + ".surviving", "must be 0..1");
    }
    if (!seen.insert(shares[i].subject()).second) {
      wrong.Add(at + ".subject", "is stated twice");
    }
  }
}

absl::Status CheckScenario(const Analysis& analysis,
                           const v1::Scenario& scenario) {
  rpc::Violations wrong;
  if (scenario.embargo().empty() && scenario.lost_suppliers().empty() &&
      scenario.lost_items().empty()) {
    wrong.Add("scenario", "nothing is lost");
  }
  CheckShares(scenario.embargo(), "scenario.embargo", wrong);
  CheckShares(scenario.lost_suppliers(), "scenario.lost_suppliers", wrong);
  for (int i = 0; i < scenario.embargo_size(); ++i) {
    CheckAbroad(analysis.options, scenario.embargo(i).subject(),
                absl::StrCat("scenario.embargo[", i, "].subject"), wrong);
  }
  std::set<std::string> seen;
  for (int i = 0; i < scenario.lost_items_size(); ++i) {
    if (!seen.insert(scenario.lost_items(i)).second) {
      wrong.Add(absl::StrCat("scenario.lost_items[", i, "]"),
                "is stated twice");
    }
  }
  return wrong.ToStatus();
}

// NOT_FOUND names everything that is not there.
absl::Status CheckNames(const Analysis& analysis,
                        const v1::RunScenarioRequest& request) {
  const domain::Structure& structure = analysis.world->structure();
  std::vector<std::string> unknown;
  for (const v1::SurvivingShare& s : request.scenario().lost_suppliers()) {
    if (structure.FindOrganization(s.subject()) == nullptr) {
      unknown.push_back(absl::StrCat("organizations/", s.subject()));
    }
  }
  std::vector<std::string> items(request.scenario().lost_items().begin(),
                                 request.scenario().lost_items().end());
  if (!request.explain_item_id().empty()) {
    items.push_back(request.explain_item_id());
  }
  for (const std::string& id : items) {
    if (structure.FindItem(id) < 0) unknown.push_back("items/" + id);
  }
  for (const std::string& id : request.sectors()) {
    if (structure.FindSector(id) < 0) unknown.push_back("sectors/" + id);
  }
  if (!unknown.empty()) return rpc::NotFound(absl::StrJoin(unknown, ", "));
  return absl::OkStatus();
}

domain::ScenarioSpec SpecOf(const v1::Scenario& scenario) {
  domain::ScenarioSpec spec;
  for (const v1::SurvivingShare& s : scenario.embargo()) {
    spec.embargo.emplace_back(s.subject(), s.surviving());
  }
  for (const v1::SurvivingShare& s : scenario.lost_suppliers()) {
    spec.suppliers.emplace_back(s.subject(), s.surviving());
  }
  spec.items.assign(scenario.lost_items().begin(), scenario.lost_items().end());
  spec.substitution = !scenario.no_substitution();
  return spec;
}

void FillHead(const Answering& in, const Disruption& disruption,
              const v1::RunScenarioRequest& request, v1::ScenarioHead* head) {
  const Analysis& analysis = *in.analysis;
  FillContext(in.picture, analysis, head->mutable_context());
  AddBoundWarning(disruption.bound, head->mutable_context());
  AddLimits(head);
  head->set_error(disruption.bound.error);
  if (request.explain_item_id().empty()) return;
  const ItemIndex explained =
      analysis.world->structure().FindItem(request.explain_item_id());
  for (const ItemIndex i : domain::ChainOfFailures(disruption, explained)) {
    const auto k = static_cast<std::size_t>(i);
    v1::FailureLink* link = head->add_failure_chain();
    link->set_item_id(ItemOf(analysis, i).id);
    link->set_loss(disruption.loss[k]);
    link->set_direct_loss(disruption.direct[k]);
  }
}

// A row of the stream that is made when the reader wants it.
class ScenarioMessages {
 public:
  ScenarioMessages(std::shared_ptr<const Analysis> analysis,
                   Disruption disruption, std::vector<ItemIndex> items,
                   v1::RunScenarioResponse first)
      : analysis_(std::move(analysis)),
        disruption_(std::move(disruption)),
        sectors_(SectorsShown(*analysis_, disruption_.sectors)),
        items_(std::move(items)),
        first_(std::move(first)) {}

  bool Next(v1::RunScenarioResponse* out) {
    if (!std::exchange(opened_, true)) {
      *out = std::move(first_);
    } else if (next_sector_ < sectors_.size()) {
      next_sector_ = FillBatch(
          next_sector_, sectors_.size(), out->mutable_sectors(),
          [this](std::size_t k, v1::ScenarioSectorRow* row) {
            const domain::SectorIndex s = sectors_[k];
            row->set_sector(SectorId(*analysis_, s));
            const domain::LossMeans& means =
                s < 0 ? disruption_.total
                      : disruption_.sectors[static_cast<std::size_t>(s)];
            FillLossMeans(means, row);
            row->set_stopped_items_pessimistic(means.stopped_items_pessimistic);
            row->set_items(means.items);
          });
    } else if (next_item_ < items_.size()) {
      next_item_ = FillBatch(next_item_, items_.size(), out->mutable_items(),
                             [this](std::size_t k, v1::ScenarioRow* row) {
                               FillItem(items_[k], row);
                             });
    } else {
      return false;
    }
    return true;
  }

 private:
  void FillItem(ItemIndex item, v1::ScenarioRow* row) const {
    const auto k = static_cast<std::size_t>(item);
    row->set_item_id(ItemOf(*analysis_, item).id);
    row->set_capability(disruption_.capability(item));
    row->set_loss(disruption_.loss[k]);
    row->set_loss_pessimistic(disruption_.loss_pessimistic[k]);
    if (disruption_.limiting[k] >= 0) {
      row->set_limiting_input_id(
          ItemOf(*analysis_, disruption_.limiting[k]).id);
    }
  }

  const std::shared_ptr<const Analysis> analysis_;
  const Disruption disruption_;
  const std::vector<domain::SectorIndex> sectors_;
  const std::vector<ItemIndex> items_;
  v1::RunScenarioResponse first_;
  bool opened_ = false;
  std::size_t next_sector_ = 0, next_item_ = 0;
};

// The items that lose something, of the sectors asked for.
std::vector<ItemIndex> Losers(const Analysis& analysis,
                              const Disruption& disruption,
                              const v1::RunScenarioRequest& request) {
  std::set<domain::SectorIndex> sectors;
  for (const std::string& id : request.sectors()) {
    sectors.insert(analysis.world->structure().FindSector(id));
  }
  std::vector<ItemIndex> items;
  for (std::size_t k = 0; k < disruption.loss.size(); ++k) {
    if (disruption.loss[k] <= kLeastLoss) continue;
    const auto item = static_cast<ItemIndex>(k);
    const auto& of_item = ItemOf(analysis, item).sectors;
    if (!sectors.empty() &&
        std::none_of(of_item.begin(), of_item.end(),
                     [&](auto s) { return sectors.contains(s); })) {
      continue;
    }
    items.push_back(item);
  }
  return items;
}

}  // namespace

absl::StatusOr<Messages<v1::RunScenarioResponse>> AnswerScenario(
    const Answering& in, const v1::RunScenarioRequest& request) {
  const Analysis& analysis = *in.analysis;
  QJ_RETURN_IF_ERROR(CheckScenario(analysis, request.scenario()));
  QJ_RETURN_IF_ERROR(CheckNames(analysis, request));
  QJ_ASSIGN_OR_RETURN(
      const domain::Scenario scenario,
      domain::ResolveScenario(analysis, SpecOf(request.scenario())));
  QJ_ASSIGN_OR_RETURN(Disruption disruption,
                      domain::ComputeDisruption(analysis, scenario, in.stop));
  v1::RunScenarioResponse first;
  FillHead(in, disruption, request, first.mutable_head());
  std::vector<ItemIndex> items = Losers(analysis, disruption, request);
  const auto messages = std::make_shared<ScenarioMessages>(
      in.analysis, std::move(disruption), std::move(items), std::move(first));
  return
      [messages](v1::RunScenarioResponse* out) { return messages->Next(out); };
}

}  // namespace qiangji::coverage
