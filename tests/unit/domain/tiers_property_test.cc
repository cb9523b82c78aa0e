// The properties of METHOD 3, of worlds by seed and of worlds decoded from
// strings of bytes; tests/fuzz looks for such strings by coverage.
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/properties/tiers_properties.h"
#include "tests/support/world/random_tiers_case.h"

namespace qiangji::domain {
namespace {

using test::Choices;

TEST(TiersProperties, HoldOfWorldsBySeed) {
  for (unsigned seed = 1; seed <= Rounds(400) && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    CheckTiersProperties(Choices(20000 + seed), seed);
  }
}

// A corpus of strings, and what becomes of them when bytes change, are left
// out or come twice.
class Corpus {
 public:
  Corpus() : random_(7) {
    strings_ = {"", "\x01", std::string(64, '\xff'), std::string(400, '\x01')};
    std::string ramp;
    for (int k = 0; k < 600; ++k) ramp += static_cast<char>(k * 7 % 251);
    strings_.push_back(ramp);
    for (std::size_t length : {40u, 150u, 400u, 1000u, 3000u}) {
      std::string text(length, '\0');
      for (char& c : text) c = static_cast<char>(random_());
      strings_.push_back(text);
    }
  }
  std::size_t size() const { return strings_.size(); }

  std::string Next(unsigned round) {
    if (round < strings_.size()) return strings_[round];
    std::string text = strings_[random_() % strings_.size()];
    for (unsigned k = random_() % 8; k > 0 && !text.empty(); --k) {
      const std::size_t at = random_() % text.size();
      const std::size_t length = random_() % 16;
      switch (random_() % 3) {
        case 0:
          text[at] = static_cast<char>(random_());
          break;
        case 1:
          text.erase(at, length);
          break;
        default:
          text.insert(at, text.substr(at, length));
      }
    }
    if (random_() % 4 == 0) strings_.push_back(text);
    return text;
  }

 private:
  std::mt19937 random_;
  std::vector<std::string> strings_;
};

TEST(TiersProperties, HoldOfWorldsByBytes) {
  Corpus corpus;
  const unsigned rounds = Rounds(400);
  for (unsigned round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE(round);
    CheckTiersProperties(Choices(corpus.Next(round)), round + 1);
  }
}

}  // namespace
}  // namespace qiangji::domain
