#include "runtime/event_time_operator.hpp"

#include <algorithm>
#include <optional>
#include <weir/column.hpp>

#include "runtime/copy_checkpoint.hpp"
#include "runtime/row_watermark.hpp"
#include "runtime/run_shared.hpp"
#include "state/byte_codec.hpp"

namespace weir {

EventTimeOperator::EventTimeOperator(OperatorSetup setup, const BoundNode& node)
    : Operator(std::move(setup)), needs_row_watermark_(node.needs_row_watermark), times_(*node.event_time) {
  // Its rows are those of the operator before it, which counts them.
  gives_partial_ = true;
  takes_partial_ = true;
}

void EventTimeOperator::restore(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) {
    ByteReader reader(note);
    if (reader.text() != node()) continue;
    for (uint32_t left = reader.number<uint32_t>(); left > 0 && reader.is_good(); --left) {
      const std::string partition(reader.text());
      restored_[partition] = reader.number<int64_t>();
    }
  }
}

Status EventTimeOperator::snapshot(uint64_t, CopyCheckpoint& into) {
  // Those that the source has not named again since a restart are where they were.
  std::map<std::string, int64_t> watermarks = restored_;
  for (const uint32_t partition : partitions_)
    // What was given without a partition that is set aside stays given.
    watermarks[run().partition_name(partition)] =
        std::max(times_.watermark_of(partition), times_.watermark());
  std::string bytes;
  put_text(bytes, node());
  put_number(bytes, static_cast<uint32_t>(watermarks.size()));
  for (const auto& [partition, watermark] : watermarks) {
    put_text(bytes, partition);
    put_number(bytes, watermark);
  }
  into.notes.push_back({std::string(kNote), std::move(bytes)});
  return {};
}

bool EventTimeOperator::takes_time(const weir_signal& signal) {
  const auto partition = static_cast<uint32_t>(signal.epoch);
  if (const uint64_t said = signal.epoch >> 32; signal.kind > kSignalRangeEnd && said != 0) {
    if (said <= heard_) return true;
    heard_ = said;
  }
  switch (signal.kind) {
    case kSignalPartitionFound: {
      const auto before = restored_.find(run().partition_name(partition));
      times_.found(partition, before == restored_.end() ? INT64_MIN : before->second);
      partitions_.insert(partition);
      // One that had rows before a restart tells nothing yet: those that are found behind it may be far
      // behind.
      if (const auto back = times_.come_back(partition)) send_signal(*back);
      return true;
    }
    case kSignalPartitionEnded:
      times_.ended(partition);
      partitions_.erase(partition);
      restored_.erase(run().partition_name(partition));
      break;
    case kSignalPartitionIdle:
      times_.idle(partition);
      break;
    default:
      return true;
  }
  if (const auto told = times_.take_signal()) send_signal(*told);
  return true;
}

weir_answer EventTimeOperator::process(uint32_t, Batch batch, weir_wake&, weir_fault&) {
  const EventTime& event_time = times_.event_time();
  if (!event_time.max_delay_us) {
    weir_batch view = *batch;
    view.row_watermark = nullptr;
    emit(0, Batch::make(view, batch.columns()));
    return WEIR_DONE;
  }
  const uint32_t partition = batch->origin.partition;
  if (const auto back = times_.come_back(partition)) send_signal(*back);
  const ColumnView<int64_t> times(batch.raw_column(event_time.column));
  int64_t highest = INT64_MIN;
  for (size_t row = 0; row < times.size(); ++row) {
    if (!times.is_null(row)) highest = std::max(highest, times.values()[row]);
  }
  int64_t watermark_before = times_.watermark_of(partition);
  times_.advance(partition, highest);
  if (needs_row_watermark_) batch = with_row_watermark(std::move(batch), event_time, watermark_before);
  emit(0, std::move(batch));
  if (const auto told = times_.take_signal()) send_signal(*told);
  return WEIR_DONE;
}

}  // namespace weir
