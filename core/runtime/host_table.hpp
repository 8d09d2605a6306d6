#pragma once
// The host's table of calls, as plugins get it: each entry leads to the room that serves it.
#include <weir/abi.h>

#include "plugin/host.hpp"
#include "telemetry/log.hpp"
#include "world/world.hpp"

namespace weir {

/// Owns the table and what its entries need. Plugins keep the table for the life of the process, so there is
/// one HostTable, made before the first library is loaded and never destroyed before exit.
///
/// Threads: all entries from any thread, as the ABI says.
class HostTable final : public Host {
 public:
  /// Borrows both for the life of this object, and hands the table to the SDK's wrappers of this module.
  HostTable(World world, Logger& log);
  HostTable(const HostTable&) = delete;
  HostTable& operator=(const HostTable&) = delete;

  const weir_host* table() const override { return &host_; }
  World& world() { return world_; }
  Logger& log() { return log_; }

 private:
  World world_;
  Logger& log_;
  weir_host host_{};
  weir_files files_{};
  weir_state_calls state_{};
};

/// Fills the state entries: they reach the InstanceState of the calling instance.
void fill_state_calls(weir_state_calls& calls);
/// Fills the files entries: they reach the disk of the host's world.
void fill_files_calls(weir_files& calls);

}  // namespace weir
