#pragma once
// The two-sided tabular CUSUM of Page (1954, "Continuous inspection schemes"), as Montgomery gives it
// ("Introduction to Statistical Quality Control", chapter 9):
//   up(i)   = max(0, up(i - 1) + z(i) - k),  down(i) = max(0, down(i - 1) - z(i) - k)
// A sum above h is a change; it began with the first value since that sum was last 0. z is the value's
// distance from the segment's mean in its standard deviations, both from the values before it alone (Hawkins
// 1987, "Self-starting CUSUM charts"), cut at 3.5 so that no lone value makes a change with the default h. An
// outlier, more than 20 deviations out, moves the sums and not the segment, whose deviation it would blow up
// for good.
#include <cstddef>
#include <cstdint>

namespace weir::prediction {

/// The running mean and sum of squared deviations of some values (Welford 1962).
struct Moments {
  double count;
  double mean;
  double squares;
  void add(double value) {
    count += 1;
    const double off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
  }
};

/// One side's sum, and the values since it was last 0.
struct CusumSide {
  double sum;
  int64_t began_us;
  Moments since;
  Moments since_in_segment;  ///< Those that were no outliers.
};

/// Plain bytes that begin zeroed.
struct CusumState {
  Moments segment;  ///< Of the values since the last change, without outliers.
  CusumSide up;
  CusumSide down;
  static constexpr uint32_t kVersion = 2;
};

/// Reads the state of version 1, in which all values were in the segment. Returns whether `size` is its size.
bool read_cusum_version_1(const void* bytes, size_t size, CusumState& state);

struct Change {
  int64_t began_us;  ///< The time of the first value behind the change.
  double before;     ///< Mean of the segment, without what came behind the change.
  double after;      ///< Mean of the values since; without outliers, unless most are.
  double deviation;  ///< Of the segment.
  int64_t count;     ///< How many values it took to see it.
};

struct CusumLimits {
  double slack = 0.5;    ///< k, half the shift to find [standard deviations].
  double threshold = 8;  ///< h [standard deviations].
  double warmup = 30;    ///< Values that a segment's mean is made of at least.
};

/// Takes a finite value in. Returns whether a change is seen with it; then the next segment begins with the
/// values since the change began, those that `after` is the mean of.
bool observe(CusumState& state, const CusumLimits& limits, int64_t time_us, double value, Change* change);

}  // namespace weir::prediction
