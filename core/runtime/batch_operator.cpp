#include "runtime/batch_operator.hpp"

#include <algorithm>
#include <utility>

#include "data/batch.hpp"
#include "data/footprint.hpp"
#include "runtime/operator_turn.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {
namespace {

constexpr int64_t kLongestUs =
    INT64_MAX / 4000;  // In nanoseconds, and added to a time, it is still a number.

/// Where a piece begins in its partition is counted in rows from where the batch does: what orders rows by
/// their place finds the pieces in order.
Batch piece_of(const Batch& batch, size_t from, size_t count) {
  Batch piece = batch.slice(from, count);
  weir_batch view = *piece;
  if (view.origin.partition != 0) view.origin.first += static_cast<int64_t>(from);
  return Batch::make(view, piece.columns());
}

}  // namespace

BatchOperator::BatchOperator(OperatorSetup setup, const BatchRules& rules)
    : Operator(std::move(setup)), rules_(rules) {
  counts_ = false;
}

weir_answer BatchOperator::process(uint32_t, Batch batch, weir_wake&, weir_fault&) {
  const auto rows = std::max<int64_t>(1, batch->row_count);
  coming_row_bytes_ = std::max<int64_t>(1, static_cast<int64_t>(used_bytes(*batch)) / rows);
  coming_ = std::move(batch);
  came_ns_ = run().world().clock.monotonic_ns();
  return gather();
}

weir_answer BatchOperator::resume(weir_wake&, weir_fault&) { return gather(); }

/// Hands on one batch of what has come, or nothing when it is too little.
weir_answer BatchOperator::gather() {
  const bool is_apart = !gathered_.empty() && !rules_.mixes_partitions &&
                        gathered_.back()->origin.partition != coming_->origin.partition;
  if (is_apart) let_go();
  if (const size_t count = rows_that_fit(); count > 0) take(count);
  if (coming_ || rows_ >= rules_.limits.rows || bytes_ >= rules_.limits.bytes) {
    let_go();
    return coming_ ? WEIR_MORE : WEIR_DONE;
  }
  // A few rows of a large batch do not keep all of it.
  gathered_.back() = compact_if_wasteful(std::move(gathered_.back()));
  pack_when_wasteful();
  // One wake is enough: when it comes too early for what is gathered then, it is put off.
  if (wake_due_ns() == INT64_MAX) wake_at(let_go_at_ns_);
  return WEIR_DONE;
}

/// Many small batches hold many times what their rows need; put together they do not.
void BatchOperator::pack_when_wasteful() {
  held_bytes_ += pinned_bytes(*gathered_.back());
  const size_t most =
      std::min(kCompactRatio * static_cast<size_t>(bytes_), static_cast<size_t>(rules_.limits.bytes));
  // Twice what the last packing left: each row is copied a few times, and not at every call.
  if (gathered_.size() < 2 || held_bytes_ <= std::max({most, kCompactFloorBytes, 2 * packed_bytes_})) return;
  Batch packed = Batch::concat(gathered_).compact();
  gathered_.clear();
  gathered_.push_back(std::move(packed));
  held_bytes_ = packed_bytes_ = pinned_bytes(*gathered_.back());
}

/// Of what has come. One row is taken however large it is.
size_t BatchOperator::rows_that_fit() const {
  const int64_t left_rows = rules_.limits.rows - rows_;
  const int64_t left_bytes = rules_.limits.bytes - bytes_;
  const int64_t fitting = std::min(left_rows, left_bytes / coming_row_bytes_);
  const auto least = static_cast<int64_t>(gathered_.empty() ? 1 : 0);
  return std::min(coming_.row_count(), static_cast<size_t>(std::max(fitting, least)));
}

void BatchOperator::take(size_t row_count) {
  if (gathered_.empty()) let_go_at_ns_ = came_ns_ + std::min(rules_.limits.timeout_us, kLongestUs) * 1000;
  rows_ += static_cast<int64_t>(row_count);
  bytes_ += static_cast<int64_t>(row_count) * coming_row_bytes_;
  const size_t rows = coming_.row_count();
  if (row_count == rows) {
    gathered_.push_back(std::exchange(coming_, Batch()));
    return;
  }
  gathered_.push_back(piece_of(coming_, 0, row_count));
  coming_ = piece_of(coming_, row_count, rows - row_count);
}

void BatchOperator::let_go() {
  if (!gathered_.empty()) {
    Batch whole = gathered_.size() == 1 ? std::move(gathered_.front()) : Batch::concat(gathered_);
    gathered_.clear();
    rows_ = bytes_ = 0;
    held_bytes_ = packed_bytes_ = 0;
    emit(rules_.port, std::move(whole));
  }
  if (const auto time_us = std::exchange(waiting_watermark_us_, std::nullopt))
    send_signal({WEIR_SIGNAL_WATERMARK, 0, *time_us, 0});
}

weir_answer BatchOperator::on_signal(const weir_signal& signal, weir_wake&, weir_fault&) {
  if (signal.kind != WEIR_SIGNAL_WAKE || gathered_.empty()) return WEIR_DONE;
  if (run().world().clock.monotonic_ns() < let_go_at_ns_) {
    wake_at(let_go_at_ns_);
  } else {
    let_go();
  }
  return WEIR_DONE;
}

void BatchOperator::pass_on(const weir_signal& signal) {
  // Behind idle, or before all time, it says that the port is waited for again: nobody may hear that late.
  const bool is_watermark = signal.kind == WEIR_SIGNAL_WATERMARK;
  const bool is_back = is_watermark && std::exchange(is_idle_, false);
  if (signal.kind == WEIR_SIGNAL_IDLE) is_idle_ = true;
  const bool is_time = is_watermark && signal.time != INT64_MIN && !is_back;
  if (is_time && !gathered_.empty()) {
    waiting_watermark_us_ = signal.time;
    return;
  }
  if (signal.kind != kSignalRangeEnd || rules_.is_lane) {
    const OperatorTurn turn(stage(), *this);
    let_go();
  }
  send_signal(signal);
}

}  // namespace weir
