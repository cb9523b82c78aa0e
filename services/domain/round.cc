#include "services/domain/round.h"

#include <array>
#include <cmath>
#include <cstddef>

#include "services/domain/codes.h"

namespace qiangji::domain {
namespace {

constexpr std::array<absl::string_view, 4> kStates = {"invited", "submitted",
                                                      "returned", "accepted"};
constexpr double kJump = 0.30;

}  // namespace

absl::string_view ToText(ReportState state) {
  return kStates[static_cast<std::size_t>(state)];
}

std::optional<ReportState> ReportStateOf(absl::string_view text) {
  for (std::size_t k = 0; k < kStates.size(); ++k) {
    if (kStates[k] == text) return static_cast<ReportState>(k);
  }
  return std::nullopt;
}

std::optional<ReportState> After(ReportState state, ReportMove move) {
  switch (move) {
    case ReportMove::kSubmit:
      if (state == ReportState::kAccepted) return std::nullopt;
      return ReportState::kSubmitted;
    case ReportMove::kReturn:
      if (state == ReportState::kSubmitted || state == ReportState::kAccepted) {
        return ReportState::kReturned;
      }
      return std::nullopt;
    case ReportMove::kAccept:
      if (state == ReportState::kSubmitted) return ReportState::kAccepted;
      return std::nullopt;
  }
  return std::nullopt;
}

void ReportCounts::Add(ReportState state) {
  switch (state) {
    case ReportState::kInvited:
      ++invited;
      break;
    case ReportState::kSubmitted:
      ++submitted;
      break;
    case ReportState::kReturned:
      ++returned;
      break;
    case ReportState::kAccepted:
      ++accepted;
      break;
  }
}

ReporterState StateOf(const ReportCounts& counts) {
  if (counts.returned > 0) return ReporterState::kReturned;
  if (counts.accepted == counts.all()) return ReporterState::kAccepted;
  if (counts.invited == counts.all()) return ReporterState::kInvited;
  return counts.invited > 0 ? ReporterState::kPartial
                            : ReporterState::kSubmitted;
}

bool IsJump(std::optional<double> now, std::optional<double> before) {
  if (!now || !before) return false;
  if (*before <= 0) return *now > 0;
  return Above(std::fabs(*now - *before) / *before, kJump);
}

}  // namespace qiangji::domain
