#pragma once
// What the transforms of behaviour share: the rows that belong to somebody, in event time.
#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <weir/batch.hpp>
#include <weir/binding.hpp>
#include <weir/node.hpp>
#include <weir/row_errors.hpp>
#include <weir/row_times.hpp>

namespace weir::behaviour {

using weir::kBeforeAll;
using weir::kNever;
using weir::time_before;
/// Times of events: years 1 to 9998, so that civil periods around them can be named, and durations added to
/// them without a look at the ends of int64.
inline constexpr int64_t kEarliest = -62'104'060'800'000'000;
inline constexpr int64_t kLatest = 253'339'228'800'000'000;
/// The longest duration of an option [us]: ten years.
inline constexpr double kLongestUs = 3.2e14;

/// A batch of `columns` that was made here, not from another.
inline Batch new_batch(std::span<const Column> columns, size_t row_count) {
  weir_batch like{};
  like.row_count = static_cast<int64_t>(row_count);
  like.entered_ns = host()->monotonic_ns(host());
  return Batch::make(like, columns);
}

/// Of a row's faults the first is told.
inline RowErrors first_of_each_row(const RowErrors& errors) {
  RowErrors first;
  std::set<size_t> told;
  for (const RowErrors::Fault& fault : errors.faults())
    if (told.insert(fault.row).second) first.add(fault.row, fault.code, fault.message, fault.column);
  return first;
}

/// Where a batch's rows go.
struct SortedOut {
  std::vector<uint32_t> good;
  std::vector<uint32_t> late;         ///< Below the watermark.
  std::vector<uint32_t> without_key;  ///< A null in the key is nobody.
};

/// Which input columns say who did something and when.
struct WhoAndWhen {
  std::vector<ColumnRef> by;
  size_t time = 0;
  std::string time_name;

  /// Fails: no key, one that cannot be a key, or no event time.
  static Result<WhoAndWhen> make(const std::vector<ColumnRef>& by, const Schema& input);
  std::vector<ColumnId> columns() const;
  std::vector<Field> key_fields(const Schema& input) const;
  /// Whether the row has a time that can be reckoned with; adds it to `errors` when not.
  bool check(const RowTimes& times, uint32_t row, RowErrors& errors) const;
  /// Sorts out the rows that `errors` does not name; rows without a time that can be reckoned with are added
  /// to it. A row is late when the rows before it in its own partition, or the engine, put the watermark
  /// above its time: the data alone decides.
  SortedOut sort_out(const Batch& batch, int64_t watermark_us, RowErrors& errors) const;
};

}  // namespace weir::behaviour
