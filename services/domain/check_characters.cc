// Check characters and the shapes of codes (validate.h).
#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "services/domain/validate.h"

namespace qiangji::domain {
namespace {

// GB 32100-2015: base 31 without I, O, S, V, Z.
constexpr absl::string_view kUsccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::size_t kUsccLength = 18;
constexpr std::size_t kLeiLength = 20;
constexpr std::size_t kMaxIdLength = 64;

bool IsIdCharacter(char c) {
  return absl::ascii_islower(static_cast<unsigned char>(c)) ||
         absl::ascii_isdigit(static_cast<unsigned char>(c));
}

}  // namespace

bool IsId(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxIdLength &&
         IsIdCharacter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsIdCharacter(c) || c == '-' || c == '.' || c == '_';
         });
}

bool IsUscc(absl::string_view code) {
  if (code.size() != kUsccLength) return false;
  int sum = 0;
  int weight = 1;  // 3^i mod 31
  for (std::size_t i = 0; i < kUsccLength; ++i) {
    const std::size_t digit = kUsccAlphabet.find(code[i]);
    if (digit == absl::string_view::npos) return false;
    if (i + 1 == kUsccLength) {
      return static_cast<int>(digit) == (31 - sum % 31) % 31;
    }
    sum += static_cast<int>(digit) * weight;
    weight = weight * 3 % 31;
  }
  return false;
}

bool IsLei(absl::string_view code) {
  if (code.size() != kLeiLength) return false;
  int remainder = 0;  // ISO 7064 mod 97-10 over letters as 10..35
  for (char c : code) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      remainder = (remainder * 10 + (c - '0')) % 97;
    } else if (absl::ascii_isupper(static_cast<unsigned char>(c))) {
      remainder = (remainder * 100 + (c - 'A' + 10)) % 97;
    } else {
      return false;
    }
  }
  return remainder == 1 &&
         absl::ascii_isdigit(
             static_cast<unsigned char>(code[kLeiLength - 1])) &&
         absl::ascii_isdigit(static_cast<unsigned char>(code[kLeiLength - 2]));
}

bool IsOrganizationReference(absl::string_view id) {
  return id.substr(0, 5) == "uscc:" || id.substr(0, 4) == "lei:";
}

}  // namespace qiangji::domain
