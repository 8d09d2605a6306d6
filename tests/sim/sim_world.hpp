#pragma once
// The simulated machine on which these tests run pipelines.
#include <memory>
#include <string_view>

#include "plugin/component_catalog.hpp"
#include "plugin/library_scan.hpp"
#include "runtime/host_table.hpp"
#include "world/real_network.hpp"
#include "world/sim_disk.hpp"

namespace weir {

/// One for the whole program: plugins keep the host table that they were first given.
struct SimWorld {
  SimClock clock;
  SimRandom random{1};
  SimDisk disk{&clock};
  RealNetwork network;
  FaultPoints faults;
  Logger log{clock, LogLevel::kOff, LogFormat::kText, [](std::string_view) {}};
  HostTable host{World{clock, random, disk, network, faults}, log};
  ComponentCatalog catalog{scan_libraries({WEIR_TEST_PLUGINS, WEIR_TEST_SAMPLES}), host};
};

inline SimWorld& sim() {
  static auto* const world = std::make_unique<SimWorld>().release();
  return *world;
}

}  // namespace weir
