#include "runtime/buffer_write_operator.hpp"

#include <utility>
#include <weir/fault.hpp>

#include "runtime/reject_writer.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {
namespace {
/// A full disk is looked at again so often.
constexpr int64_t kDiskFullNs = 1'000'000'000;
}  // namespace

Status BufferWriteOperator::start() {
  barrier_batch_ = edge_.published().next_batch;
  watermark_us_ = edge_.published().watermark_us;
  return {};
}

weir_answer BufferWriteOperator::process(uint32_t, Batch batch, weir_wake& wake, weir_fault& fault) {
  waiting_ = std::move(batch);
  edge_.set_idle(false);
  return place(wake, fault);
}

weir_answer BufferWriteOperator::resume(weir_wake& wake, weir_fault& fault) {
  const bool is_early = waits_for_room_ && run().world().clock.monotonic_ns() < again_ns_;
  if (!is_early || run().is_stopping() || edge_.is_closed()) return place(wake, fault);
  wake.until_ns = again_ns_;
  return WEIR_NOT_READY;
}

weir_answer BufferWriteOperator::place(weir_wake& wake, weir_fault& fault) {
  if (edge_.is_closed()) {
    waiting_ = Batch();
    has_room();
    return WEIR_FINISHED;
  }
  bool is_waiting = false;
  const Status status = edge_.is_full() ? place_when_full(is_waiting) : append();
  if (status.code() == Code::kNoSpace) {
    const std::string why = "buffer '" + edge_.name() + "': " + std::string(status.message());
    run().disk_room().full(this, why);
    if (!std::exchange(waits_for_room_, true)) run().warn(why);
    wake.until_ns = again_ns_ = run().world().clock.monotonic_ns() + kDiskFullNs;
    return WEIR_NOT_READY;
  }
  has_room();
  fill_fault(status, &fault);
  if (!status.is_ok()) return WEIR_FAILED;
  return is_waiting ? WEIR_NOT_READY : WEIR_DONE;
}

void BufferWriteOperator::has_room() {
  if (std::exchange(waits_for_room_, false)) run().disk_room().roomy(this);
}

Status BufferWriteOperator::append() {
  const std::string note = watermark_us_ == INT64_MIN ? std::string() : std::to_string(watermark_us_);
  WEIR_RETURN_IF_ERROR(edge_.rows().append(*edge_.to_rest(waiting_), note));
  waiting_ = Batch();
  return {};
}

Status BufferWriteOperator::place_when_full(bool& is_waiting) {
  WEIR_RETURN_IF_ERROR(make_room());
  if (!edge_.is_full()) return append();
  // What nobody can read yet makes no room: it is published at once.
  if (edge_.limits().when_full != BufferLimits::WhenFull::kBlock && has_rows_since_barrier())
    edge_.ask_writing_region();
  switch (edge_.limits().when_full) {
    case BufferLimits::WhenFull::kDeadLetter:
      dead_letter();
      return {};
    case BufferLimits::WhenFull::kDropNewest:
    case BufferLimits::WhenFull::kDropOldest:
      drop_newest();
      return {};
    case BufferLimits::WhenFull::kBlock:
      break;
  }
  // The region that would make room stops, too: what is on its way goes over the limit, once.
  if (run().is_stopping()) return append();
  if (has_rows_since_barrier()) {
    edge_.ask_writing_region();
    return append();
  }
  is_waiting = true;
  return {};
}

/// What was read is taken away, and of what was not the oldest, where that is wanted.
Status BufferWriteOperator::make_room() {
  // An open file cannot go.
  if (is_all_published()) WEIR_RETURN_IF_ERROR(edge_.rows().seal());
  if (edge_.limits().when_full != BufferLimits::WhenFull::kDropOldest) {
    // A checkpoint of the other region frees what it has read, and nothing before it has read a whole file.
    if (edge_.is_full() && edge_.rows().has_read_oldest()) edge_.ask_reading_region();
    return {};
  }
  while (edge_.is_full()) {
    WEIR_ASSIGN_OR_RETURN(const std::optional<uint64_t> dropped,
                          edge_.rows().drop_oldest(edge_.published().next_batch));
    if (!dropped) {
      edge_.ask_writing_region();
      return {};
    }
    edge_.count_dropped(*dropped);
    if (*dropped > 0) warn_once(has_warned_of_oldest_, "oldest");
  }
  return {};
}

void BufferWriteOperator::warn_once(bool& has_warned, const char* which_rows) {
  if (!std::exchange(has_warned, true))
    run().warn("buffer '" + edge_.name() + "' is full: its " + which_rows + " rows are dropped");
}

void BufferWriteOperator::drop_newest() {
  edge_.count_dropped(waiting_.row_count());
  warn_once(has_warned_of_newest_, "newest");
  waiting_ = Batch();
}

void BufferWriteOperator::dead_letter() {
  const Batch rows = std::exchange(waiting_, Batch());
  const std::string message = "the buffer '" + edge_.name() + "' holds as much as it may (" +
                              std::to_string(edge_.limits().bytes) + " bytes)";
  std::vector<HeldRejection> rejected;
  for (int64_t row = 0; row < static_cast<int64_t>(rows.row_count()); ++row) {
    HeldRejection rejection;
    rejection.row = row;
    rejection.code = "buffer-full";
    rejection.message = message;
    rejected.push_back(std::move(rejection));
  }
  rejects().reject_rows(*this, rows, std::move(rejected));
}

weir_answer BufferWriteOperator::on_signal(const weir_signal& signal, weir_wake&, weir_fault& fault) {
  if (signal.kind == WEIR_SIGNAL_IDLE || signal.kind == WEIR_SIGNAL_WATERMARK)
    edge_.set_idle(signal.kind == WEIR_SIGNAL_IDLE);
  if (signal.kind == WEIR_SIGNAL_WATERMARK) watermark_us_ = std::max(watermark_us_, signal.time);
  if (signal.kind != WEIR_SIGNAL_END) return WEIR_DONE;
  const Status status = mark_end();
  fill_fault(status, &fault);
  return status.is_ok() ? WEIR_DONE : WEIR_FAILED;
}

Status BufferWriteOperator::mark_end() {
  WEIR_RETURN_IF_ERROR(edge_.rows().seal());
  WEIR_ASSIGN_OR_RETURN(BufferMark mark, edge_.rows().sync());
  mark.watermark_us = watermark_us_;
  mark.is_ended = true;
  stage().checkpoint_part().tokens.push_back({edge_.key(), 0, mark.bytes()});
  return {};
}

Status BufferWriteOperator::snapshot(uint64_t, CopyCheckpoint& into) {
  WEIR_ASSIGN_OR_RETURN(BufferMark mark, edge_.rows().sync());
  barrier_batch_ = mark.next_batch;
  mark.watermark_us = watermark_us_;
  into.tokens.push_back({edge_.key(), 0, mark.bytes()});
  // The order that this step stands for is what a test takes away: rows are read before they are there for
  // certain.
  if (run().world().faults.skip("buffer.publish.after_manifest")) edge_.publish(mark);
  return {};
}

}  // namespace weir
