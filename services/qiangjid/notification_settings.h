// How notifications are sent: the table [notifications] of the configuration.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/bottleneck/deliverer.h"

namespace qiangji::server {

struct NotificationSettings {
  // Private networks that webhooks may go to, "10.1.0.0/16"; no others.
  std::vector<std::string> allow;
  std::string smtp;       // smtp://HOST:PORT or smtps://…; "" = no mail
  std::string smtp_from;  // address of the sender
  std::string smtp_user;
  std::string smtp_password_file;  // its first line
  int threads = 4;
  int attempts = 12;  // until a notification is a dead letter
  // Between attempts, doubling.
  int first_backoff_ms = 5'000;
  int most_backoff_ms = 900'000;
  int timeout_ms = 10'000;  // of one attempt
  int daily_hour = 8;       // of daily mails, in Asia/Shanghai
};

// "notifications.smtp" and the like. INVALID_ARGUMENT for an unknown name or a
// value out of range.
absl::Status ApplyNotification(absl::string_view name, absl::string_view value,
                               NotificationSettings* settings);

// Names, without "notifications.", and values that ApplyNotification takes.
std::vector<std::pair<std::string, std::string>> ToLines(
    const NotificationSettings& settings);

// Reads the password. The directory of files is left open.
absl::StatusOr<bottleneck::DeliveryOptions> DeliveryOptionsOf(
    const NotificationSettings& settings);

}  // namespace qiangji::server
