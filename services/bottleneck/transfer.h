// One HTTP request or one mail over the network, with limits on everything
// that the other side decides.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/bottleneck/address_filter.h"

namespace qiangji::bottleneck {

struct TransferLimits {
  absl::Duration timeout = absl::Seconds(10);  // of the whole transfer
  absl::Duration connect_timeout = absl::Seconds(5);
  std::size_t most_answer = 64 << 10;  // bytes of headers and of body, each
};

struct WebhookRequest {
  std::string url;  // http or https
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// POSTs and waits for the answer: OK for a status from 200 to 299. Otherwise
// UNAVAILABLE saying why, without the other side's words. Redirects are not
// followed, proxies of the environment not used, and no address is connected to
// that the filter does not allow, whatever a name resolves to. CANCELLED within
// a second or two once `stop` says so. Thread-safe; blocks.
absl::Status PostWebhook(const WebhookRequest& request,
                         const AddressFilter& filter,
                         const TransferLimits& limits,
                         const std::function<bool()>& stop);

struct SmtpServer {
  std::string url;   // smtp://HOST:PORT or smtps://…; "" = no mail
  std::string from;  // address of the sender
  // With a user the connection must be encrypted; else it is where the server
  // offers it.
  std::string user;
  std::string password;
};

// Hands a mail over to the server. The operator names it, so it may be in a
// private network. UNAVAILABLE where it does not take the mail.
absl::Status SendMail(const SmtpServer& server, const std::string& to,
                      const std::string& message, const TransferLimits& limits,
                      const std::function<bool()>& stop);

// What is wrong with an address of a webhook: OK for an http or https URL with
// a host, without user, password or fragment, whose host is a name or an
// allowed address. INVALID_ARGUMENT says what is accepted.
absl::Status CheckWebhookUrl(const std::string& url,
                             const AddressFilter& filter);

}  // namespace qiangji::bottleneck
