#pragma once
// The root of a stage that polls a source of rows.
#include <map>
#include <string>
#include <vector>

#include "runtime/component_instance.hpp"
#include "runtime/root_source.hpp"
#include "runtime/time_tracker.hpp"

namespace weir {

/// Threads: confined to the slice of its stage copy.
class RowSourceOperator final : public RootSource {
 public:
  RowSourceOperator(OperatorSetup setup, const BoundNode& node, uint32_t copy, uint32_t copies,
                    bool needs_row_watermark);
  /// Before start(): where a restart goes on.
  void set_restored(std::vector<SourcePosition> positions) { restored_ = std::move(positions); }
  Status start() override;
  void cancel() override { instance_.cancel(); }
  Status snapshot(uint64_t epoch, CopyCheckpoint& into) override;
  Status committed(uint64_t epoch) override;
  Polled poll() override;
  void progress(int64_t& done, int64_t& total) const override;

  /// What the component calls through the host table.
  uint32_t partition_found(std::string name);
  void partition_event(uint32_t partition, uint32_t event);
  void emit_rows(uint32_t partition, Batch batch, const weir_offset& next);

 private:
  Status go_on();
  bool begin_barrier();
  void report_positions(uint64_t epoch);
  void send_time();
  void set_aside_silent();

  ComponentInstance instance_;
  const bool needs_row_watermark_;
  const bool is_bounded_;
  std::optional<TimeTracker> times_;
  std::map<uint32_t, SourcePosition> positions_;
  std::map<uint64_t, std::vector<SourcePosition>> told_;  // By epoch; not yet known to be safe.
  std::vector<SourcePosition> restored_;
  std::vector<SourcePosition> unannounced_;  // Of restored_: the source has not named them yet.
  uint64_t begun_epoch_ = 0;
};

}  // namespace weir
