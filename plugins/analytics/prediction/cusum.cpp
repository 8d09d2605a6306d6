#include "cusum.hpp"

#include <algorithm>
#include <cmath>

namespace weir::prediction {
namespace {

constexpr double kMostDeviations = 3.5;

double distance(const Moments& segment, double value) {
  const double deviation = std::sqrt(segment.squares / (segment.count - 1));
  const double off = value - segment.mean;
  if (deviation > 0) return std::clamp(off / deviation, -kMostDeviations, kMostDeviations);
  // A segment of equal values: the smallest step is as far as can be.
  return off == 0 ? 0 : std::copysign(kMostDeviations, off);
}

void add(CusumSide& side, double step, int64_t time_us, double value) {
  if (side.sum == 0) side = {0, time_us, {}};
  side.sum = std::max(0.0, side.sum + step);
  if (side.sum > 0) side.since.add(value);
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
  const double z = distance(state.segment, value);
  add(state.up, z - limits.slack, time_us, value);
  add(state.down, -z - limits.slack, time_us, value);
  state.segment.add(value);
  const CusumSide& higher = state.up.sum >= state.down.sum ? state.up : state.down;
  if (higher.sum <= limits.threshold) return false;
  const Moments before = without(state.segment, higher.since);
  *change = {higher.began_us, before.mean, higher.since.mean, std::sqrt(before.squares / (before.count - 1)),
             static_cast<int64_t>(higher.since.count)};
  state = {higher.since, {}, {}};
  return true;
}

}  // namespace weir::prediction
