#include "world/world.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(RealWorld, IsOneForTheWholeProcess) {
  const World first = real_world();
  const World second = real_world();
  EXPECT_EQ(&first.clock, &second.clock);
  EXPECT_EQ(&first.random, &second.random);
  EXPECT_EQ(&first.disk, &second.disk);
  EXPECT_EQ(&first.network, &second.network);
  EXPECT_EQ(&first.faults, &second.faults);
}

}  // namespace
}  // namespace weir
