// Alerts in words, in both languages: one sentence from rule and figures.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/domain/language.h"
#include "services/domain/rules.h"
#include "services/domain/rules_subject.h"

namespace qiangji::domain {

// "进口占国内市场 92.3%，其中 JPN 71.0%". The subject is not named. A figure
// that is missing leaves out the words around it.
std::string Summary(RuleId rule, absl::Span<const FigureValue> figures,
                    Language language);
// Of a rule by its name; one of a user says its figures.
std::string Summary(absl::string_view rule,
                    absl::Span<const FigureValue> figures, Language language);

// The rule's name for people, from the glossary.
absl::string_view RuleTitle(RuleId rule, Language language);

// The rule's condition with its configured thresholds: "foreign_share > 0.7".
std::string ConditionText(const Rule& rule);

}  // namespace qiangji::domain
