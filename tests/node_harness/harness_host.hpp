#pragma once
// A host of the engine's data, expression and state calls that notes what a node emits and rejects.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <weir/abi.h>
#include <weir/batch.hpp>

#include "data/memory.hpp"
#include "expr/aggregate.hpp"
#include "state/instance_state.hpp"

namespace weir::test {

/// One instance as the host sees it.
struct HarnessContext : weir_context {
  struct Emitted {
    uint32_t port;
    Batch batch;
  };
  std::unique_ptr<InstanceState> state;
  std::vector<Emitted> emitted;
  std::vector<std::string> rejections;  ///< "row code: message [column]"
  std::map<std::string, int64_t> counters;
  int64_t wake_at_ns = 0;  ///< As it was last asked for; 0: never.
};

/// The host; given to the SDK at its first use.
const weir_host* harness_host();
/// A component of this program; null when there is none.
const weir_component* find_component(weir_kind kind, std::string_view name);
/// The aggregates of this program.
const expr::AggregateCatalog& linked_aggregates();

}  // namespace weir::test
