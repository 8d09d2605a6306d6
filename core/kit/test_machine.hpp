#pragma once
// The simulated machine that the tests of one process share.
#include <string>

#include "plugin/component_catalog.hpp"
#include "runtime/host_table.hpp"
#include "world/real_network.hpp"
#include "world/sim_disk.hpp"

namespace weir::kit {

/// Plugins keep the host table that they were first given, so there is one machine, made at its first use and
/// never destroyed. Each test has a folder of its own on its disk.
///
/// Threads: one test at a time.
class TestMachine {
 public:
  static TestMachine& get();

  SimClock& clock() { return clock_; }
  SimDisk& disk() { return disk_; }
  HostTable& host() { return host_; }
  /// The components beside libweir.so and those of `path` (separated by ':'). Of two libraries with one name
  /// the later one counts.
  ComponentCatalog& catalog(const std::string& path);
  /// A folder that nobody has.
  std::string new_folder();
  /// The wall clock stands at 2025-01-01T00:00:00Z again.
  void reset_time();

 private:
  SimClock clock_;
  SimRandom random_{1};
  SimDisk disk_{&clock_};
  RealNetwork network_;
  FaultPoints faults_;
  Logger log_{clock_, LogLevel::kOff, LogFormat::kText, [](std::string_view) {}};
  HostTable host_{World{clock_, random_, disk_, network_, faults_}, log_};
  std::map<std::string, std::unique_ptr<ComponentCatalog>> catalogs_;  // By path.
  int folders_ = 0;
};

}  // namespace weir::kit
