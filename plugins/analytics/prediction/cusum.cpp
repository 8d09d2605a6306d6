#include "cusum.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace weir::prediction {
namespace {

constexpr double kMostDeviations = 3.5;
constexpr double kFarthest = 20;  // Deviations; further out is an outlier.

/// In deviations; infinite from a segment of equal values, where no step is small.
double distance(const Moments& segment, double value) {
  const double deviation = std::sqrt(segment.squares / (segment.count - 1));
  const double off = value - segment.mean;
  return off == 0 ? 0 : off / deviation;
}

void add(CusumSide& side, double step, int64_t time_us, double value, bool is_outlier) {
  if (side.sum == 0) side = {0, time_us, {}, {}};
  side.sum = std::max(0.0, side.sum + step);
  if (side.sum == 0) return;
  side.since.add(value);
  if (!is_outlier) side.since_in_segment.add(value);
}

/// The segment's values without those of `part`.
Moments without(const Moments& all, const Moments& part) {
  const double count = all.count - part.count;
  if (count < 2) return all;
  const double mean = (all.mean * all.count - part.mean * part.count) / count;
  const double off = part.mean - mean;
  const double squares = all.squares - part.squares - off * off * count * part.count / all.count;
  // What is left of a difference of equals is rounding.
  return {count, mean, squares > 1e-12 * all.squares ? squares : 0.0};
}

}  // namespace

bool observe(CusumState& state, const CusumLimits& limits, int64_t time_us, double value, Change* change) {
  if (state.segment.count < limits.warmup) {
    state.segment.add(value);
    return false;
  }
  const double off = distance(state.segment, value);
  const double z = std::clamp(off, -kMostDeviations, kMostDeviations);
  // A segment of equal values says of none how far out it is.
  const bool is_outlier = std::isfinite(off) && std::abs(off) > kFarthest;
  add(state.up, z - limits.slack, time_us, value, is_outlier);
  add(state.down, -z - limits.slack, time_us, value, is_outlier);
  if (!is_outlier) state.segment.add(value);
  const CusumSide& higher = state.up.sum >= state.down.sum ? state.up : state.down;
  if (higher.sum <= limits.threshold) return false;
  const Moments before = without(state.segment, higher.since_in_segment);
  // Without outliers, unless what came is mostly so far out.
  const Moments& without_outliers = higher.since_in_segment;
  const Moments after = 2 * without_outliers.count < higher.since.count ? higher.since : without_outliers;
  *change = {higher.began_us, before.mean, after.mean, std::sqrt(before.squares / (before.count - 1)),
             static_cast<int64_t>(higher.since.count)};
  state = {after, {}, {}};
  return true;
}

bool read_cusum_version_1(const void* bytes, size_t size, CusumState& state) {
  struct Side1 {
    double sum;
    int64_t began_us;
    Moments since;
  };
  struct Version1 {
    Moments segment;
    Side1 up;
    Side1 down;
  } old;
  if (size != sizeof(old)) return false;
  std::memcpy(&old, bytes, sizeof(old));
  const auto side = [](const Side1& one) { return CusumSide{one.sum, one.began_us, one.since, one.since}; };
  state = {old.segment, side(old.up), side(old.down)};
  return true;
}

}  // namespace weir::prediction
