#include "tests/support/net/http_receiver.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

namespace qiangji::testing {

HttpReceiver::HttpReceiver()
    : server_([this](TcpConnection& connection) { Serve(connection); }) {}

std::string HttpReceiver::Url(const std::string& path) const {
  return absl::StrCat("http://127.0.0.1:", server_.port(), path);
}

void HttpReceiver::Answer(std::function<int(int)> answer) {
  const MutexLock lock(mutex_);
  answer_ = std::move(answer);
}

void HttpReceiver::SetAnswerText(std::string headers, std::string body) {
  const MutexLock lock(mutex_);
  answer_headers_ = std::move(headers);
  answer_body_ = std::move(body);
}

void HttpReceiver::Serve(TcpConnection& connection) {
  std::string line;
  if (!connection.ReadLine(&line)) return;
  HttpRequest request;
  const std::vector<std::string> words = absl::StrSplit(line, ' ');
  if (words.size() < 2) return;
  request.method = words[0];
  request.path = words[1];
  while (connection.ReadLine(&line) && !line.empty()) {
    const std::pair<std::string, std::string> header =
        absl::StrSplit(line, absl::MaxSplits(": ", 1));
    request.headers[absl::AsciiStrToLower(header.first)] = header.second;
  }
  const std::string& length = request.headers["content-length"];
  if (!connection.Read(std::strtoul(length.c_str(), nullptr, 10),
                       &request.body)) {
    return;
  }
  int status = 200;
  std::string answer;
  {
    const MutexLock lock(mutex_);
    if (answer_) status = answer_(static_cast<int>(requests_.size()));
    request.answered = status;
    requests_.push_back(std::move(request));
    changed_.NotifyAll();
    answer = absl::StrCat("HTTP/1.1 ", status, " Answer\r\n", answer_headers_,
                          "Content-Length: ", answer_body_.size(),
                          "\r\nConnection: close\r\n\r\n", answer_body_);
  }
  if (status == kHang) return connection.WaitForEnd();
  if (status != kClose) connection.Write(answer);
}

std::vector<HttpRequest> HttpReceiver::Requests() const {
  const MutexLock lock(mutex_);
  return requests_;
}

bool HttpReceiver::Wait(
    const std::function<bool(const std::vector<HttpRequest>&)>& done,
    absl::Duration time) const {
  const absl::Time until = absl::Now() + time;
  MutexLock lock(mutex_);
  while (!done(requests_)) {
    const absl::Duration left = until - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    changed_.WaitFor(lock, absl::ToChronoMilliseconds(left));
  }
  return true;
}

bool HttpReceiver::WaitFor(std::size_t count, absl::Duration time) const {
  return Wait([count](const auto& all) { return all.size() >= count; }, time);
}

}  // namespace qiangji::testing
