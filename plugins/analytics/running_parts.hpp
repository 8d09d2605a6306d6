#pragma once
// Sums from the beginning of a calendar unit up to a moment, for rows that come by key and time.
#include <cstring>
#include <vector>

#include <weir/state.hpp>

#include "period_columns.hpp"

namespace weir::analytics {

/// Where one sum begins and how far it goes.
struct PartRange {
  Span unit;
  int64_t upto = 0;
  bool is_any = true;  ///< Without a unit there is no sum.
};

/// For each key and unit a few sums that only go on: what lies behind the last row's end is read once, so a
/// row costs no more at the end of a year than at its beginning.
///
/// Threads: one instance's.
class RunningParts {
 public:
  /// `per_row`: how many sums a row has. Borrows `values` and `windows`, whose columns are the end of each
  /// window and then the values; both outlive this.
  RunningParts(const std::vector<ComparedValue>& values, const ListState& windows, size_t per_row);
  /// Called in bind(), after key_by().
  void declare(Binding& binding) { parts_.declare(binding); }

  /// The sums of some rows: by row, then by value.
  struct Sums {
    std::vector<int64_t> windows;  ///< How many windows each row's sum is of.
    std::vector<Amount> amounts;
  };
  /// `ranges`: by row, `per_row` each; `units` the beginning of each row's own unit. Rows of one key come by
  /// time. Returns `per_row` Sums.
  Result<std::vector<Sums>> advance(weir_context* context, const Keys& keys, std::span<const int64_t> units,
                                    std::span<const PartRange> ranges);
  /// Forgets what belongs to units that begin here, or before.
  Status remove_upto(weir_context* context, int64_t unit) { return parts_.remove_upto(context, unit); }

 private:
  struct Head {
    int64_t upto;  ///< Everything that begins before is in the sum.
    int64_t is_begun;
    int64_t windows;
  };
  size_t part_size() const { return sizeof(Head) + values_.size() * sizeof(Total); }
  Result<Sums> add_up(weir_context* context, const Keys& keys, const std::vector<uint8_t*>& parts,
                      std::span<const int64_t> from, std::span<const int64_t> to) const;

  const std::vector<ComparedValue>& values_;
  const ListState& windows_;
  const size_t per_row_;
  ValueState<uint64_t> parts_{"parts"};
};

}  // namespace weir::analytics
