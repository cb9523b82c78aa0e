// HTTP and SMTP against real servers of the test, and what addresses may be.
#include "services/bottleneck/transfer.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include "absl/strings/str_cat.h"
#include "services/bottleneck/mail_message.h"
#include "services/bottleneck/notice_file.h"
#include "tests/support/net/http_receiver.h"
#include "tests/support/net/smtp_receiver.h"

namespace qiangji::bottleneck {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HttpReceiver;
using testing::SmtpReceiver;

const auto kGo = [] { return false; };

AddressFilter Loopback() { return *AddressFilter::Allowing({"127.0.0.0/8"}); }

TransferLimits Short() {
  TransferLimits limits;
  limits.timeout = absl::Milliseconds(300);
  return limits;
}

class Webhook : public ::testing::Test {
 protected:
  Webhook() { receiver_.Start(); }
  absl::Status Post(const std::string& url,
                    const AddressFilter& filter = Loopback(),
                    const TransferLimits& limits = {}) {
    return PostWebhook({url, {{"webhook-id", "a.1-0"}}, "{\"a\":1}"}, filter,
                       limits, kGo);
  }
  std::string Error(int status) {
    receiver_.Answer([status](int) { return status; });
    return std::string(Post(receiver_.Url(), Loopback(), Short()).message());
  }
  HttpReceiver receiver_;
};

TEST_F(Webhook, PostsHeadersAndBody) {
  ASSERT_TRUE(Post(receiver_.Url("/x?y=1")).ok());
  const auto requests = receiver_.Requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].path, "/x?y=1");
  EXPECT_EQ(requests[0].body, "{\"a\":1}");
  EXPECT_EQ(requests[0].headers.at("webhook-id"), "a.1-0");
  EXPECT_EQ(requests[0].headers.count("expect"), 0u);
}

TEST_F(Webhook, OnlySuccessIsTaken) {
  EXPECT_EQ(Error(204), "");
  EXPECT_THAT(Error(500), HasSubstr("HTTP status 500"));
  EXPECT_THAT(Error(404), HasSubstr("HTTP status 404"));
  EXPECT_THAT(Error(HttpReceiver::kHang), HasSubstr("imeout"));
  EXPECT_FALSE(Error(HttpReceiver::kClose).empty());
  receiver_.Stop();
  EXPECT_FALSE(Error(200).empty());
}

TEST_F(Webhook, RedirectsAreRefused) {
  receiver_.SetAnswerText(
      absl::StrCat("Location: ", receiver_.Url("/other"), "\r\n"), "");
  EXPECT_THAT(Error(302), HasSubstr("redirects are not followed"));
  EXPECT_THAT(Error(307), HasSubstr("redirects are not followed"));
  EXPECT_EQ(receiver_.Requests().size(), 2u);
}

TEST_F(Webhook, PrivateAddressesAreRefusedWhateverTheNameIs) {
  const std::string port = receiver_.Url().substr(16);
  for (const std::string host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]",
                                 "2130706433", "0x7f.1", "0177.0.0.1"}) {
    const absl::Status status =
        Post(absl::StrCat("http://", host, port), AddressFilter());
    EXPECT_FALSE(status.ok()) << host;
    EXPECT_THAT(std::string(status.message()), HasSubstr("not allowed"))
        << host;
  }
  EXPECT_TRUE(receiver_.Requests().empty());
}

