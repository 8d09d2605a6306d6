#pragma once
// A whole simulated machine with the host table that plugins on it are given: simulation, fuzzers, test kit.
#include <functional>
#include <string_view>

#include "runtime/host_table.hpp"
#include "world/sim_disk.hpp"
#include "world/sim_network.hpp"

namespace weir {

/// Clock, random, disk and network are simulated.
///
/// Threads: as its members say. It outlives every library that was given `host`.
struct SimMachine {
  SimClock clock;
  SimRandom random{1};
  SimDisk disk{&clock};
  SimNetwork network;
  FaultPoints faults;
  std::function<void(std::string_view)> on_log;  ///< Is given each warning and error; empty: they go nowhere.
  Logger log{clock, LogLevel::kWarn, LogFormat::kText, [this](std::string_view line) {
               if (on_log) on_log(line);
             }};
  HostTable host{World{clock, random, disk, network, faults}, log};
};

}  // namespace weir
