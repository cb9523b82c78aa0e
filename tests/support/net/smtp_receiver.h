// A mail server for tests (RFC 5321, without extensions): takes what comes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/base/mutex.h"
#include "tests/support/net/tcp_server.h"

namespace qiangji::testing {

struct ReceivedMail {
  std::string from;  // of the envelope
  std::vector<std::string> to;
  std::string content;  // lines end with "\r\n"

  // Value of a header, encoded words decoded; "" = none.
  std::string Header(const std::string& name) const;
  // Decoded from base64.
  std::string Text() const;
};

class SmtpReceiver {
 public:
  SmtpReceiver();

  void Start() { server_.Start(); }
  void Stop() { server_.Stop(); }
  std::string Url() const;

  // What the n-th mail (from 0) is answered after its data; 250 by default.
  void Answer(std::function<int(int)> answer);

  std::vector<ReceivedMail> Mails() const;  // also those that were refused
  bool WaitFor(std::size_t count,
               absl::Duration time = absl::Seconds(30)) const;

 private:
  void Serve(TcpConnection& connection);
  int Take(ReceivedMail mail);

  mutable Mutex mutex_;
  mutable CondVar changed_;
  std::function<int(int)> answer_ ABSL_GUARDED_BY(mutex_);
  std::vector<ReceivedMail> mails_ ABSL_GUARDED_BY(mutex_);
  TcpServer server_;
};

}  // namespace qiangji::testing
