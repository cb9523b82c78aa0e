#include "tests/support/net/smtp_receiver.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

namespace qiangji::testing {
namespace {

std::string InBrackets(const std::string& line) {
  const std::size_t begin = line.find('<') + 1;
  return line.substr(begin, line.find('>') - begin);
}

std::string DecodeWords(const std::string& value) {
  std::string out;
  for (absl::string_view word : absl::StrSplit(value, "\r\n ")) {
    std::string bytes;
    if (absl::StartsWith(word, "=?UTF-8?B?") &&
        absl::Base64Unescape(word.substr(10, word.size() - 12), &bytes)) {
      absl::StrAppend(&out, bytes);
    } else {
      absl::StrAppend(&out, word);
    }
  }
  return out;
}

}  // namespace

std::string ReceivedMail::Header(const std::string& name) const {
  const std::string all = "\r\n" + content.substr(0, content.find("\r\n\r\n"));
  const std::string begin = absl::StrCat("\r\n", name, ": ");
  const std::size_t at = all.find(begin);
  if (at == std::string::npos) return "";
  std::size_t end = at + begin.size();
  // Continuation lines begin with a space.
  while ((end = all.find("\r\n", end)) != std::string::npos &&
         all.substr(end + 2, 1) == " ") {
    ++end;
  }
  return DecodeWords(
      all.substr(at + begin.size(),
                 end == std::string::npos ? end : end - at - begin.size()));
}

std::string ReceivedMail::Text() const {
  std::string text;
  absl::Base64Unescape(
      absl::StrReplaceAll(content.substr(content.find("\r\n\r\n") + 4),
                          {{"\r\n", ""}}),
      &text);
  return absl::StrReplaceAll(text, {{"\r\n", "\n"}});
}

SmtpReceiver::SmtpReceiver()
    : server_([this](TcpConnection& connection) { Serve(connection); }) {}

std::string SmtpReceiver::Url() const {
  return absl::StrCat("smtp://127.0.0.1:", server_.port());
}

void SmtpReceiver::Answer(std::function<int(int)> answer) {
  const MutexLock lock(mutex_);
  answer_ = std::move(answer);
}

int SmtpReceiver::Take(ReceivedMail mail) {
  const MutexLock lock(mutex_);
  const int status = answer_ ? answer_(static_cast<int>(mails_.size())) : 250;
  mails_.push_back(std::move(mail));
  changed_.NotifyAll();
  return status;
}

void SmtpReceiver::Serve(TcpConnection& connection) {
  connection.Write("220 test\r\n");
  ReceivedMail mail;
  std::string line;
  while (connection.ReadLine(&line)) {
    if (absl::StartsWithIgnoreCase(line, "QUIT")) {
      connection.Write("221 bye\r\n");
      return;
    }
    if (absl::StartsWithIgnoreCase(line, "MAIL FROM:")) {
      mail = {};
      mail.from = InBrackets(line);
    } else if (absl::StartsWithIgnoreCase(line, "RCPT TO:")) {
      mail.to.push_back(InBrackets(line));
    } else if (absl::StartsWithIgnoreCase(line, "DATA")) {
      connection.Write("354 go on\r\n");
      while (connection.ReadLine(&line) && line != ".") {
        absl::StrAppend(&mail.content,
                        absl::StartsWith(line, ".") ? line.substr(1) : line,
                        "\r\n");
      }
      connection.Write(
          absl::StrCat(Take(std::exchange(mail, {})), " taken\r\n"));
      continue;
    }
    connection.Write("250 ok\r\n");
  }
}

std::vector<ReceivedMail> SmtpReceiver::Mails() const {
  const MutexLock lock(mutex_);
  return mails_;
}

bool SmtpReceiver::WaitFor(std::size_t count, absl::Duration time) const {
  const absl::Time until = absl::Now() + time;
  MutexLock lock(mutex_);
  while (mails_.size() < count) {
    const absl::Duration left = until - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    changed_.WaitFor(lock, absl::ToChronoMilliseconds(left));
  }
  return true;
}

}  // namespace qiangji::testing
