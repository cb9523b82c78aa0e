// The two JSON cells of an alert: canonical, so that equal evidence is an
// equal cell. Numbers are written shortest and read back to the same bits.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "services/domain/rules_evidence.h"

namespace qiangji::bottleneck {

// Figures and chain: {"figures":[["foreign_share",0.92,0.7],["…","JPN"]],
// "chain":["a","b"]}; the third entry is the threshold.
std::string FiguresJson(const domain::Evidence& evidence);
// Sets figures and chain. False for anything else.
bool ParseFigures(absl::string_view json, domain::Evidence* evidence);

std::string ClosingJson(const domain::Closing& closes);
bool ParseClosing(absl::string_view json, domain::Closing* closes);

}  // namespace qiangji::bottleneck
