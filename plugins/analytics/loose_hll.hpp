#pragma once
// A HyperLogLog outside the host's state, to bring several together: its blocks are its own.
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include <weir/fault.hpp>

#include "../aggregate/hll_slot.hpp"

namespace weir::behaviour {

/// Threads: one at a time.
class LooseHll {
 public:
  LooseHll() = default;
  LooseHll(const LooseHll&) = delete;
  LooseHll& operator=(const LooseHll&) = delete;
  LooseHll(LooseHll&& other) noexcept : slot_(std::exchange(other.slot_, {})) {}
  LooseHll& operator=(LooseHll&& other) noexcept {
    std::swap(slot_, other.slot_);
    return *this;
  }
  ~LooseHll() {
    std::free(slot_.hashes.table);
    std::free(slot_.hashes.bytes);
    std::free(slot_.registers);
  }
  /// Adds what save_hll() gave. Fails: it is not that.
  Status merge(std::string_view saved) {
    const aggregates::ResizeBlock resize = [](weir_block*& block, size_t size) { resize_loose(block, size); };
    return aggregates::HllGroup(slot_, resize).merge(saved);
  }
  double count() const { return aggregates::hll_count(slot_); }

 private:
  static void resize_loose(weir_block*& block, size_t size) {
    if (size == 0) {
      std::free(std::exchange(block, nullptr));
      return;
    }
    void* const moved = std::realloc(block, sizeof(weir_block) + size);
    if (moved == nullptr) throw_fault(Code::kNoSpace, "no memory for a sketch");
    block = static_cast<weir_block*>(moved);
    block->size = block->capacity = size;
  }
  aggregates::HllSlot slot_{};
};

}  // namespace weir::behaviour
