// A receiver of webhooks: a real HTTP server that behaves as a test says.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/base/mutex.h"
#include "tests/support/net/tcp_server.h"

namespace qiangji::testing {

struct HttpRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int answered = 0;  // status
};

class HttpReceiver {
 public:
  // Not statuses: the request is never answered; the connection is closed.
  static constexpr int kHang = -1;
  static constexpr int kClose = -2;

  HttpReceiver();

  void Start() { server_.Start(); }
  void Stop() { server_.Stop(); }
  std::string Url(const std::string& path = "/hook") const;

  // What the n-th request (from 0) is answered; 200 where nothing is set.
  void Answer(std::function<int(int)> answer);
  // Sent back instead of a short answer.
  void SetAnswerText(std::string headers, std::string body);

  // All requests so far, in order.
  std::vector<HttpRequest> Requests() const;
  // Waits until `done` of the requests; false after the time.
  bool Wait(const std::function<bool(const std::vector<HttpRequest>&)>& done,
            absl::Duration time = absl::Seconds(30)) const;
  bool WaitFor(std::size_t count,
               absl::Duration time = absl::Seconds(30)) const;

 private:
  void Serve(TcpConnection& connection);

  mutable Mutex mutex_;
  mutable CondVar changed_;
  std::function<int(int)> answer_ ABSL_GUARDED_BY(mutex_);
  std::string answer_headers_ ABSL_GUARDED_BY(mutex_);
  std::string answer_body_ ABSL_GUARDED_BY(mutex_);
  std::vector<HttpRequest> requests_ ABSL_GUARDED_BY(mutex_);
  TcpServer server_;
};

}  // namespace qiangji::testing
