#pragma once
// How the memory of a run is divided among its nodes, and what it comes to.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plan/plan.hpp"

namespace weir {

/// What the copies of one node may hold, all together [bytes].
struct NodeMemory {
  std::string node;
  uint64_t edges = 0;        ///< Queued in front of it.
  uint64_t flight = 0;       ///< Being worked on, and waiting for room on the edges behind it.
  uint64_t work = 0;         ///< What its instances hold beside states: rows that are being sorted.
  uint64_t states = 0;       ///< Values and logs, before they go on in temporary files.
  uint64_t kept_states = 0;  ///< Lists, maps and timers; more of them ends the run.
  bool has_state = false;
};

struct MemoryBound {
  std::vector<NodeMemory> nodes;  ///< In the order of the pipeline; nodes that hold nothing are left out.
  uint64_t total = 0;
  bool is_bounded =
      true;  ///< False: keyed states grow with their keys, because the pipeline has no `memory`.
};

/// Sets the budgets of a plan's edges, slices and states from the pipeline's `memory`: a quarter for edges, a
/// quarter for what is in flight, and what these leave in equal shares for states and for instances that want
/// memory beside theirs. Edges, slices and such instances are never given more than without it, nor less than
/// what one batch needs. Without `memory` nothing is changed.
void divide_memory(Plan& plan);

/// Needs: divide_memory() was called.
MemoryBound memory_bound(const Plan& plan);

/// Returns the lines of `weir plan`.
std::string memory_text(const Plan& plan);

}  // namespace weir
