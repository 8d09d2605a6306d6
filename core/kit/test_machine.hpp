#pragma once
// The simulated machine that the tests of one process share.
#include <string>

#include "plugin/component_catalog.hpp"
#include "runtime/sim_machine.hpp"

namespace weir::kit {

/// Plugins keep the host table that they were first given, so there is one machine, made at its first use and
/// never destroyed. Each test has a folder of its own on its disk.
///
/// Threads: one test at a time.
class TestMachine : public SimMachine {
 public:
  static TestMachine& get();

  /// The components beside libweir.so and those of `path` (separated by ':'). Of two libraries with one name
  /// the later one counts.
  ComponentCatalog& catalog(const std::string& path);
  /// A folder that nobody has.
  std::string new_folder();
  /// The wall clock stands at 2025-01-01T00:00:00Z again.
  void reset_time();

 private:
  std::map<std::string, std::unique_ptr<ComponentCatalog>> catalogs_;  // By path.
  int folders_ = 0;
};

}  // namespace weir::kit
