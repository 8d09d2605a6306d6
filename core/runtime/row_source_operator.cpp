#include "runtime/row_source_operator.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <weir/column.hpp>
#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "runtime/operator_turn.hpp"
#include "runtime/region_shared.hpp"
#include "runtime/row_watermark.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {

RowSourceOperator::RowSourceOperator(OperatorSetup setup, const BoundNode& node, uint32_t copy,
                                     uint32_t copies, bool needs_row_watermark)
    : RootSource(std::move(setup), node),
      instance_(node, WEIR_MODE_WHOLE, copy, copies),
      needs_row_watermark_(needs_row_watermark),
      is_bounded_(node.is_bounded) {
  if (node.event_time) times_.emplace(*node.event_time);
}

Status RowSourceOperator::start() {
  begun_epoch_ =
      region().wanted_epoch();  // The checkpoint that the run goes on from is not to be taken again.
  WEIR_RETURN_IF_ERROR(instance_.start(*this));
  WEIR_RETURN_IF_ERROR(go_on());
  return instance_.settle();
}

Status RowSourceOperator::go_on() {
  if (was_ended()) {
    // It is not asked again, and where it stood is where it stands.
    for (const SourcePosition& position : restored_) partition_found(position.partition);
    finish_inputs();
    return tell_durable(instance_.component(), instance_.get(), restored_);
  }
  if (restored_.empty()) return {};
  unannounced_ = restored_;
  return go_on_from(restored_, instance_.component(), instance_.get());
}

void RowSourceOperator::progress(int64_t& done, int64_t& total) const {
  const weir_source_calls& calls = *instance_.component().source;
  if (calls.progress == nullptr || instance_.get() == nullptr) return;
  int64_t own_done = 0;
  int64_t own_total = -1;
  calls.progress(instance_.get(), &own_done, &own_total);
  done += own_done;
  if (own_total >= 0) total = (total < 0 ? 0 : total) + own_total;
}

RootSource::Polled RowSourceOperator::poll() {
  if (is_ended()) return Polled::kEnded;
  if (begin_barrier()) return Polled::kWorked;
  if (run().is_stopping() || has_caught_up()) return Polled::kWaiting;
  if (run().disk_room().must_wait(stage())) return Polled::kWaiting;
  weir_answer answer = WEIR_FINISHED;
  weir_wake wake{nullptr, INT64_MAX};
  weir_fault fault{};
  note_asked();
  if (!is_finished()) {
    const OperatorTurn turn(stage(), *this);
    const weir_call call{sizeof(call), 0, stage().emit_budget(), stage().turn_clock().last_read_ns()};
    answer = instance_.component().source->poll(instance_.get(), &call, &wake, &fault);
    answer = instance_.settled(answer, fault);
  }
  const bool is_waiting = answer == WEIR_NOT_READY || answer == WEIR_RETRY;
  note_answered(is_waiting, wake);
  if (answer == WEIR_FINISHED && !is_finished()) unannounced_.clear();
  if (answer != WEIR_FAILED && answer != WEIR_FINISHED) set_aside_silent();
  switch (answer) {
    case WEIR_FAILED:
      fail(fault);
      return Polled::kWaiting;
    case WEIR_FINISHED:
      report_positions(UINT64_MAX);
      deliver(weir_signal{WEIR_SIGNAL_END, 0, 0, 0});
      return Polled::kWorked;
    case WEIR_NOT_READY:
    case WEIR_RETRY:
      return wait_for(wake, is_bounded_);
    default:
      return Polled::kWorked;
  }
}

bool RowSourceOperator::begin_barrier() {
  const uint64_t epoch = region().wanted_epoch();
  if (epoch <= begun_epoch_) return false;
  begun_epoch_ = epoch;
  deliver(weir_signal{WEIR_SIGNAL_BARRIER, 0, 0, epoch});
  return true;
}

Status RowSourceOperator::snapshot(uint64_t epoch, CopyCheckpoint&) {
  report_positions(epoch);
  // With this order skipped a source hears that rows are safe when they are not yet.
  if (run().world().faults.skip("source.durable.after_manifest")) WEIR_RETURN_IF_ERROR(committed(epoch));
  return instance_.snapshot(region().checkpoints());
}

void RowSourceOperator::report_positions(uint64_t epoch) {
  std::vector<SourcePosition> positions;
  for (const auto& [partition, position] : positions_) {
    positions.push_back(position);
    // What was given without a partition that is set aside stays given.
    if (times_ && !position.is_ended)
      positions.back().watermark_us = std::max(position.watermark_us, times_->watermark());
  }
  positions.insert(positions.end(), unannounced_.begin(), unannounced_.end());
  told_[epoch] = positions;
  region().add_positions(epoch, node(), std::move(positions));
}

Status RowSourceOperator::committed(uint64_t epoch) {
  const auto end = told_.upper_bound(epoch);
  if (end == told_.begin()) return {};
  const std::vector<SourcePosition> positions = std::move(std::prev(end)->second);
  told_.erase(told_.begin(), end);
  WEIR_RETURN_IF_ERROR(tell_durable(instance_.component(), instance_.get(), positions));
  return instance_.settle();
}

uint32_t RowSourceOperator::partition_found(std::string name) {
  const uint32_t id = run().partition_id(node(), name);
  if (positions_.contains(id)) return id;
  std::erase_if(unannounced_, [&](const SourcePosition& known) { return known.partition == name; });
  SourcePosition& position = positions_[id];
  const auto restored = std::ranges::find(restored_, name, &SourcePosition::partition);
  if (restored != restored_.end()) position = *restored;
  position.node = node();
  position.partition = std::move(name);
  if (position.is_ended) return id;
  if (times_) times_->found(id, position.watermark_us);
  partition_is_there(id);
  return id;
}

void RowSourceOperator::partition_event(uint32_t partition, uint32_t event) {
  if (event == WEIR_PARTITION_ENDED) positions_[partition].is_ended = true;
  if (event == WEIR_PARTITION_IDLE) {
    if (times_) times_->idle(partition);
    announce_idle(partition);
  } else {
    if (times_) times_->ended(partition);
    partition_is_over(partition);
    announce_ended(partition);
  }
  send_time();
}

void RowSourceOperator::set_aside_silent() {
  for (const uint32_t partition : take_silent()) {
    if (times_) times_->idle(partition);
    announce_idle(partition);
  }
  send_time();
}

void RowSourceOperator::emit_rows(uint32_t partition, Batch batch, const weir_offset& next) {
  SourcePosition& position = positions_[partition];
  position.position = next.position;
  position.token = as_view(next.token);
  metrics().rows_in.add_alone(batch.row_count());
  partition_has_rows(partition);
  if (times_) {
    if (const auto back = times_->come_back(partition)) send_signal(*back);
    const ColumnView<int64_t> times(batch.raw_column(times_->event_time().column));
    int64_t highest = INT64_MIN;
    for (size_t row = 0; row < times.size(); ++row) {
      if (!times.is_null(row)) highest = std::max(highest, times.values()[row]);
    }
    times_->advance(partition, highest);
    int64_t watermark_before = std::exchange(position.watermark_us, times_->watermark_of(partition));
    if (needs_row_watermark_) {
      batch = with_row_watermark(std::move(batch), times_->event_time(), watermark_before);
    }
  }
  emit(0, std::move(batch));
  send_time();
}

void RowSourceOperator::send_time() {
  if (!times_) return;
  if (const auto signal = times_->take_signal()) send_signal(*signal);
}

}  // namespace weir
