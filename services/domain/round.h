// How the reports of a round move (填报轮次).
#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace qiangji::domain {

// Of one organization's report of one item.
enum class ReportState : std::uint8_t {
  kInvited,
  kSubmitted,
  kReturned,
  kAccepted,
};
// The text of table round_reports, and back; nullopt for other text.
absl::string_view ToText(ReportState state);
std::optional<ReportState> ReportStateOf(absl::string_view text);

enum class ReportMove : std::uint8_t { kSubmit, kReturn, kAccept };

// Where a move leads; nullopt where it is not legal. What was submitted may be
// submitted again, what was accepted may only be returned.
std::optional<ReportState> After(ReportState state, ReportMove move);

// Where the reports of one organization stand together.
enum class ReporterState : std::uint8_t {
  kInvited,    // none was submitted
  kPartial,    // some were
  kSubmitted,  // all were, some perhaps accepted
  kReturned,   // one at least was returned
  kAccepted,   // all were
};
struct ReportCounts {
  int invited = 0, submitted = 0, returned = 0, accepted = 0;
  void Add(ReportState state);
  int all() const { return invited + submitted + returned + accepted; }
};
ReporterState StateOf(const ReportCounts& counts);

// Whether a volume differs from that of the year before by more than 30 % of
// it. Without a volume in one of the years there is nothing to compare.
bool IsJump(std::optional<double> now, std::optional<double> before);

}  // namespace qiangji::domain
