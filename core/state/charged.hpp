#pragma once
// Memory that a state holds outside of buffers, charged to its instance's account.
#include <cstddef>

#include "data/allocate.hpp"
#include "data/memory.hpp"

namespace weir {

/// Returns `size` bytes, aligned to 64 when `size` is at least that and to 16 otherwise, that hold anything;
/// null, with nothing charged, when the account or the machine has no more.
inline void* allocate_charged(MemoryAccount& account, size_t size) {
  if (!account.try_charge(size)) return nullptr;
  void* const memory = size < kBufferAlignment ? allocate_small(size) : allocate_aligned(size);
  if (memory == nullptr) account.uncharge(size);
  return memory;
}

/// Takes what allocate_charged() returned for the same size.
inline void release_charged(MemoryAccount& account, void* memory, size_t size) {
  if (memory == nullptr) return;
  if (size < kBufferAlignment) {
    release_small(memory);
  } else {
    release_aligned(memory);
  }
  account.uncharge(size);
}

}  // namespace weir
