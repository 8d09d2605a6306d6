#include "runtime/root_source.hpp"

#include <algorithm>
#include <utility>
#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {

RootSource::RootSource(OperatorSetup setup, const BoundNode& node)
    : Operator(std::move(setup)), announces_partitions_(node.announces_partitions) {
  std::optional<int64_t> idle_after_us = node.announced_idle_after_us;
  if (node.event_time && node.event_time->idle_after_us)
    idle_after_us = std::min(idle_after_us.value_or(INT64_MAX), *node.event_time->idle_after_us);
  if (idle_after_us) silence_.emplace(*idle_after_us, run().world().clock.monotonic_ns());
}

void RootSource::note_asked() {
  if (!silence_) return;
  const int64_t now_ns = run().world().clock.monotonic_ns();
  silence_->asked(now_ns, wanted_ns_);
  wanted_ns_ = now_ns;
}

void RootSource::note_answered(bool is_waiting, const weir_wake& wake) {
  if (is_waiting) wanted_ns_ = wake.until_ns;  // INT64_MAX: it wakes us.
}

void RootSource::partition_is_there(uint32_t partition) {
  if (silence_) silence_->heard(partition);
  announce(kSignalPartitionFound, partition);
}

void RootSource::partition_has_rows(uint32_t partition) {
  if (silence_) silence_->heard(partition);
}

void RootSource::partition_is_over(uint32_t partition) {
  if (silence_) silence_->ended(partition);
}

std::vector<uint32_t> RootSource::take_silent() {
  if (!silence_) return {};
  if (run().world().faults.skip("source.silence.set_aside")) return {};
  std::vector<uint32_t> silent = silence_->take_silent();
  const int64_t next_ns = silence_->next_deadline_ns();
  const int64_t now_ns = run().world().clock.monotonic_ns();
  if (next_ns != SilenceWatch::kNever && wake_ns_ <= now_ns) {
    wake_ns_ = next_ns;
    stage().wake_at(next_ns);
  }
  return silent;
}

void RootSource::announce_idle(uint32_t partition) { announce(kSignalPartitionIdle, partition); }

void RootSource::announce_ended(uint32_t partition) { announce(kSignalPartitionEnded, partition); }

void RootSource::announce(uint32_t kind, uint32_t partition) {
  if (announces_partitions_) send_signal({kind, 0, 0, (++said_ << 32) | partition});
}

namespace {

/// Where a component goes on, or up to where its rows are safe. Borrows `positions`.
std::vector<weir_partition_offset> offsets_of(const std::vector<SourcePosition>& positions) {
  std::vector<weir_partition_offset> offsets;
  for (const SourcePosition& position : positions) {
    // A byte source goes on at the beginning of a chunk; the engine leaves out what it has of it.
    const int64_t begin = position.position - static_cast<int64_t>(position.skip);
    offsets.push_back({as_str(position.partition), {begin, as_str(position.token)}});
  }
  return offsets;
}

}  // namespace

Status RootSource::go_on_from(const std::vector<SourcePosition>& positions, const weir_component& component,
                              weir_instance* instance) {
  const std::vector<weir_partition_offset> offsets = offsets_of(positions);
  weir_fault fault{};
  const int32_t code = component.source->restore(instance, offsets.data(), offsets.size(), &fault);
  WEIR_RETURN_IF_ERROR(status_of(code, fault));
  return tell_durable(component, instance, positions);
}

RootSource::Polled RootSource::wait_for(const weir_wake& wake, bool is_bounded) {
  if (run().is_until_now() && !is_bounded) return caught_up();
  if (wake.until_ns != INT64_MAX) stage().wake_at(wake.until_ns);
  return Polled::kWaiting;
}

RootSource::Polled RootSource::caught_up() {
  has_caught_up_ = true;
  run().source_caught_up();
  return Polled::kWaiting;
}

Status RootSource::tell_durable(const weir_component& component, weir_instance* instance,
                                const std::vector<SourcePosition>& positions) {
  if (component.source->durable == nullptr || positions.empty()) return {};
  const std::vector<weir_partition_offset> offsets = offsets_of(positions);
  weir_fault fault{};
  const int32_t code = component.source->durable(instance, offsets.data(), offsets.size(), &fault);
  return status_of(code, fault);
}

}  // namespace weir
