#pragma once
// When the next checkpoint begins.
#include <cstdint>

namespace weir {

/// Returns the first whole step of `every_ns` from `begun_ns` on that lies after `now_ns`: how long the last
/// checkpoint took is no part of the distance between two, and one that took longer than a step leaves steps
/// out instead of making the next ones follow without a pause. Needs: `every_ns` > 0, `now_ns` >= `begun_ns`.
/// All [ns] of one monotonic clock.
constexpr int64_t next_checkpoint_step_ns(int64_t begun_ns, int64_t every_ns, int64_t now_ns) {
  return begun_ns + ((now_ns - begun_ns) / every_ns + 1) * every_ns;
}

}  // namespace weir
