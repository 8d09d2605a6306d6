#pragma once
// Good and total counts over time, of which any stretch that ends now is summed in O(log n).
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include <weir/state.hpp>

namespace weir::analytics {

/// Counts of one bucket of time, and of all before it in the block.
struct CountsUpto {
  int64_t time;  ///< Where the bucket begins [us].
  double good;
  double total;
};

/// One key's slot: a block of CountsUpto, oldest first, of which the first `from` were let go.
struct BudgetHistory {
  weir_block* block;
  uint32_t from;
  uint32_t to;
  int64_t begins;      ///< The first bucket since the key was last new.
  double good_before;  ///< What was let go.
  double total_before;
  static std::vector<uint32_t> ref_offsets() { return {0}; }

  bool is_empty() const { return from == to; }
  CountsUpto* entries() const { return reinterpret_cast<CountsUpto*>(block->data); }
  CountsUpto& newest() const { return entries()[to - 1]; }
  int64_t last_time() const { return is_empty() ? begins : newest().time; }
  /// Forgets all but the memory it has.
  void clear() {
    from = to = 0;
    good_before = total_before = 0;
  }

  struct Sums {
    double good = 0;
    double total = 0;
  };
  /// Returns what was counted in buckets that begin after `time`.
  Sums since(int64_t time) const {
    const CountsUpto* const first = entries() + from;
    const CountsUpto* const end = entries() + to;
    const auto* const at =
        std::partition_point(first, end, [time](const CountsUpto& entry) { return entry.time <= time; });
    const CountsUpto& all = newest();
    if (at == first) return {all.good - good_before, all.total - total_before};
    return {all.good - (at - 1)->good, all.total - (at - 1)->total};
  }
};
using BudgetState = ValueState<BudgetHistory>;

/// Adds counts to the bucket that begins at `time`. Needs: time >= history.last_time(). Fails: no memory.
inline Status add_counts(BudgetState& state, weir_context* context, BudgetHistory& history, int64_t time,
                         double good, double total) {
  if (history.is_empty()) history.begins = time;
  if (!history.is_empty() && history.newest().time == time) {
    history.newest().good += good;
    history.newest().total += total;
    return {};
  }
  const size_t capacity = history.block == nullptr ? 0 : history.block->size / sizeof(CountsUpto);
  if (history.to == capacity && history.from > capacity / 2) {
    std::memmove(history.entries(), history.entries() + history.from,
                 (history.to - history.from) * sizeof(CountsUpto));
    history.to -= history.from;
    history.from = 0;
  } else if (history.to == capacity) {
    const size_t grown = std::max<size_t>(8, capacity * 2) * sizeof(CountsUpto);
    WEIR_RETURN_IF_ERROR(state.resize_block(context, &history.block, grown));
  }
  const double good_upto = history.is_empty() ? history.good_before : history.newest().good;
  const double total_upto = history.is_empty() ? history.total_before : history.newest().total;
  history.entries()[history.to++] = {time, good_upto + good, total_upto + total};
  return {};
}

/// Lets go of buckets that begin at `time` or before, except the newest.
inline void forget_counts_upto(BudgetHistory& history, int64_t time) {
  while (history.to - history.from > 1 && history.entries()[history.from].time <= time) {
    history.good_before = history.entries()[history.from].good;
    history.total_before = history.entries()[history.from].total;
    ++history.from;
  }
}

}  // namespace weir::analytics
