// What would close an alert, in one sentence of either language (METHOD 5).
#pragma once

#include <string>

#include "services/domain/rules_evidence.h"
#include "services/domain/rules_text.h"

namespace qiangji::bottleneck {

// "" where nothing is known that would close it.
std::string ClosingText(domain::RuleId rule, const domain::Closing& closes,
                        domain::Language language);

}  // namespace qiangji::bottleneck
