#include "services/domain/notice_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/glossary.h"
#include "services/base/shanghai.h"
#include "services/domain/rules_text.h"

namespace qiangji::domain {
namespace {

struct Words {
  absl::string_view zh;
  absl::string_view en;
  absl::string_view In(Language language) const {
    return language == Language::kZh ? zh : en;
  }
};

constexpr Words kSections[kNewsSectionCount] = {{"新增", "New"},
                                                {"变动", "Moved"},
                                                {"逾期", "Overdue"},
                                                {"解除", "Resolved"}};

absl::string_view Code(Language language) {
  return language == Language::kZh ? "zh" : "en";
}

std::string RuleWords(const std::string& rule, Language language) {
  const auto id = ParseRule(rule);
  return id ? std::string(RuleTitle(*id, language)) : rule;
}

std::string SubjectWords(const AlertNews& news, Language language) {
  const std::string& name = language == Language::kEn && !news.name_en.empty()
                                ? news.name_en
                                : news.name_zh;
  if (name.empty()) return news.subject;
  return language == Language::kZh
             ? absl::StrCat(name, "（", news.subject, "）")
             : absl::StrCat(name, " (", news.subject, ")");
}

// "medium → critical" where it changed.
std::string SeverityWords(const AlertNews& news, Language language) {
  const auto word = [&](Severity severity) {
    return std::string(
        WordIn("severity", SeverityName(severity), Code(language)));
  };
  if (!news.severity_before || *news.severity_before == news.severity) {
    return word(news.severity);
  }
  return absl::StrCat(word(*news.severity_before), " → ", word(news.severity));
}

std::string StateWords(const AlertNews& news, Language language) {
  const auto word = [&](AlertStatus status) {
    return std::string(
        WordIn("state", AlertStatusName(status), Code(language)));
  };
  if (!news.status_before || *news.status_before == news.status) {
    return word(news.status);
  }
  return absl::StrCat(word(*news.status_before), " → ", word(news.status));
}

void AppendLine(const AlertNews& news, Language language, std::string& out) {
  const bool zh = language == Language::kZh;
  absl::StrAppend(&out, "- [", SeverityWords(news, language), "] ",
                  RuleWords(news.rule, language), zh ? "　" : "  ",
                  SubjectWords(news, language), zh ? "　" : "  ",
                  StateWords(news, language));
  if (!news.owner.empty()) {
    absl::StrAppend(&out, zh ? "，责任人 " : ", owner ", news.owner);
  }
  if (news.due) {
    absl::StrAppend(&out, zh ? "，期限 " : ", due ",
                    absl::FormatTime("%Y-%m-%d", *news.due, Shanghai()));
  }
  out += '\n';
  const std::string& summary =
      zh || news.summary_en.empty() ? news.summary_zh : news.summary_en;
  if (!summary.empty()) absl::StrAppend(&out, "  ", summary, "\n");
}

std::string Counts(const Digest& digest, Language language) {
  std::vector<std::string> parts;
  for (std::size_t s = 0; s < digest.sections.size(); ++s) {
    if (digest.sections[s].count == 0) continue;
    parts.push_back(
        absl::StrCat(kSections[s].In(language), " ", digest.sections[s].count));
  }
  return absl::StrJoin(parts, language == Language::kZh ? "、" : ", ");
}

std::string SubjectLine(const Digest& digest, Language language, bool daily) {
  if (language == Language::kZh) {
    return absl::StrCat(daily ? "强基预警日报：" : "强基预警：", digest.count(),
                        " 条（", Counts(digest, language), "）");
  }
  return absl::StrCat(
      daily ? "Qiangji alerts of the day: " : "Qiangji alerts: ",
      digest.count(), " (", Counts(digest, language), ")");
}

std::string Text(const Digest& digest, Language language) {
  const bool zh = language == Language::kZh;
  std::string out;
  for (std::size_t s = 0; s < digest.sections.size(); ++s) {
    const Digest::Section& section = digest.sections[s];
    if (section.count == 0) continue;
    if (!out.empty()) out += '\n';
    absl::StrAppend(&out, kSections[s].In(language), zh ? "（" : " (",
                    section.count, zh ? "）" : ")", "\n");
    for (const AlertNews& news : section.listed) {
      AppendLine(news, language, out);
    }
    const std::int64_t more =
        section.count - static_cast<std::int64_t>(section.listed.size());
    if (more > 0) {
      absl::StrAppend(&out, zh ? "  另有 " : "  and ", more,
                      zh ? " 条\n" : " more\n");
    }
  }
  return out;
}

}  // namespace

Mail MailOf(const Digest& digest, std::optional<Language> language,
            bool daily) {
  if (language) {
    return {SubjectLine(digest, *language, daily), Text(digest, *language)};
  }
  return {absl::StrCat(SubjectLine(digest, Language::kZh, daily), " / ",
                       SubjectLine(digest, Language::kEn, daily)),
          absl::StrCat(Text(digest, Language::kZh), "\n----\n\n",
                       Text(digest, Language::kEn))};
}

}  // namespace qiangji::domain
