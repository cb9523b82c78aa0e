// Mails about alerts, in words of either language or both.
#pragma once

#include <optional>
#include <string>

#include "services/domain/language.h"
#include "services/domain/notice.h"

namespace qiangji::domain {

struct Mail {
  std::string subject;  // one line
  std::string text;     // plain, lines end with '\n'
};

// What is new, moved, overdue and resolved, each section with its number and
// its members, "and N more" where they are not all listed. nullopt = both
// languages, Chinese first. `daily`: it is about a day.
Mail MailOf(const Digest& digest, std::optional<Language> language, bool daily);

}  // namespace qiangji::domain
