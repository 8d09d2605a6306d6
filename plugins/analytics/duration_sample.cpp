#include "duration_sample.hpp"

#include <algorithm>
#include <cmath>

namespace weir::behaviour {
namespace {

constexpr double kRatio = (1 + DurationSample::kRelativeError) / (1 - DurationSample::kRelativeError);

}  // namespace

void DurationSample::add(int64_t duration_us) {
  ++count_;
  if (count_ <= kExactCount) return exact_.push_back(duration_us);
  for (const int64_t kept : exact_) count_in_bucket(kept);
  exact_ = {};
  count_in_bucket(duration_us);
}

void DurationSample::count_in_bucket(int64_t duration_us) {
  if (duration_us == 0) {
    ++zero_count_;
    return;
  }
  ++counts_[static_cast<int32_t>(std::ceil(std::log(static_cast<double>(duration_us)) / std::log(kRatio)))];
}

double DurationSample::quantile(double share) {
  const double position = share * static_cast<double>(count_ - 1);
  if (!exact_.empty()) {
    std::ranges::sort(exact_);
    const auto below = static_cast<size_t>(position);
    const size_t above = std::min(below + 1, exact_.size() - 1);
    const auto low = static_cast<double>(exact_[below]);
    return low + (position - static_cast<double>(below)) * (static_cast<double>(exact_[above]) - low);
  }
  const auto wanted = static_cast<uint64_t>(std::llround(position));
  uint64_t passed = zero_count_;
  if (wanted < passed) return 0;
  for (const auto& [bucket, count] : counts_) {
    passed += count;
    if (wanted < passed) return 2 * std::pow(kRatio, bucket) / (kRatio + 1);
  }
  return 0;
}

}  // namespace weir::behaviour
