#include <algorithm>
#include <cstring>

#include "quantile_saved.hpp"
#include "quantile_slot.hpp"

namespace weir::aggregates {
namespace {

constexpr uint64_t kFirstRoom = 6;       // What the smallest block holds.
constexpr uint64_t kBucketsAround = 32;  // Half an octave more to each side than was asked for.

double* values_of(const QuantileSlot& slot) { return reinterpret_cast<double*>(slot.values->data); }
uint32_t* narrow_of(const QuantileSlot& slot) { return reinterpret_cast<uint32_t*>(slot.values->data); }
uint64_t* wide_of(const QuantileSlot& slot) { return reinterpret_cast<uint64_t*>(slot.values->data); }

/// Buckets [first, first + size) that hold `bucket` and what they held before.
void widen_range(uint64_t bucket, uint32_t& first, uint32_t& size) {
  const uint64_t low = std::max(kFirstBucket, bucket - std::min(bucket, kBucketsAround));
  const uint64_t high = std::min(kEndBucket, bucket + kBucketsAround);
  const uint64_t from = size == 0 ? low : std::min<uint64_t>(first, low);
  const uint64_t end = size == 0 ? high : std::max<uint64_t>(uint64_t{first} + size, high);
  first = static_cast<uint32_t>(from);
  size = static_cast<uint32_t>(end - from);
}

/// Moves `old_size` counters of `width` bytes up by `shift` places and clears all around them.
void spread_counters(uint8_t* counters, size_t width, size_t old_size, size_t shift, size_t new_size) {
  if (old_size > 0) std::memmove(counters + shift * width, counters, old_size * width);
  std::memset(counters, 0, shift * width);
  std::memset(counters + (shift + old_size) * width, 0, (new_size - shift - old_size) * width);
}

}  // namespace

void QuantileGroup::add(double x) {
  if (is_exact_ || slot_.count < kExactValues) return add_value(x);
  if (slot_.count == kExactValues) turn_into_sketch();
  has_wide_counters_ = is_wide();
  if (slot_.count == kNarrowValues) widen();
  count(x);
  ++slot_.count;
}

void QuantileGroup::add_value(double x) {
  if (slot_.count == slot_.size) grow_values();
  values_of(slot_)[slot_.count++] = x;
}

void QuantileGroup::grow_values() {
  uint64_t room = std::max(kFirstRoom, uint64_t{slot_.size} * 2);
  if (!is_exact_) room = std::min(room, kExactValues);
  resize_(slot_.values, room * sizeof(double));
  std::memset(values_of(slot_) + slot_.size, 0, (room - slot_.size) * sizeof(double));
  slot_.size = static_cast<uint32_t>(room);
}

void QuantileGroup::turn_into_sketch() {
  std::vector<double> kept;
  if (slot_.count > 0) kept.assign(values_of(slot_), values_of(slot_) + slot_.count);
  resize_(slot_.values, 0);
  slot_.first = slot_.size = 0;
  has_wide_counters_ = false;
  for (const double x : kept) count(x);
}

void QuantileGroup::widen() {
  std::vector<uint32_t> narrow;
  if (slot_.size > 0) narrow.assign(narrow_of(slot_), narrow_of(slot_) + slot_.size);
  has_wide_counters_ = true;
  if (narrow.empty()) return;
  resize_(slot_.values, narrow.size() * sizeof(uint64_t));
  std::ranges::copy(narrow, wide_of(slot_));
}

void QuantileGroup::count(double x) {
  const uint64_t bucket = bucket_of(std::fabs(x));
  if (bucket >= kFirstBucket && bucket < kEndBucket) {
    if (x > 0) return count_bucket(bucket, 1);
    return count_negative(bucket, 1);
  }
  if (std::isnan(x)) {
    ++rest().not_a_number;
  } else if (std::isinf(x)) {
    ++(x > 0 ? rest().positive_infinite : rest().negative_infinite);
  } else {
    ++rest().zero;
  }
}

void QuantileGroup::count_bucket(uint64_t bucket, uint64_t times) {
  if (bucket - slot_.first >= slot_.size) reach_bucket(bucket);
  const uint64_t place = bucket - slot_.first;
  if (has_wide_counters_)
    wide_of(slot_)[place] += times;
  else
    narrow_of(slot_)[place] += static_cast<uint32_t>(times);
}

void QuantileGroup::reach_bucket(uint64_t bucket) {
  const size_t width = has_wide_counters_ ? sizeof(uint64_t) : sizeof(uint32_t);
  const uint32_t old_first = slot_.first;
  const uint32_t old_size = slot_.size;
  uint32_t first = old_first;
  uint32_t size = old_size;
  widen_range(bucket, first, size);
  resize_(slot_.values, size * width);
  spread_counters(slot_.values->data, width, old_size, old_size == 0 ? 0 : old_first - first, size);
  slot_.first = first;
  slot_.size = size;
}

QuantileRest& QuantileGroup::rest() {
  if (slot_.rest == nullptr) {
    resize_(slot_.rest, sizeof(QuantileRest));
    std::memset(slot_.rest->data, 0, sizeof(QuantileRest));
  }
  return *reinterpret_cast<QuantileRest*>(slot_.rest->data);
}

void QuantileGroup::count_negative(uint64_t bucket, uint64_t times) {
  if (bucket - rest().first >= rest().size) {
    const uint32_t old_first = rest().first;
    const uint32_t old_size = rest().size;
    uint32_t first = old_first;
    uint32_t size = old_size;
    widen_range(bucket, first, size);
    resize_(slot_.rest, sizeof(QuantileRest) + size * sizeof(uint64_t));
    spread_counters(slot_.rest->data + sizeof(QuantileRest), sizeof(uint64_t), old_size,
                    old_size == 0 ? 0 : old_first - first, size);
    rest().first = first;
    rest().size = size;
  }
  const uint64_t place = bucket - rest().first;
  reinterpret_cast<uint64_t*>(slot_.rest->data + sizeof(QuantileRest))[place] += times;
}

Status QuantileGroup::merge(std::string_view saved) {
  SavedQuantile other;
  WEIR_RETURN_IF_ERROR(other.read(saved, is_exact_));
  if (!other.is_sketch) {
    for (size_t i = 0; i < other.header.count; ++i) add(other.value(i));
    return {};
  }
  if (!is_sketch()) turn_into_sketch();
  has_wide_counters_ = is_wide();
  if (!has_wide_counters_ && slot_.count + other.header.count > kNarrowValues) widen();
  const SavedQuantileHeader& header = other.header;
  for (uint32_t i = 0; i < header.positive_size; ++i)
    if (const uint64_t times = other.positive(i); times > 0) count_bucket(header.positive_first + i, times);
  for (uint32_t i = 0; i < header.negative_size; ++i)
    if (const uint64_t times = other.negative(i); times > 0) count_negative(header.negative_first + i, times);
  if (header.rest.zero + header.rest.positive_infinite + header.rest.negative_infinite +
          header.rest.not_a_number >
      0) {
    rest().zero += header.rest.zero;
    rest().positive_infinite += header.rest.positive_infinite;
    rest().negative_infinite += header.rest.negative_infinite;
    rest().not_a_number += header.rest.not_a_number;
  }
  slot_.count += header.count;
  return {};
}

}  // namespace weir::aggregates
