#pragma once
// The simulated machine on which these tests run pipelines.
#include <memory>

#include "plugin/component_catalog.hpp"
#include "plugin/library_scan.hpp"
#include "runtime/sim_machine.hpp"

namespace weir {

/// One for the whole program: plugins keep the host table that they were first given.
struct SimWorld : SimMachine {
  ComponentCatalog catalog{scan_libraries({WEIR_TEST_PLUGINS, WEIR_TEST_SAMPLES, WEIR_TEST_FEED}), host};
};

inline SimWorld& sim() {
  static auto* const world = std::make_unique<SimWorld>().release();
  return *world;
}

}  // namespace weir
