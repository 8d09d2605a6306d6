#include "aggregate_input.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include <weir/text.hpp>

#include "pane_output.hpp"

namespace weir::aggregates {
namespace {

/// Partition in the upper bits, place in it below: rows of one partition compare as they lie in it.
constexpr int kPositionBits = 44;

RowErrors first_of_each_row(const RowErrors& errors) {
  RowErrors unique;
  std::set<size_t> seen;
  for (const RowErrors::Fault& fault : errors.faults())
    if (seen.insert(fault.row).second) unique.add(fault.row, fault.code, fault.message, fault.column);
  return unique;
}

}  // namespace

AggregateInput::AggregateInput(const Schema& input, const std::vector<GroupKey>& keys,
                               const SlotLayout& layout, const Windows& windows, Revisions revisions)
    : keys_(keys), layout_(layout), windows_(windows), revisions_(revisions), time_column_(input.event_time) {
  if (time_column_ >= 0) time_name_ = input[static_cast<size_t>(time_column_)].name;
}

Status AggregateInput::update(weir_context* context, PaneStates& states, Batch batch, int64_t watermark_us,
                              Emitter& emitter) {
  touched_.clear();
  touched_singles_.clear();
  RowErrors errors;
  if (windows_.kind() == Windows::Kind::kNone)
    choice_.take_all(batch.row_count());
  else
    choice_.take_windows(batch, static_cast<size_t>(time_column_), time_name_, windows_, watermark_us,
                         errors);
  WEIR_ASSIGN_OR_RETURN(const Evaluated values, evaluate(batch, errors));
  if (!errors.is_empty()) {
    choice_.leave_out(errors);
    emitter.reject(batch, first_of_each_row(errors));
  }
  if (!choice_.late().empty()) {
    host()->metric_add(context, as_str("late_rows"), static_cast<int64_t>(choice_.late().size()));
    emitter.emit(batch.select(choice_.late()), 1);
  }
  std::vector<const weir_column*> key_columns;
  for (const Column& key : values.keys) key_columns.push_back(key.get());
  if (choice_.size() > 0) {
    Keys keys(key_columns, batch.row_count());
    if (choice_.rows() != nullptr) keys.rows(choice_.picked());
    keys.namespaces(choice_.namespaces());
    WEIR_ASSIGN_OR_RETURN(const Slots<uint64_t> slots, states.panes.find_or_insert(context, keys));
    note_heads(states.panes, batch, slots.raw());
    WEIR_RETURN_IF_ERROR(
        update_all(context, states.panes.index(), batch, values, slots.raw(), choice_.rows()));
    touched_.assign(choice_.namespaces().begin(), choice_.namespaces().end());
  }
  if (choice_.single_rows().empty()) return {};
  Keys keys(key_columns, batch.row_count());
  keys.rows(choice_.single_rows()).namespaces(choice_.single_windows());
  WEIR_ASSIGN_OR_RETURN(const Slots<uint64_t> slots, states.singles.find_or_insert(context, keys));
  mark_changed(slots.raw());
  touched_singles_.assign(choice_.single_windows().begin(), choice_.single_windows().end());
  return update_all(context, states.singles.index(), batch, values, slots.raw(),
                    choice_.single_rows().data());
}

/// Whether panes are windows that may come again; sliding windows have slots of their own for that.
bool AggregateInput::are_panes_revised() const {
  return revisions_ == Revisions::kYes && windows_.kind() != Windows::Kind::kSliding;
}

/// What the windows want to know of rows beside the aggregates.
void AggregateInput::note_heads(const PaneState& state, const Batch& batch, std::span<void* const> slots) {
  if (are_panes_revised()) mark_changed(slots);
  if (windows_.kind() != Windows::Kind::kSession) return;
  const auto times = batch.column<int64_t>(static_cast<size_t>(time_column_));
  for (size_t i = 0; i < slots.size(); ++i) {
    const int64_t time = times[choice_.rows() == nullptr ? i : choice_.rows()[i]];
    widen(*static_cast<SessionHead*>(slots[i]), {time, time}, state.was_inserted(i));
  }
}

Result<AggregateInput::Evaluated> AggregateInput::evaluate(const Batch& batch, RowErrors& errors) const {
  Evaluated values;
  for (const GroupKey& key : keys_) {
    if (key.is_column()) {
      values.keys.push_back(batch.column(key.column));
      continue;
    }
    WEIR_ASSIGN_OR_RETURN(Column made, key.expression.evaluate(batch, errors));
    values.keys.push_back(std::move(made));
  }
  for (const Computed& computed : layout_.computed) {
    std::vector<Column>& arguments = values.arguments.emplace_back();
    for (uint32_t i = 0; i < computed.info.arg_count; ++i) {
      WEIR_ASSIGN_OR_RETURN(Column made, computed.argument(i).evaluate(batch, errors));
      arguments.push_back(std::move(made));
    }
    Column& filter = values.filters.emplace_back();
    if (computed.info.filter == nullptr) continue;
    WEIR_ASSIGN_OR_RETURN(filter, computed.filter().evaluate(batch, errors));
  }
  return values;
}

Status AggregateInput::update_all(weir_context* context, uint32_t state, const Batch& batch,
                                  const Evaluated& values, std::span<void* const> slots,
                                  const uint32_t* picked) {
  weir_aggregate_rows rows{};
  rows.struct_size = sizeof(rows);
  rows.state_index = state;
  rows.event_times = times_of(batch);
  rows.positions = positions_of(batch);
  std::vector<const weir_column*> raw;
  for (size_t c = 0; c < layout_.computed.size(); ++c) {
    const Computed& computed = layout_.computed[c];
    rows.slot_offset = computed.offset;
    rows.slots = slots.data();
    rows.rows = picked;
    rows.row_count = static_cast<int64_t>(slots.size());
    if (values.filters[c]) {
      const BoolColumn is_taken(*values.filters[c]);
      filtered_slots_.clear();
      filtered_rows_.clear();
      for (size_t i = 0; i < slots.size(); ++i) {
        const uint32_t row = picked == nullptr ? static_cast<uint32_t>(i) : picked[i];
        if (is_taken.is_null(row) || !is_taken[row]) continue;
        filtered_slots_.push_back(slots[i]);
        filtered_rows_.push_back(row);
      }
      if (filtered_rows_.empty()) continue;
      rows.slots = filtered_slots_.data();
      rows.rows = filtered_rows_.data();
      rows.row_count = static_cast<int64_t>(filtered_rows_.size());
    }
    raw.clear();
    for (const Column& argument : values.arguments[c]) raw.push_back(argument.get());
    weir_fault fault{};
    const int32_t code =
        computed.info.calls->update(computed.info.layout->state, host(), context, &rows, raw.data(), &fault);
    if (code != 0) return status_of(code, fault).with_context("compute." + computed.name);
  }
  return {};
}

const int64_t* AggregateInput::times_of(const Batch& batch) {
  if (time_column_ < 0) return nullptr;
  const auto times = batch.column<int64_t>(static_cast<size_t>(time_column_));
  if (!times.has_nulls()) return times.values().data();
  times_.resize(times.size());
  for (size_t row = 0; row < times.size(); ++row)
    times_[row] = times.is_null(row) ? std::numeric_limits<int64_t>::min() : times[row];
  return times_.data();
}

const int64_t* AggregateInput::positions_of(const Batch& batch) {
  if (batch->origin.partition == 0) return nullptr;
  const int64_t first = (static_cast<int64_t>(batch->origin.partition & 0x7FFFF) << kPositionBits) +
                        (batch->origin.first & ((int64_t{1} << kPositionBits) - 1));
  positions_.resize(batch.row_count());
  for (size_t row = 0; row < positions_.size(); ++row) positions_[row] = first + static_cast<int64_t>(row);
  return positions_.data();
}

size_t head_columns(const Windows& windows) {
  if (windows.kind() == Windows::Kind::kSession) return 2;
  return windows.kind() == Windows::Kind::kSliding ? 1 : 0;
}

Status AggregateInput::merge(weir_context* context, PaneStates& states, const Batch& partial) {
  touched_.clear();
  touched_singles_.clear();
  const auto ends = partial.column<int64_t>(keys_.size());
  if (windows_.kind() != Windows::Kind::kSliding) {
    touched_.assign(ends.values().begin(), ends.values().end());
    return merge_into(context, states, states.panes, partial);
  }
  // A row as wide as a window came too late for its pane, and counts in this window alone. A pane that is as
  // wide is a window's only one, which may have been put together already where it may come again.
  const bool has_wide_singles = windows_.size() > windows_.every() || revisions_ == Revisions::kYes;
  const auto starts = partial.column<int64_t>(keys_.size() + 1);
  std::vector<uint32_t> panes;
  std::vector<uint32_t> singles;
  for (uint32_t row = 0; row < partial.row_count(); ++row) {
    const bool is_single = has_wide_singles && ends[row] - starts[row] == windows_.size();
    (is_single ? singles : panes).push_back(row);
    (is_single ? touched_singles_ : touched_).push_back(ends[row]);
  }
  if (!panes.empty()) WEIR_RETURN_IF_ERROR(merge_into(context, states, states.panes, partial.select(panes)));
  return singles.empty() ? Status() : merge_into(context, states, states.singles, partial.select(singles));
}

Status AggregateInput::merge_into(weir_context* context, PaneStates& states, PaneState& state,
                                  const Batch& partial) {
  std::vector<const weir_column*> key_columns;
  for (size_t i = 0; i < keys_.size(); ++i) key_columns.push_back(&partial.raw_column(i));
  Keys keys(key_columns, partial.row_count());
  const auto ends = partial.column<int64_t>(keys_.size());
  keys.namespaces(ends.values());
  WEIR_ASSIGN_OR_RETURN(const Slots<uint64_t> slots, state.find_or_insert(context, keys));
  if (are_panes_revised() || &state == &states.singles) mark_changed(slots.raw());
  if (windows_.kind() == Windows::Kind::kSession) {
    const auto first = partial.column<int64_t>(keys_.size() + 1);
    const auto last = partial.column<int64_t>(keys_.size() + 2);
    for (size_t i = 0; i < slots.size(); ++i)
      widen(*static_cast<SessionHead*>(slots.raw()[i]), {first[i], last[i]}, state.was_inserted(i));
  }
  return merge_partial(layout_, context, state.index(), slots.raw(),
                       partial->columns + keys_.size() + 1 + head_columns(windows_));
}

}  // namespace weir::aggregates
