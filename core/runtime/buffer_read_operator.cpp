#include "runtime/buffer_read_operator.hpp"

#include <charconv>
#include <iterator>
#include <utility>

#include "runtime/operator_turn.hpp"
#include "runtime/reject_writer.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {

Status BufferReadOperator::start() {
  begun_epoch_ = region().wanted_epoch();  // The checkpoint that the run goes on from is not taken again.
  reader_.emplace(edge_.rows(), edge_.restored_position());
  if (!was_ended()) return {};
  edge_.close();
  finish_inputs();
  return {};
}

RootSource::Polled BufferReadOperator::poll() {
  if (is_ended()) return Polled::kEnded;
  if (begin_barrier()) return Polled::kWorked;
  if (run().is_stopping()) return Polled::kWaiting;
  if (is_finished()) return end();
  const BufferMark mark = edge_.published();
  Result<BufferReader::Read> read = [&] {
    const OperatorTurn turn(stage(), *this);
    return reader_->next(mark.next_batch);
  }();
  if (!read.is_ok()) {
    fail(read.status());
    return Polled::kWaiting;
  }
  if (read->batch || read->damage) return give(std::move(read).value());
  // At the mark the rows before it are through: what is known of time there holds.
  send_watermark(mark.watermark_us);
  if (mark.is_ended) return end();
  tell_idle(edge_.is_idle() && edge_.rows().next_batch() == mark.next_batch);
  return Polled::kWaiting;
}

RootSource::Polled BufferReadOperator::give(BufferReader::Read read) {
  if (read.damage) report(*read.damage);
  if (!read.batch) return Polled::kWorked;
  int64_t watermark_us = INT64_MIN;
  std::from_chars(read.note.data(), read.note.data() + read.note.size(), watermark_us);
  tell_idle(false);
  send_watermark(watermark_us);
  // Who writes waits for room, and a whole file of it can go.
  if (edge_.rows().has_read_oldest() && edge_.is_full()) region().ask_checkpoint();
  const OperatorTurn turn(stage(), *this);
  emit(0, edge_.from_rest(std::move(read.batch), run().world().clock.monotonic_ns()));
  return Polled::kWorked;
}

RootSource::Polled BufferReadOperator::end() {
  edge_.close();
  report_position(UINT64_MAX);
  deliver(weir_signal{WEIR_SIGNAL_END, 0, 0, 0});
  return Polled::kWorked;
}

bool BufferReadOperator::begin_barrier() {
  const uint64_t epoch = region().wanted_epoch();
  if (epoch <= begun_epoch_) return false;
  begun_epoch_ = epoch;
  deliver(weir_signal{WEIR_SIGNAL_BARRIER, 0, 0, epoch});
  return true;
}

void BufferReadOperator::report(const BufferReader::Damage& damage) {
  // Where the oldest are dropped their files are missing after a restart.
  const bool drops = edge_.limits().when_full == BufferLimits::WhenFull::kDropOldest;
  if (damage.is_missing && drops) return;
  HeldRejection rejection;
  rejection.offset = static_cast<int64_t>(damage.offset);
  rejection.code = "buffer-damaged";
  rejection.message = "buffer '" + edge_.name() + "': " + std::to_string(damage.lost_batches) +
                      (damage.lost_batches == 1 ? " batch is" : " batches are") + " lost at byte " +
                      std::to_string(damage.offset) + " of '" + damage.path + "': " + damage.reason;
  rejection.raw = damage.bytes;
  run().warn(rejection.message);
  rejects().reject_bytes(*this, damage.path, {std::move(rejection)}, 1);
}

void BufferReadOperator::tell_idle(bool is_idle) {
  if (std::exchange(is_idle_told_, is_idle) == is_idle) return;
  send_signal({is_idle ? WEIR_SIGNAL_IDLE : WEIR_SIGNAL_WATERMARK, 0, is_idle ? 0 : watermark_us_, 0});
}

void BufferReadOperator::send_watermark(int64_t watermark_us) {
  if (watermark_us <= watermark_us_) return;
  watermark_us_ = watermark_us;
  send_signal({WEIR_SIGNAL_WATERMARK, 0, watermark_us, 0});
}

Status BufferReadOperator::snapshot(uint64_t epoch, CopyCheckpoint&) {
  report_position(epoch);
  return {};
}

void BufferReadOperator::report_position(uint64_t epoch) {
  SourcePosition position;
  position.node = edge_.key();
  position.position = static_cast<int64_t>(reader_->next_batch());
  position.watermark_us = watermark_us_;
  told_[epoch] = reader_->next_batch();
  region().add_positions(epoch, edge_.key(), {std::move(position)});
  // As in the operator that writes: files go before it is certain that nobody needs them.
  if (run().world().faults.skip("buffer.release.after_manifest"))
    static_cast<void>(edge_.release(reader_->next_batch()));
}

Status BufferReadOperator::committed(uint64_t epoch) {
  const auto end = told_.upper_bound(epoch);
  if (end == told_.begin()) return {};
  const uint64_t position = std::prev(end)->second;
  told_.erase(told_.begin(), end);
  return edge_.release(position);
}

}  // namespace weir
