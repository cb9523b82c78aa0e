#include "services/bottleneck/transfer.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"

namespace qiangji::bottleneck {
namespace {

struct CurlCleanup {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(char* text) const { curl_free(text); }
};
template <typename T>
using Owned = std::unique_ptr<T, CurlCleanup>;

// Once in the process; never undone, threads may still use it at exit.
void InitCurl() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)done;
}

void Append(Owned<curl_slist>& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return;
  (void)list.release();
  list.reset(longer);
}

// What one transfer shares with libcurl's callbacks.
struct Transfer {
  explicit Transfer(const std::function<bool()>& stop_when) : stop(stop_when) {}
  const std::function<bool()>& stop;
  const AddressFilter* filter = nullptr;  // nullptr: any address
  bool refused = false;
  std::size_t most_answer = 0;
  std::size_t headers = 0;
  std::size_t body = 0;
  absl::string_view upload;
};

curl_socket_t OpenSocket(void* user, curlsocktype purpose,
                         curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.filter != nullptr) {
    const auto ip = IpAddressOf(address->addr);
    if (purpose != CURLSOCKTYPE_IPCXN || !ip.ok() ||
        !transfer.filter->Allows(*ip)) {
      transfer.refused = true;
      return CURL_SOCKET_BAD;
    }
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC,
                address->protocol);
}

// Taking less than was given ends the transfer.
std::size_t Count(std::size_t size, std::size_t most, std::size_t& sum) {
  sum += size;
  return sum > most ? 0 : size;
}

std::size_t OnBody(char*, std::size_t size, std::size_t n, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  return Count(size * n, transfer.most_answer, transfer.body);
}

std::size_t OnHeader(char*, std::size_t size, std::size_t n, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  return Count(size * n, transfer.most_answer, transfer.headers);
}

std::size_t OnUpload(char* out, std::size_t size, std::size_t n, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t bytes = std::min(size * n, transfer.upload.size());
  std::memcpy(out, transfer.upload.data(), bytes);
  transfer.upload.remove_prefix(bytes);
  return bytes;
}

// libcurl asks at least once a second; not 0 ends the transfer.
int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(user)->stop() ? 1 : 0;
}

template <typename Value>
void Set(CURL* curl, CURLoption option, Value value) {
  curl_easy_setopt(curl, option, value);
}

Owned<CURL> NewCurl(const TransferLimits& limits, const char* protocols,
                    Transfer& transfer) {
  InitCurl();
  Owned<CURL> curl(curl_easy_init());
  if (curl == nullptr) return curl;
  CURL* c = curl.get();
  transfer.most_answer = limits.most_answer;
  Set(c, CURLOPT_NOSIGNAL, 1L);
  Set(c, CURLOPT_PROTOCOLS_STR, protocols);
  Set(c, CURLOPT_REDIR_PROTOCOLS_STR, "");
  Set(c, CURLOPT_FOLLOWLOCATION, 0L);
  Set(c, CURLOPT_PROXY, "");
  Set(c, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  Set(c, CURLOPT_TIMEOUT_MS,
      static_cast<long>(absl::ToInt64Milliseconds(limits.timeout)));
  Set(c, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(absl::ToInt64Milliseconds(limits.connect_timeout)));
  Set(c, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  Set(c, CURLOPT_OPENSOCKETDATA, static_cast<void*>(&transfer));
  Set(c, CURLOPT_WRITEFUNCTION, &OnBody);
  Set(c, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
  Set(c, CURLOPT_HEADERFUNCTION, &OnHeader);
  Set(c, CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
  Set(c, CURLOPT_NOPROGRESS, 0L);
  Set(c, CURLOPT_XFERINFOFUNCTION, &OnProgress);
  Set(c, CURLOPT_XFERINFODATA, static_cast<void*>(&transfer));
  return curl;
}

absl::Status ToStatus(CURLcode code, const Transfer& transfer) {
  if (code == CURLE_OK) return absl::OkStatus();
  if (transfer.refused) {
    return absl::UnavailableError(
        "the address is private, of this host or reserved, and not allowed");
  }
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    return absl::CancelledError("the service shuts down");
  }
  if (code == CURLE_WRITE_ERROR) {
    return absl::UnavailableError("the answer is too long");
  }
  return absl::UnavailableError(curl_easy_strerror(code));
}

Owned<char> Part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) text = nullptr;
  return Owned<char>(text);
}

}  // namespace

