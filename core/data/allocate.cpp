#include "data/allocate.hpp"

#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WEIR_SYSTEM_ALLOCATOR 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WEIR_SYSTEM_ALLOCATOR 1
#endif
#endif
#ifndef WEIR_SYSTEM_ALLOCATOR
#define WEIR_SYSTEM_ALLOCATOR 0
#include <tbb/scalable_allocator.h>
#endif

namespace weir {

#if WEIR_SYSTEM_ALLOCATOR
// Sanitizers watch the system's allocator only.
void* allocate_aligned(size_t size) {
  const size_t whole = (size + kBufferAlignment - 1) / kBufferAlignment * kBufferAlignment;
  return std::aligned_alloc(kBufferAlignment, whole);
}
void release_aligned(void* memory) { std::free(memory); }
void* allocate_small(size_t size) { return std::malloc(size); }
void release_small(void* memory) { std::free(memory); }
#else
void* allocate_aligned(size_t size) { return scalable_aligned_malloc(size, kBufferAlignment); }
void release_aligned(void* memory) { scalable_aligned_free(memory); }
void* allocate_small(size_t size) { return scalable_malloc(size); }
void release_small(void* memory) { scalable_free(memory); }
#endif

}  // namespace weir
