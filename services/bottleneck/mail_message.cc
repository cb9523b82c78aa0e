#include "services/bottleneck/mail_message.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/base/shanghai.h"
#include "services/rpc/text.h"

namespace qiangji::bottleneck {
namespace {

constexpr char kEnd[] = "\r\n";

// An encoded word may have 75 characters (RFC 2047), 45 bytes then, cut
// between characters.
std::string EncodedWords(absl::string_view text) {
  constexpr std::size_t kMost = 45;
  std::string out;
  std::string part;
  const auto flush = [&] {
    if (part.empty()) return;
    if (!out.empty()) absl::StrAppend(&out, kEnd, " ");
    absl::StrAppend(&out, "=?UTF-8?B?", absl::Base64Escape(part), "?=");
    part.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = rpc::DecodeChar(text, at).length;
    if (part.size() + length > kMost) flush();
    absl::StrAppend(&part, text.substr(at, length));
    at += length;
  }
  flush();
  return out;
}

std::string Base64Lines(absl::string_view text) {
  constexpr std::size_t kLine = 76;
  const std::string all = absl::Base64Escape(text);
  std::string out;
  for (std::size_t at = 0; at < all.size(); at += kLine) {
    absl::StrAppend(&out, absl::string_view(all).substr(at, kLine), kEnd);
  }
  return out;
}

bool IsLocalChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) !=
             absl::string_view::npos;
}

bool IsDomainChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
         c == '.';
}

}  // namespace

std::string MailMessage(const domain::Mail& mail, const std::string& from,
                        const std::string& to, absl::string_view id,
                        absl::Time time) {
  const std::string domain = from.substr(from.find('@') + 1);
  return absl::StrCat(
      "Date: ", absl::FormatTime("%a, %d %b %Y %H:%M:%S %z", time, Shanghai()),
      kEnd, "From: <", from, ">", kEnd, "To: <", to, ">", kEnd,
      "Subject: ", EncodedWords(mail.subject), kEnd, "Message-ID: <", id, "@",
      domain, ">", kEnd, "Auto-Submitted: auto-generated", kEnd,
      "MIME-Version: 1.0", kEnd, "Content-Type: text/plain; charset=utf-8",
      kEnd, "Content-Transfer-Encoding: base64", kEnd, kEnd,
      Base64Lines(absl::StrReplaceAll(mail.text, {{"\n", "\r\n"}})));
}

absl::Status CheckMailAddress(absl::string_view address) {
  constexpr std::size_t kMost = 254;
  const std::size_t at = address.rfind('@');
  const auto good = [](absl::string_view part, bool (*allowed)(char)) {
    return !part.empty() && part.front() != '.' && part.back() != '.' &&
           part.front() != '-' &&
           std::all_of(part.begin(), part.end(), allowed);
  };
  if (address.size() <= kMost && at != absl::string_view::npos &&
      good(address.substr(0, at), &IsLocalChar) &&
      good(address.substr(at + 1), &IsDomainChar)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "not a mail address; accepted: name@domain in ASCII, at most 254 "
      "characters");
}

}  // namespace qiangji::bottleneck
