// What would close an alert, in one sentence of either language (METHOD 5).
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "services/domain/rules_evidence.h"
#include "services/domain/rules_text.h"

namespace qiangji::bottleneck {

// "" where nothing is known that would close it. The rule by its name.
std::string ClosingText(absl::string_view rule, const domain::Closing& closes,
                        domain::Language language);

}  // namespace qiangji::bottleneck