absl::Status PostWebhook(const WebhookRequest& request,
                         const AddressFilter& filter,
                         const TransferLimits& limits,
                         const std::function<bool()>& stop) {
  Transfer transfer(stop);
  transfer.filter = &filter;
  const Owned<CURL> curl = NewCurl(limits, "http,https", transfer);
  if (curl == nullptr) return absl::ResourceExhaustedError("no memory");
  CURL* c = curl.get();
  Owned<curl_slist> headers;
  // No "Expect: 100-continue": one exchange.
  Append(headers, "Expect:");
  for (const auto& [name, value] : request.headers) {
    Append(headers, absl::StrCat(name, ": ", value));
  }
  Set(c, CURLOPT_URL, request.url.c_str());
  Set(c, CURLOPT_USERAGENT, "qiangji");
  Set(c, CURLOPT_POST, 1L);
  Set(c, CURLOPT_POSTFIELDS, request.body.data());
  Set(c, CURLOPT_POSTFIELDSIZE_LARGE,
      static_cast<curl_off_t>(request.body.size()));
  Set(c, CURLOPT_HTTPHEADER, headers.get());
  QJ_RETURN_IF_ERROR(ToStatus(curl_easy_perform(c), transfer));
  long status = 0;
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 200 && status <= 299) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      "HTTP status ", status,
      status >= 300 && status <= 399 ? ": redirects are not followed" : ""));
}

absl::Status SendMail(const SmtpServer& server, const std::string& to,
                      const std::string& message, const TransferLimits& limits,
                      const std::function<bool()>& stop) {
  if (server.url.empty()) {
    return absl::UnavailableError("no mail server is configured");
  }
  Transfer transfer(stop);
  transfer.upload = message;
  const Owned<CURL> curl = NewCurl(limits, "smtp,smtps", transfer);
  if (curl == nullptr) return absl::ResourceExhaustedError("no memory");
  CURL* c = curl.get();
  Owned<curl_slist> recipients;
  Append(recipients, absl::StrCat("<", to, ">"));
  const std::string from = absl::StrCat("<", server.from, ">");
  Set(c, CURLOPT_URL, server.url.c_str());
  if (!server.user.empty()) {
    Set(c, CURLOPT_USERNAME, server.user.c_str());
    Set(c, CURLOPT_PASSWORD, server.password.c_str());
  }
  Set(c, CURLOPT_USE_SSL,
      static_cast<long>(server.user.empty() ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  Set(c, CURLOPT_MAIL_FROM, from.c_str());
  Set(c, CURLOPT_MAIL_RCPT, recipients.get());
  Set(c, CURLOPT_UPLOAD, 1L);
  Set(c, CURLOPT_READFUNCTION, &OnUpload);
  Set(c, CURLOPT_READDATA, static_cast<void*>(&transfer));
  Set(c, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
  return ToStatus(curl_easy_perform(c), transfer);
}

absl::Status CheckWebhookUrl(const std::string& url,
                             const AddressFilter& filter) {
  InitCurl();
  constexpr std::size_t kMost = 2048;
  const auto bad = [](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat(
        what, "; accepted: an http or https URL of at most 2048 characters"));
  };
  if (url.size() > kMost) return bad("too long");
  const Owned<CURLU> parsed(curl_url());
  if (parsed == nullptr) return absl::ResourceExhaustedError("no memory");
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return bad("not a URL");
  }
  const Owned<char> scheme = Part(parsed.get(), CURLUPART_SCHEME);
  if (scheme == nullptr || (absl::string_view(scheme.get()) != "http" &&
                            absl::string_view(scheme.get()) != "https")) {
    return bad("of another scheme");
  }
  if (Part(parsed.get(), CURLUPART_USER) != nullptr ||
      Part(parsed.get(), CURLUPART_PASSWORD) != nullptr) {
    return bad("with a user or password");
  }
  if (Part(parsed.get(), CURLUPART_FRAGMENT) != nullptr) {
    return bad("with a fragment");
  }
  const Owned<char> host = Part(parsed.get(), CURLUPART_HOST);
  if (host == nullptr || *host == '\0') return bad("without a host");
  absl::string_view digits(host.get());
  if (absl::StartsWith(digits, "[")) {
    digits = digits.substr(1, digits.size() - 2);
  }
  const auto ip = ParseIpAddress(digits);
  if (ip.ok() && !filter.Allows(*ip)) {
    return bad("to a private or reserved address that is not allowed");
  }
  return absl::OkStatus();
}

}  // namespace qiangji::bottleneck
