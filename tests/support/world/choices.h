// Choices of a generator, by seed or by a string of bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace qiangji::test {

// By seed: endless. By bytes: one byte a choice, 0 once they are used up; so
// a shorter string is a smaller case and every string is a case.
class Choices {
 public:
  explicit Choices(unsigned seed) : random_(seed) {}
  explicit Choices(std::string bytes)
      : by_bytes_(true), bytes_(std::move(bytes)) {}

  // 0 .. n − 1; n at most 256 with bytes.
  int Below(int n) {
    const auto all = static_cast<std::uint32_t>(n);
    if (!by_bytes_) return static_cast<int>(random_() % all);
    if (next_ >= bytes_.size()) return 0;
    return static_cast<int>(static_cast<unsigned char>(bytes_[next_++]) % all);
  }
  bool Chance(int percent) { return Below(100) < percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(Below(static_cast<int>(from.size())))];
  }

 private:
  std::mt19937 random_;
  bool by_bytes_ = false;
  std::string bytes_;
  std::size_t next_ = 0;
};

}  // namespace qiangji::test
