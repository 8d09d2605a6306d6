#pragma once
// A whole simulated machine with the host table that plugins on it are given: simulation, fuzzers, test kit.
#include <string_view>

#include "runtime/host_table.hpp"
#include "world/sim_disk.hpp"
#include "world/sim_network.hpp"

namespace weir {

/// Clock, random, disk and network are simulated. Logs go nowhere.
///
/// Threads: as its members say. It outlives every library that was given `host`.
struct SimMachine {
  SimClock clock;
  SimRandom random{1};
  SimDisk disk{&clock};
  SimNetwork network;
  FaultPoints faults;
  Logger log{clock, LogLevel::kOff, LogFormat::kText, [](std::string_view) {}};
  HostTable host{World{clock, random, disk, network, faults}, log};
};

}  // namespace weir
