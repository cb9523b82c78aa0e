#include "services/bottleneck/alert_shown.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "services/domain/disclosure.h"
#include "services/domain/rules.h"

namespace qiangji::bottleneck {
namespace {

// Figures that say nothing of anybody's supply; those of flags are what
// alliances say to all.
bool IsPublic(absl::string_view column) {
  constexpr absl::string_view kPublic[] = {
      "completion_year", "contests",         "data_age",      "endorsements",
      "flag_due",        "flagged_by",       "flags",         "goal",
      "item_id",         "newest_data_year", "previous_year", "stage",
      "stage_age",       "stage_since",      "target"};
  return std::find(std::begin(kPublic), std::end(kPublic), column) !=
         std::end(kPublic);
}

bool IsShare(absl::string_view column) {
  return column == "share" || absl::StartsWith(column, "share_") ||
         absl::StartsWith(column, "assured_share") ||
         absl::StartsWith(column, "assured_content") ||
         absl::EndsWith(column, "_share");
}

void KeepShown(v1::Alert* alert) {
  google::protobuf::RepeatedPtrField<v1::Figure> shown;
  for (v1::Figure& figure : *alert->mutable_figures()) {
    if (IsPublic(figure.column())) {
      *shown.Add() = std::move(figure);
    } else if (IsShare(figure.column()) && figure.has_value()) {
      const absl::string_view band =
          domain::ToText(domain::BandOf(figure.value()));
      figure.set_text(std::string(band));
      figure.clear_value();
      *shown.Add() = std::move(figure);
    }
  }
  alert->mutable_figures()->Swap(&shown);
}

// Flags are for all to read.
void KeepFlags(v1::Alert* alert) {
  google::protobuf::RepeatedPtrField<v1::Evidence> shown;
  for (v1::Evidence& entry : *alert->mutable_evidence()) {
    if (absl::StartsWith(entry.name(), "flags/")) {
      *shown.Add() = std::move(entry);
    }
  }
  alert->mutable_evidence()->Swap(&shown);
}

}  // namespace

void ShowTo(const rpc::Principal& principal, v1::AlertEvent* event) {
  if (principal.sees_all() || event->caller() == principal.id) return;
  event->clear_comment();
}

void ShowTo(const rpc::Principal& principal, v1::Alert* alert) {
  if (principal.sees_all()) return;
  KeepShown(alert);
  alert->set_banded(true);
  alert->clear_shortfall();
  alert->clear_unit();
  if (alert->rule() == domain::RuleName(domain::RuleId::kAllianceFlag)) {
    // Only in words.
    const auto words = alert->closes();
    alert->clear_closes();
    alert->mutable_closes()->set_text_zh(words.text_zh());
    alert->mutable_closes()->set_text_en(words.text_en());
  } else {
    alert->clear_closes();
    alert->clear_summary_zh();
    alert->clear_summary_en();
  }
  alert->clear_chain();
  alert->clear_equipment_ids();
  alert->clear_reached_equipment_ids();
  KeepFlags(alert);
  alert->clear_not_assured_value_cny();
  alert->clear_depends_on();
  alert->clear_depends_share();
  alert->clear_reason();
  for (v1::AlertEvent& event : *alert->mutable_events()) {
    ShowTo(principal, &event);
  }
}

}  // namespace qiangji::bottleneck
