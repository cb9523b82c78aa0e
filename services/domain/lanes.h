// Values of several right-hand sides (lanes) side by side, and which vector
// code runs on them (ARCHITECTURE, "The engine").
#pragma once

#include <cstddef>
#include <memory>

namespace qiangji::domain {

// Whether this machine has 32-byte vectors (AVX2). Code for them and the
// baseline give the same bits: no sum crosses lanes, no product is fused.
bool UseWideVectors();
// Makes UseWideVectors() answer false; for the tests that compare both.
void ForceBaselineForTest(bool force);

// Doubles at addresses that vectors like, in large pages where there are many.
// All 0 at first.
class LaneArray {
 public:
  LaneArray() = default;
  explicit LaneArray(std::size_t size);

  std::size_t size() const { return size_; }
  double* data() { return data_.get(); }
  const double* data() const { return data_.get(); }
  double& operator[](std::size_t k) { return data_[k]; }
  double operator[](std::size_t k) const { return data_[k]; }

 private:
  struct Free {
    void operator()(double* data) const;
  };
  std::unique_ptr<double[], Free> data_;
  std::size_t size_ = 0;
};

}  // namespace qiangji::domain
