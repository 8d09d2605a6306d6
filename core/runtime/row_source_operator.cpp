#include "runtime/row_source_operator.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <weir/column.hpp>
#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "runtime/operator_turn.hpp"
#include "runtime/row_watermark.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {

RowSourceOperator::RowSourceOperator(OperatorSetup setup, const BoundNode& node, uint32_t copy,
                                     uint32_t copies, bool needs_row_watermark)
    : RootSource(std::move(setup)),
      instance_(node, WEIR_MODE_WHOLE, copy, copies),
      needs_row_watermark_(needs_row_watermark) {
  if (node.event_time) times_.emplace(*node.event_time);
}

Status RowSourceOperator::start() {
  begun_epoch_ = run().wanted_epoch();  // The checkpoint that the run goes on from is not to be taken again.
  WEIR_RETURN_IF_ERROR(instance_.start(*this));
  if (was_ended()) {
    // It is not asked again, and where it stood is where it stands.
    for (const SourcePosition& position : restored_) partition_found(position.partition);
    finish_inputs();
    return {};
  }
  if (restored_.empty()) return {};
  const std::vector<weir_partition_offset> offsets = offsets_of(restored_);
  weir_fault fault{};
  const int32_t code =
      instance_.component().source->restore(instance_.get(), offsets.data(), offsets.size(), &fault);
  return status_of(code, fault);
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
  if (run().is_stopping()) return Polled::kWaiting;
  weir_answer answer = WEIR_FINISHED;
  weir_wake wake{nullptr, INT64_MAX};
  weir_fault fault{};
  if (!is_finished()) {
    const OperatorTurn turn(stage(), *this);
    const weir_call call{sizeof(call), 0, stage().emit_budget(), stage().turn_clock().last_read_ns()};
    answer = instance_.component().source->poll(instance_.get(), &call, &wake, &fault);
  }
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
      if (wake.until_ns != INT64_MAX) stage().wake_at(wake.until_ns);
      return Polled::kWaiting;
    default:
      return Polled::kWorked;
  }
}

bool RowSourceOperator::begin_barrier() {
  const uint64_t epoch = run().wanted_epoch();
  if (epoch <= begun_epoch_) return false;
  begun_epoch_ = epoch;
  deliver(weir_signal{WEIR_SIGNAL_BARRIER, 0, 0, epoch});
  return true;
}

Status RowSourceOperator::snapshot(uint64_t epoch, CopyCheckpoint&) {
  report_positions(epoch);
  return instance_.snapshot(run().checkpoints());
}

void RowSourceOperator::report_positions(uint64_t epoch) {
  std::vector<SourcePosition> positions;
  for (const auto& [partition, position] : positions_) positions.push_back(position);
  told_[epoch] = positions;
  run().add_positions(epoch, node(), std::move(positions));
}

Status RowSourceOperator::committed(uint64_t epoch) {
  const auto end = told_.upper_bound(epoch);
  if (end == told_.begin()) return {};
  const std::vector<SourcePosition> positions = std::move(std::prev(end)->second);
  told_.erase(told_.begin(), end);
  return tell_durable(instance_.component(), instance_.get(), positions);
}

uint32_t RowSourceOperator::partition_found(std::string name) {
  const uint32_t id = run().partition_id(node(), name);
  if (positions_.contains(id)) return id;
  SourcePosition& position = positions_[id];
  const auto restored = std::ranges::find(restored_, name, &SourcePosition::partition);
  if (restored != restored_.end()) position = *restored;
  position.node = node();
  position.partition = std::move(name);
  if (times_ && !position.is_ended) times_->found(id, position.watermark_us);
  return id;
}

void RowSourceOperator::partition_event(uint32_t partition, uint32_t event) {
  if (event == WEIR_PARTITION_ENDED) positions_[partition].is_ended = true;
  if (!times_) return;
  if (event == WEIR_PARTITION_IDLE) {
    times_->idle(partition);
  } else {
    times_->ended(partition);
  }
  send_watermark();
}

void RowSourceOperator::emit_rows(uint32_t partition, Batch batch, const weir_offset& next) {
  SourcePosition& position = positions_[partition];
  position.position = next.position;
  position.token = as_view(next.token);
  metrics().rows_in.add_alone(batch.row_count());
  if (times_) {
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
  send_watermark();
}

void RowSourceOperator::send_watermark() {
  if (!times_) return;
  if (const auto watermark = times_->take_watermark()) send_signal({WEIR_SIGNAL_WATERMARK, 0, *watermark, 0});
}

}  // namespace weir
