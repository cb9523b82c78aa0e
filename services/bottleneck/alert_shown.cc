#include "services/bottleneck/alert_shown.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "services/domain/disclosure.h"

namespace qiangji::bottleneck {
namespace {

// Figures that say nothing of anybody's supply.
bool IsPublic(absl::string_view column) {
  constexpr absl::string_view kPublic[] = {
      "completion_year",  "data_age",      "item_id",
      "newest_data_year", "previous_year", "stage",
      "stage_age",        "stage_since",   "target"};
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
  alert->clear_closes();
  alert->clear_summary_zh();
  alert->clear_summary_en();
  alert->clear_chain();
  alert->clear_equipment_ids();
  alert->clear_reached_equipment_ids();
  alert->clear_evidence();
  alert->clear_not_assured_value_cny();
  alert->clear_depends_on();
  alert->clear_depends_share();
  alert->clear_reason();
  for (v1::AlertEvent& event : *alert->mutable_events()) {
    ShowTo(principal, &event);
  }
}

}  // namespace qiangji::bottleneck
