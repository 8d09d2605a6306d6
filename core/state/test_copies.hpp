#pragma once
// For tests: the states of several copies on a simulated disk, and their checkpoints.
#include <cstdint>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "data/memory.hpp"
#include "state/checkpoint.hpp"
#include "state/instance_state.hpp"
#include "world/fault_point.hpp"
#include "world/sim_disk.hpp"

namespace weir::test {

class CopiesOnDisk {
 public:
  CopiesOnDisk() { EXPECT_TRUE(store.open().is_ok()); }
  void settle() {
    for (const auto& state : states) {
      const Status status = state->settle();
      ASSERT_TRUE(status.is_ok()) << status.message();
    }
  }
  /// Snapshots for the next epoch; the manifest may follow.
  void begin() {
    ASSERT_TRUE(store.begin(++epoch).is_ok());
    for (const auto& state : states) {
      const Status status = state->snapshot(store);
      ASSERT_TRUE(status.is_ok()) << status.message();
    }
  }
  void checkpoint() {
    begin();
    ASSERT_TRUE(store.commit({}).is_ok());
    ASSERT_TRUE(store.drop_before(epoch).is_ok());
  }
  Manifest newest() { return store.latest()->manifest.value(); }

  /// Outlives what is charged to it.
  const std::shared_ptr<MemoryAccount> account = MemoryAccount::make("it");
  SimDisk disk;
  FaultPoints faults;
  CheckpointStore store{disk, faults, "/c"};
  std::vector<std::unique_ptr<InstanceState>> states;
  uint64_t epoch = 0;
};

}  // namespace weir::test
