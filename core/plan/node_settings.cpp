#include "plan/node_settings.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>
#include <weir/did_you_mean.hpp>

namespace weir {

bool declare_event_time(const NodeSpec& spec, BoundNode& bound, FaultList& faults) {
  if (!spec.event_time) return true;
  const EventTimeSpec& declared = *spec.event_time;
  const std::string& name = declared.column.value;
  const std::optional<size_t> column =
      bound.outputs.empty() ? std::nullopt : bound.outputs.front().find(name);
  if (!column) {
    std::vector<std::string> names;
    for (const Field& field : bound.outputs.empty() ? std::vector<Field>{} : bound.outputs.front().fields) {
      names.push_back(field.name);
    }
    faults.error(declared.column.place, "unknown-column",
                 "event_time: no column '" + name + "' in the output of '" + spec.name + "' (" +
                     list_words(names) + ")",
                 did_you_mean(name, names));
    return false;
  }
  const DataType& type = bound.outputs.front()[*column].type;
  if (type.type != Type::kTimestamp) {
    faults.error(declared.column.place, "wrong-column-type",
                 "event_time: column '" + name + "' is " + type.to_string() + ", expected timestamp");
    return false;
  }
  if (bound.is_mixed) {
    faults.error(
        declared.place, "event-time-too-late",
        "event_time of '" + spec.name +
            "' comes too late: before it rows have been brought together or have lain in a disk buffer, "
            "and which came first where they come from is not known any more",
        "declare it at the source, or at a node that reads one source with nothing of that between them");
    return false;
  }
  if (!bound.is_bounded && !declared.max_delay) {
    faults.error(declared.place, "missing-max-delay",
                 "event_time of '" + spec.name + "' needs max_delay, because its source never ends",
                 "for example max_delay: 5s");
    return false;
  }
  EventTime time;
  time.column = static_cast<uint32_t>(*column);
  if (declared.max_delay) time.max_delay_us = declared.max_delay->value.count();
  if (declared.idle_after) time.idle_after_us = declared.idle_after->value.count();
  bound.event_time = time;
  bound.outputs.front().event_time = static_cast<int32_t>(*column);
  return true;
}

namespace {

void declare_retry(const RetrySpec& spec, RetryPolicy& bound) {
  if (spec.initial) bound.initial_us = spec.initial->value.count();
  if (spec.max) bound.max_us = spec.max->value.count();
  if (spec.multiplier) bound.multiplier = spec.multiplier->value;
  if (spec.jitter) bound.jitter = spec.jitter->value;
  if (spec.max_elapsed) bound.max_elapsed_us = spec.max_elapsed->value.count();
  if (spec.open_after) bound.open_after = spec.open_after->value;
  // Who says only one of the two means that one.
  if (!spec.max) bound.max_us = std::max(bound.max_us, bound.initial_us);
  if (!spec.initial) bound.initial_us = std::min(bound.initial_us, bound.max_us);
}

}  // namespace

void declare_policies(const NodeSpec& spec, BoundNode& bound) {
  if (spec.retry) declare_retry(*spec.retry, bound.retry);
  if (spec.on_error) bound.errors.kind = static_cast<ErrorPolicy::Kind>(spec.on_error->value);
  if (spec.max_errors) {
    bound.errors.max_share = spec.max_errors->value.share;
    bound.errors.max_count = spec.max_errors->value.count;
  }
  if (spec.parallelism) bound.parallelism = spec.parallelism->value;
  if (spec.buffer) {
    BufferLimits limits;
    limits.kind = spec.buffer->disk ? BufferLimits::Kind::kDisk : BufferLimits::Kind::kMemory;
    limits.bytes = spec.buffer->disk ? spec.buffer->disk->value : spec.buffer->memory->value;
    if (spec.buffer->when_full)
      limits.when_full = static_cast<BufferLimits::WhenFull>(spec.buffer->when_full->value);
    bound.buffer = limits;
  }
  if (!spec.batch) return;
  BatchLimits& batch = bound.batch.emplace();
  if (spec.batch->rows) batch.rows = spec.batch->rows->value;
  if (spec.batch->bytes) batch.bytes = spec.batch->bytes->value;
  if (spec.batch->timeout) batch.timeout_us = spec.batch->timeout->value.count();
}

}  // namespace weir
