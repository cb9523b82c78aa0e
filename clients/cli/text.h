// The two languages of everything that the program says.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"

namespace qiangji::cli {

enum class Lang { kZh, kEn };

// One wording in both languages. Placeholders are absl::Substitute's ($0…).
struct Text {
  absl::string_view zh;
  absl::string_view en;

  absl::string_view In(Lang lang) const { return lang == Lang::kZh ? zh : en; }
};

template <typename... Args>
std::string Say(Lang lang, const Text& text, const Args&... args) {
  return absl::Substitute(text.In(lang), args...);
}

}  // namespace qiangji::cli
