#pragma once
// How the process's heap is set.

namespace weir {

/// Blocks of 1 MiB and more go back to the system when they are freed, whatever was freed before. Called
/// once, before other threads begin.
///
/// Left to itself glibc raises that bound to the largest block that was ever freed, up to 32 MiB. The indexes
/// of spilled state grow and go: ten million keys in `memory: 128MiB` then took 231 MiB, with this 149.
void give_large_blocks_back();

}  // namespace weir
