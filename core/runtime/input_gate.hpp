#pragma once
// The edges that feed the root of a stage copy, brought into one order: alignment, watermarks, ends.
#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/edge.hpp"
#include "world/fault_point.hpp"

namespace weir {

/// Merges edges. A barrier closes the edge it came on until it has come on all; then it is given out once.
/// A port's watermark is the smallest of its edges, without those that are idle or have ended; when it comes
/// back from being idle its watermark is given out again, risen or not. Ports whose
/// edges come from ordered lanes are read range by range, in the order of the ranges.
///
/// Threads: confined to the slice of the stage copy that it feeds.
class InputGate {
 public:
  /// Borrows `faults`, which may leave the step "barrier.alignment" out: then a barrier closes no edge.
  explicit InputGate(FaultPoints* faults = nullptr) : faults_(faults) {}

  enum class Order { kAny, kByRange };
  /// While the stage is being built. Edges of a kByRange port are added in the order of the lanes; what comes
  /// on `aside` belongs to no range: it is given out when it comes, and no time waits for it.
  void add_port(Order order, std::vector<Edge*> edges, const std::vector<Edge*>& aside = {});

  struct Input {
    uint32_t port = 0;
    EdgeItem
        item;  ///< kBatch, kBytes or kSignal (watermark, barrier, idle, end of a port, the engine's own).
  };
  /// Returns the next input, or nothing when there is none now.
  std::optional<Input> next();
  /// Whether the end of every port was given out.
  bool is_ended() const { return ended_ports_ == ports_.size(); }
  /// No more data is wanted; ends and barriers still come.
  void close_all();

 private:
  struct Lane {
    Edge* edge = nullptr;
    bool is_aside = false;
    bool is_ended = false;
    bool is_idle = false;
    bool is_at_barrier = false;
    bool is_open = false;  // All the same: a planted bug.
    int64_t watermark = INT64_MIN;
  };
  struct Port {
    Order order = Order::kAny;
    std::vector<Lane> lanes;  // Those that are aside are the last.
    size_t turns = 0;         // How many lanes take turns.
    size_t turn = 0;
    bool is_ended = false;
    bool was_idle = false;
    int64_t watermark = INT64_MIN;
  };
  std::optional<Input> next_of_port(uint32_t port);
  std::optional<Input> next_in_any_order(uint32_t port);
  std::optional<Input> next_by_range(uint32_t port);
  std::optional<Input> next_aside(uint32_t port);
  std::optional<Input> barriers_of_other_lanes(uint32_t port);
  std::optional<Input> take(uint32_t port, Lane& lane, bool& moved_on);
  std::optional<Input> taken_signal(uint32_t port, Lane& lane, const weir_signal& signal);
  static bool is_set_aside(const Lane& lane);
  std::optional<Input> time_of_port(uint32_t port);
  std::optional<Input> barrier_when_aligned();
  void pass_turn(Port& port);

  FaultPoints* const faults_;
  std::vector<Port> ports_;
  size_t turn_ = 0;
  size_t ended_ports_ = 0;
  uint64_t epoch_ = 0;  // Of the barrier that is being aligned; 0: none.
};

}  // namespace weir
