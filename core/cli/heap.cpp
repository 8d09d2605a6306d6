#include "cli/heap.hpp"

#include <malloc.h>

namespace weir {

void give_large_blocks_back() {
  constexpr int kLargeBytes = 1 << 20;
  mallopt(M_MMAP_THRESHOLD, kLargeBytes);
}

}  // namespace weir
