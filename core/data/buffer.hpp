#pragma once
// What stands behind every weir_buffer of this process.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <weir/abi_data.h>

#include "data/memory.hpp"

namespace weir {

/// A counted piece of memory with the account that pays for it.
///
/// Host-allocated bytes lie right behind this header, in the same allocation. Imported bytes belong to
/// somebody else: they are charged to nobody, and nobody may write into them, because the host cannot know
/// who else reads them.
///
/// Threads: the header is constant but for the count; the release of a reference pairs with the acquire of
/// whoever drops the last one or finds itself alone.
struct HostBuffer : weir_buffer {
  std::atomic<uint64_t> references;
  std::shared_ptr<MemoryAccount> account;  ///< Null when imported.
  void (*release)(void* owner);            ///< Null unless imported.
  void* owner;
};

/// Returns a reference to `size` bytes that hold anything, charged to `account`; null when it or the machine
/// has no more. The bytes up to the next multiple of 64 may be read.
weir_buffer* buffer_new(MemoryAccount& account, size_t size);
/// Returns a reference to foreign memory; null when there is no room for the header (`owner` stays the
/// caller's). `release(owner)` runs once, on the thread that drops the last reference.
weir_buffer* buffer_import(uint8_t* data, size_t size, void (*release)(void* owner), void* owner);
void buffer_retain(weir_buffer* buffer);
void buffer_release(weir_buffer* buffer);
/// Returns whether the caller's reference is the only one and the bytes may be written.
bool buffer_is_sole(const weir_buffer* buffer);
/// [bytes] that stay allocated as long as this buffer does: what an edge is charged.
size_t buffer_footprint(const weir_buffer* buffer);

}  // namespace weir
