#pragma once
// The three executors.
#include <cstdint>
#include <functional>
#include <memory>

#include "runtime/actor.hpp"
#include "world/clock.hpp"

namespace weir {

/// On a oneTBB arena of its own. Needs: threads > 0. Borrows: clock.
std::unique_ptr<Executor> make_tbb_executor(uint32_t threads, const Clock& clock);

/// On plain threads and one queue: what the thread sanitizer understands. Needs: threads > 0.
std::unique_ptr<Executor> make_thread_executor(uint32_t threads, const Clock& clock);

/// On the caller's thread: each turn runs one ready actor drawn by the seed and takes 1 ms of the
/// clock; when none is ready the clock moves to the next timer. Borrows: clock.
std::unique_ptr<Executor> make_sim_executor(uint64_t seed, SimClock& clock);

}  // namespace weir
