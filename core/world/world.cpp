#include "world/world.hpp"

#include "world/real_disk.hpp"
#include "world/real_network.hpp"

namespace weir {

World real_world() {
  static RealClock clock;
  static RealRandom random;
  static RealDisk disk;
  static RealNetwork network;
  static FaultPoints faults;
  return {clock, random, disk, network, faults};
}

}  // namespace weir
