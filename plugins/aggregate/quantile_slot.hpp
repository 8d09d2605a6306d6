#pragma once
// What a quantile keeps of a group: all values while there are few, counts by log bucket beyond.
//
// Which of the forms a slot has follows from its count alone, and what it holds from the set of its values
// alone: order, batches and merges make no difference.
//
//   count        values                               rest
//   0 .. 1,024   float64s, as they came               -
//   .. 2^32 - 1  uint32 counters of positive buckets  Rest and counters of negative buckets, once needed
//   more         uint64 counters of the same          the same
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "log_buckets.hpp"

namespace weir::aggregates {

inline constexpr uint64_t kExactValues = 1024;
inline constexpr uint64_t kNarrowValues = 0xFFFFFFFF;

struct QuantileSlot {
  weir_block* values;
  weir_block* rest;
  uint64_t count;
  uint32_t first;  ///< Sketch: the bucket of the first counter.
  uint32_t size;   ///< Sketch: how many counters; exact: room for how many values.
  static std::vector<uint32_t> ref_offsets() {
    return {offsetof(QuantileSlot, values), offsetof(QuantileSlot, rest)};
  }
};

/// Values that are in no positive bucket. Counters of negative buckets follow it in the block.
struct QuantileRest {
  uint64_t zero;  ///< And what is too small for a normal float.
  uint64_t positive_infinite, negative_infinite, not_a_number;
  uint32_t first, size;
};

/// Makes a block of a slot `size` bytes long. Throws FaultException when there is no memory.
using ResizeBlock = std::function<void(weir_block*&, size_t)>;

/// One slot, for everything that is not done for every row.
///
/// Threads: a call's.
class QuantileGroup {
 public:
  /// Borrows both. `is_exact`: the values are kept however many there are.
  QuantileGroup(QuantileSlot& slot, bool is_exact, const ResizeBlock& resize)
      : slot_(slot), is_exact_(is_exact), resize_(resize) {}
  void add(double x);
  /// Adds what save() gave of another group. Fails: the bytes are not what save() gives.
  Status merge(std::string_view saved);

 private:
  bool is_sketch() const { return !is_exact_ && slot_.count > kExactValues; }
  bool is_wide() const { return slot_.count > kNarrowValues; }
  void add_value(double x);
  void grow_values();
  void turn_into_sketch();
  void widen();
  void count(double x);
  void count_bucket(uint64_t bucket, uint64_t times);
  void count_negative(uint64_t bucket, uint64_t times);
  void reach_bucket(uint64_t bucket);
  QuantileRest& rest();

  QuantileSlot& slot_;
  const bool is_exact_;
  bool has_wide_counters_ = false;
  const ResizeBlock& resize_;
};

/// The fast way for the usual row: a normal positive number that falls into a bucket that is there.
/// Returns false, with nothing done, for any other.
inline bool add_to_sketch(QuantileSlot& slot, double x) {
  if (slot.count - (kExactValues + 1) >= kNarrowValues - (kExactValues + 1)) return false;
  const uint64_t place = bucket_of(x) - slot.first;
  if (place >= slot.size) return false;
  ++reinterpret_cast<uint32_t*>(slot.values->data)[place];
  ++slot.count;
  return true;
}

/// Returns quantile `q` by linear interpolation between the two values beside it (type 7), NaN above all
/// numbers. Needs: count > 0; 0 <= q <= 1.
double quantile_of(const QuantileSlot& slot, double q, bool is_exact);

/// Appends the group as merge() reads it.
void save_quantile(const QuantileSlot& slot, bool is_exact, std::string& out);

}  // namespace weir::aggregates