TEST_F(Webhook, LongAnswersAreCutOff) {
  receiver_.SetAnswerText("", std::string(1 << 20, 'x'));
  EXPECT_THAT(Error(200), HasSubstr("too long"));
  receiver_.SetAnswerText(absl::StrCat("X: ", std::string(90'000, 'x'), "\r\n"),
                          "");
  EXPECT_THAT(Error(200), HasSubstr("too long"));
}

TEST_F(Webhook, OtherSchemesAndProxiesAreNotUsed) {
  EXPECT_FALSE(Post("file:///etc/passwd").ok());
  EXPECT_FALSE(Post("gopher://127.0.0.1/").ok());
  // A proxy would resolve names where the filter does not see it.
  setenv("http_proxy", receiver_.Url().c_str(), 1);
  const absl::Status status = Post("http://10.255.255.1/", AddressFilter());
  unsetenv("http_proxy");
  EXPECT_THAT(std::string(status.message()), HasSubstr("not allowed"));
  EXPECT_TRUE(receiver_.Requests().empty());
}

TEST_F(Webhook, EndsWhenItIsToStop) {
  receiver_.Answer([](int) { return HttpReceiver::kHang; });
  const absl::Status status =
      PostWebhook({receiver_.Url(), {}, ""}, Loopback(), {},
                  [&] { return !receiver_.Requests().empty(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
}

TEST(CheckWebhookUrl, SaysWhatIsAccepted) {
  for (const char* url :
       {"https://example.com/hook", "http://example.com:8080/a?b=c",
        "https://[2606:4700::1]/", "https://8.8.8.8/"}) {
    EXPECT_TRUE(CheckWebhookUrl(url, AddressFilter()).ok()) << url;
  }
  for (const char* url :
       {"", "example.com", "ftp://example.com/", "file:///etc/passwd",
        "https://user:secret@example.com/", "https://a.com/#x",
        "http://127.0.0.1/", "http://[::1]/", "http://[fe80::1]/",
        "http://169.254.169.254/latest"}) {
    EXPECT_EQ(CheckWebhookUrl(url, AddressFilter()).code(),
              absl::StatusCode::kInvalidArgument)
        << url;
  }
  EXPECT_TRUE(CheckWebhookUrl("http://127.0.0.1/", Loopback()).ok());
  EXPECT_FALSE(
      CheckWebhookUrl("http://a/" + std::string(3000, 'x'), Loopback()).ok());
}

TEST(SendMail, HandsTheMailOver) {
  SmtpReceiver receiver;
  receiver.Start();
  const SmtpServer server = {receiver.Url(), "qiangji@example.com", "", ""};
  const domain::Mail mail = {
      "强基预警日报：12 条（新增 3、变动 5、逾期 1、解除 3），另有其他说明文字",
      "新增（1）\n- 轴承\n"};
  const std::string message =
      MailMessage(mail, server.from, "a@example.com", "s.1-0",
                  absl::FromUnixSeconds(1'700'000'000));
  ASSERT_TRUE(SendMail(server, "a@example.com", message, {}, kGo).ok());
  const auto mails = receiver.Mails();
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_EQ(mails[0].from, "qiangji@example.com");
  EXPECT_THAT(mails[0].to, ElementsAre("a@example.com"));
  EXPECT_EQ(mails[0].Header("Subject"), mail.subject);
  EXPECT_EQ(mails[0].Header("Message-ID"), "<s.1-0@example.com>");
  EXPECT_EQ(mails[0].Header("Date"), "Wed, 15 Nov 2023 06:13:20 +0800");
  EXPECT_EQ(mails[0].Text(), mail.text);
}

TEST(SendMail, SaysWhatFailed) {
  SmtpReceiver receiver;
  receiver.Start();
  receiver.Answer([](int) { return 451; });
  SmtpServer server = {receiver.Url(), "q@example.com", "", ""};
  EXPECT_FALSE(SendMail(server, "a@example.com", "x", {}, kGo).ok());
  // With a password the connection must be encrypted, and here it cannot be.
  server.user = "u";
  server.password = "p";
  EXPECT_FALSE(SendMail(server, "a@example.com", "x", {}, kGo).ok());
  EXPECT_EQ(receiver.Mails().size(), 1u);
  EXPECT_THAT(
      std::string(SendMail({}, "a@example.com", "x", {}, kGo).message()),
      HasSubstr("no mail server"));
}

TEST(CheckMailAddress, TakesPlainAddressesOnly) {
  for (const char* good : {"a@b.cn", "a.b+c@x-y.example.com"}) {
    EXPECT_TRUE(CheckMailAddress(good).ok()) << good;
  }
  for (const char* bad :
       {"", "a", "@b", "a@", "a b@c.d", "a@b\r\nRCPT TO:<x@y>", "<a@b.cn>",
        "a@b@c d", ".a@b.cn", "a.@b.cn", "a@-b", "-a@b.cn", "a,b@c.cn"}) {
    EXPECT_FALSE(CheckMailAddress(bad).ok()) << bad;
  }
}

TEST(CheckFileName, TakesPlainNamesOnly) {
  EXPECT_TRUE(CheckFileName("alerts-2026.jsonl").ok());
  for (const std::string bad :
       {"", ".", "..", ".hidden", "a/b", "../a", "a b", "a\n"}) {
    EXPECT_FALSE(CheckFileName(bad).ok()) << bad;
  }
  EXPECT_FALSE(CheckFileName(std::string(101, 'a')).ok());
}

}  // namespace
}  // namespace qiangji::bottleneck
