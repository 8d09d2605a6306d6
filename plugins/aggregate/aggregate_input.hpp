#pragma once
// The way in: rows, or partial rows, into the slots of their groups.
#include <cstdint>
#include <string>
#include <vector>

#include <weir/emitter.hpp>
#include <weir/state.hpp>

#include <weir/slot_layout.hpp>
#include "group_keys.hpp"
#include "row_choice.hpp"
#include "slot_head.hpp"

namespace weir::aggregates {

/// Whether a window may have several results, each better than the one before it.
enum class Revisions { kNo, kYes };

/// How many columns between window end and aggregates a partial row has.
size_t head_columns(const Windows& windows);

/// Slots of all aggregates of a node, by (key, end of the pane or window).
using PaneState = ValueState<uint64_t>;

/// The states of one copy. What the second is for depends on the windows; others have none.
struct PaneStates {
  PaneState panes{"panes"};
  /// Sliding windows: what rows that came too late for their pane add to each window that they are not late
  /// for, by the window's end; and, where windows may come again, what was put together so far. Sessions:
  /// what was put together so far, by the end of its last pane.
  PaneState singles{"windows"};
};

/// Returns what `aggregate` answers to bind(), but for its state.
/// Fails: two output columns of one name.
Result<Binding> bound_aggregate(const Schema& input, const std::vector<GroupKey>& keys,
                                const SlotLayout& layout, const Windows& windows, Revisions revisions);

/// Works column by column: keys and arguments are computed for the whole batch, slots are found in one call,
/// then each aggregate takes the batch in one call.
///
/// Threads: one instance's.
class AggregateInput {
 public:
  /// Borrows everything but `input`.
  AggregateInput(const Schema& input, const std::vector<GroupKey>& keys, const SlotLayout& layout,
                 const Windows& windows, Revisions revisions);
  /// Takes rows into their slots; emits late ones on port 1 and rejects those that have no place.
  Status update(weir_context* context, PaneStates& states, Batch batch, int64_t watermark_us,
                Emitter& emitter);
  /// Takes partial rows (keys, window end, head and partial columns) into their slots.
  Status merge(weir_context* context, PaneStates& states, const Batch& partial);
  /// The ends of the panes into which the last update() or merge() put rows, with repetitions.
  std::span<const int64_t> touched() const { return touched_; }
  /// The same of the second state.
  std::span<const int64_t> touched_singles() const { return touched_singles_; }

 private:
  /// The arguments and filters of every aggregate over one batch.
  struct Evaluated {
    std::vector<Column> keys;
    std::vector<std::vector<Column>> arguments;
    std::vector<Column> filters;
  };
  Result<Evaluated> evaluate(const Batch& batch, RowErrors& errors) const;
  Status update_all(weir_context* context, uint32_t state, const Batch& batch, const Evaluated& values,
                    std::span<void* const> slots, const uint32_t* picked);
  Status merge_into(weir_context* context, PaneStates& states, PaneState& state, const Batch& partial);
  void note_heads(const PaneState& state, const Batch& batch, std::span<void* const> slots);
  bool are_panes_revised() const;
  const int64_t* times_of(const Batch& batch);
  const int64_t* positions_of(const Batch& batch);

  const std::vector<GroupKey>& keys_;
  const SlotLayout& layout_;
  const Windows& windows_;
  const Revisions revisions_;
  const int time_column_;
  std::string time_name_;
  RowChoice choice_;
  // Used again for each batch.
  std::vector<int64_t> times_;
  std::vector<int64_t> positions_;
  std::vector<int64_t> touched_;
  std::vector<int64_t> touched_singles_;
  std::vector<void*> filtered_slots_;
  std::vector<uint32_t> filtered_rows_;
};

}  // namespace weir::aggregates
