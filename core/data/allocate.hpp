#pragma once
// Where the memory of batches comes from.
#include <cstddef>

namespace weir {

constexpr size_t kBufferAlignment = 64;

/// Returns `size` bytes aligned to kBufferAlignment, or null when there are none. Charges nobody.
///
/// Threads: any; memory may be given back on another thread.
void* allocate_aligned(size_t size);
/// Takes what allocate_aligned() returned, or null.
void release_aligned(void* memory);

/// The same for the small structs of columns and batches, aligned for any type.
void* allocate_small(size_t size);
void release_small(void* memory);

}  // namespace weir
