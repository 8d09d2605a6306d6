#pragma once
// Everything outside the process that the engine touches, in one place to hand down.
#include "world/clock.hpp"
#include "world/disk.hpp"
#include "world/fault_point.hpp"
#include "world/network.hpp"
#include "world/random.hpp"

namespace weir {

/// Borrows: whoever makes a World owns its members and keeps them longer than all who were given it.
struct World {
  Clock& clock;
  Random& random;
  Disk& disk;
  Network& network;
  FaultPoints& faults;
};

/// Returns the machine's own; its members live as long as the process.
World real_world();

}  // namespace weir
