#include "services/qiangjid/notification_settings.h"

#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/mail_message.h"

namespace qiangji::server {
namespace {

constexpr int kMostMilliseconds = 86'400'000;  // a day

struct Number {
  absl::string_view name;
  int NotificationSettings::*value;
  int least;
  int most;
};
constexpr Number kNumbers[] = {
    {"threads", &NotificationSettings::threads, 1, 64},
    {"attempts", &NotificationSettings::attempts, 1, 1000},
    {"first_backoff_ms", &NotificationSettings::first_backoff_ms, 1,
     kMostMilliseconds},
    {"most_backoff_ms", &NotificationSettings::most_backoff_ms, 1,
     kMostMilliseconds},
    {"timeout_ms", &NotificationSettings::timeout_ms, 1, 600'000},
    {"daily_hour", &NotificationSettings::daily_hour, 0, 23},
};

struct Word {
  absl::string_view name;
  std::string NotificationSettings::*value;
};
constexpr Word kWords[] = {
    {"smtp", &NotificationSettings::smtp},
    {"smtp_from", &NotificationSettings::smtp_from},
    {"smtp_user", &NotificationSettings::smtp_user},
    {"smtp_password_file", &NotificationSettings::smtp_password_file},
};

absl::Status Bad(absl::string_view name, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(name, ": ", what));
}

absl::Status CheckWord(absl::string_view name, absl::string_view word,
                       absl::string_view value) {
  if (word == "smtp" && !value.empty() && !absl::StartsWith(value, "smtp://") &&
      !absl::StartsWith(value, "smtps://")) {
    return Bad(name, "not smtp://HOST:PORT or smtps://HOST:PORT");
  }
  if (word == "smtp_from" && !value.empty()) {
    const absl::Status address = bottleneck::CheckMailAddress(value);
    if (!address.ok()) return Bad(name, address.message());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) {
    return absl::InvalidArgumentError(
        absl::StrCat("notifications.smtp_password_file: cannot read ", path));
  }
  return line;
}

}  // namespace

absl::Status ApplyNotification(absl::string_view name, absl::string_view value,
                               NotificationSettings* settings) {
  const absl::string_view word = absl::StripPrefix(name, "notifications.");
  for (const Number& number : kNumbers) {
    if (number.name != word) continue;
    int n = 0;
    if (!absl::SimpleAtoi(value, &n) || n < number.least || n > number.most) {
      return Bad(name, absl::StrCat("'", value, "' is not a number from ",
                                    number.least, " to ", number.most));
    }
    settings->*number.value = n;
    return absl::OkStatus();
  }
  for (const Word& text : kWords) {
    if (text.name != word) continue;
    QJ_RETURN_IF_ERROR(CheckWord(name, word, value));
    settings->*text.value = std::string(value);
    return absl::OkStatus();
  }
  if (word != "allow") return Bad(name, "unknown setting");
  const std::vector<std::string> networks =
      absl::StrSplit(value, ',', absl::SkipEmpty());
  const auto filter = bottleneck::AddressFilter::Allowing(networks);
  if (!filter.ok()) return Bad(name, filter.status().message());
  settings->allow = networks;
  return absl::OkStatus();
}

std::vector<std::pair<std::string, std::string>> ToLines(
    const NotificationSettings& settings) {
  std::vector<std::pair<std::string, std::string>> lines = {
      {"allow", absl::StrJoin(settings.allow, ",")}};
  for (const Word& word : kWords) {
    lines.emplace_back(std::string(word.name), settings.*word.value);
  }
  for (const Number& number : kNumbers) {
    lines.emplace_back(std::string(number.name),
                       absl::StrCat(settings.*number.value));
  }
  return lines;
}

absl::StatusOr<bottleneck::DeliveryOptions> DeliveryOptionsOf(
    const NotificationSettings& settings) {
  bottleneck::DeliveryOptions options;
  options.threads = settings.threads;
  options.attempts = settings.attempts;
  options.first_backoff = absl::Milliseconds(settings.first_backoff_ms);
  options.most_backoff = absl::Milliseconds(settings.most_backoff_ms);
  options.daily_hour = settings.daily_hour;
  QJ_ASSIGN_OR_RETURN(options.filter,
                      bottleneck::AddressFilter::Allowing(settings.allow));
  options.smtp.url = settings.smtp;
  options.smtp.from = settings.smtp_from;
  if (!settings.smtp.empty() && settings.smtp_from.empty()) {
    return Bad("notifications.smtp_from", "is needed to send mail");
  }
  options.smtp.user = settings.smtp_user;
  if (!settings.smtp_password_file.empty()) {
    QJ_ASSIGN_OR_RETURN(options.smtp.password,
                        FirstLine(settings.smtp_password_file));
  }
  options.limits.timeout = absl::Milliseconds(settings.timeout_ms);
  options.limits.connect_timeout = options.limits.timeout;
  return options;
}

}  // namespace qiangji::server
