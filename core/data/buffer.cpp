#include "data/buffer.hpp"

#include <new>

#include "data/allocate.hpp"

namespace weir {
namespace {

constexpr size_t kHeaderBytes = kBufferAlignment;
static_assert(sizeof(HostBuffer) <= kHeaderBytes);
// More than any machine has: only a damaged or hostile size asks for it.
constexpr size_t kMaxBufferBytes = size_t{1} << 39;

HostBuffer& host(weir_buffer* buffer) { return *static_cast<HostBuffer*>(buffer); }
const HostBuffer& host(const weir_buffer* buffer) { return *static_cast<const HostBuffer*>(buffer); }

size_t round_up(size_t size) { return (size + kBufferAlignment - 1) / kBufferAlignment * kBufferAlignment; }

void destroy(HostBuffer& buffer) {
  const std::shared_ptr<MemoryAccount> account = buffer.account;
  const size_t charged = account ? buffer_footprint(&buffer) : 0;
  if (buffer.release) buffer.release(buffer.owner);
  buffer.~HostBuffer();
  release_aligned(&buffer);
  if (account) account->uncharge(charged);
}

}  // namespace

weir_buffer* buffer_new(MemoryAccount& account, size_t size) {
  if (size > kMaxBufferBytes) return nullptr;
  const size_t whole = kHeaderBytes + round_up(size);
  if (!account.try_charge(whole)) return nullptr;
  void* memory = allocate_aligned(whole);
  if (!memory) {
    account.uncharge(whole);
    return nullptr;
  }
  uint8_t* data = static_cast<uint8_t*>(memory) + kHeaderBytes;
  return new (memory) HostBuffer{{data, size}, 1, account.shared_from_this(), nullptr, nullptr};
}

weir_buffer* buffer_import(uint8_t* data, size_t size, void (*release)(void* owner), void* owner) {
  void* memory = allocate_aligned(kHeaderBytes);
  if (!memory) return nullptr;
  return new (memory) HostBuffer{{data, size}, 1, nullptr, release, owner};
}

void buffer_retain(weir_buffer* buffer) { host(buffer).references.fetch_add(1, std::memory_order_relaxed); }

void buffer_release(weir_buffer* buffer) {
  HostBuffer& it = host(buffer);
  // Release: my reads come before the free. Acquire: so do everyone's, for whoever frees.
  if (it.references.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(it);
}

bool buffer_is_sole(const weir_buffer* buffer) {
  const HostBuffer& it = host(buffer);
  return it.account && it.references.load(std::memory_order_acquire) == 1;
}

size_t buffer_footprint(const weir_buffer* buffer) {
  return kHeaderBytes + (host(buffer).account ? round_up(buffer->size) : buffer->size);
}

}  // namespace weir
