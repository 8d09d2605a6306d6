#pragma once
// The beginning of a region at a durable edge.
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "runtime/buffer_edge.hpp"
#include "runtime/root_source.hpp"

namespace weir {

/// Gives out what the manifest of the region before says is there, in order. What is damaged becomes a dead
/// letter with the code `buffer-damaged`, and the rows behind it are given.
///
/// Threads: confined to the slice of its stage copy.
class BufferReadOperator final : public RootSource {
 public:
  BufferReadOperator(OperatorSetup setup, BufferEdge& edge) : RootSource(std::move(setup)), edge_(edge) {}
  Status start() override;
  Status snapshot(uint64_t epoch, CopyCheckpoint& into) override;
  Status committed(uint64_t epoch) override;
  Polled poll() override;
  /// How long it is says nothing about how far the run is.
  void progress(int64_t&, int64_t&) const override {}

 private:
  bool begin_barrier();
  Polled end();
  Polled give(BufferReader::Read read);
  void report(const BufferReader::Damage& damage);
  void report_position(uint64_t epoch);
  void tell_idle(bool is_idle);
  void send_watermark(int64_t watermark_us);

  BufferEdge& edge_;
  std::optional<BufferReader> reader_;  // From start() on.
  int64_t watermark_us_ = INT64_MIN;
  std::map<uint64_t, uint64_t> told_;  // Epoch -> position; not yet known to be safe.
  uint64_t begun_epoch_ = 0;
  bool is_idle_told_ = false;
};

}  // namespace weir
