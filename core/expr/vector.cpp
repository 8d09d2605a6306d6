#include "expr/vector.hpp"

#include <algorithm>

namespace weir::expr {
namespace {
constexpr size_t kAlignment = 64;
constexpr size_t kBlockBytes = size_t{512} << 10U;
constexpr size_t kKeptBytes = size_t{4} << 20U;
}  // namespace

void* Arena::allocate(size_t bytes) {
  const size_t size = (std::max<size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment;
  if (blocks_.empty() || blocks_.back().size - used_ < size) {
    const size_t block_size = std::max(kBlockBytes, size);
    // Not make_unique, which would write zeros over every block.
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(block_size + kAlignment), block_size});
    used_ = 0;
  }
  const auto base = reinterpret_cast<uintptr_t>(blocks_.back().bytes.get());
  const uintptr_t aligned = (base + kAlignment - 1) / kAlignment * kAlignment;
  void* const out = blocks_.back().bytes.get() + (aligned - base) + used_;
  used_ += size;
  return out;
}

void Arena::reset() {
  used_ = 0;
  if (blocks_.empty()) return;
  auto largest = std::max_element(blocks_.begin(), blocks_.end(),
                                  [](const Block& a, const Block& b) { return a.size < b.size; });
  if (largest != blocks_.begin()) std::swap(*largest, blocks_.front());
  blocks_.resize(blocks_.front().size > kKeptBytes ? 0 : 1);
}

char* TextWriter::room(size_t size) {
  constexpr size_t kHeapBytes = size_t{64} << 10U;
  if (capacity_ - used_ < size || heap_ == nullptr) {
    capacity_ = std::max(size, kHeapBytes);
    heap_ = arena_.allocate_array<char>(static_cast<int64_t>(capacity_));
    heaps_.push_back({reinterpret_cast<const uint8_t*>(heap_), nullptr});
    used_ = 0;
  }
  char* const out = heap_ + used_;
  used_ += size;
  return out;
}

void TextWriter::put(int64_t row, std::string_view begin, std::string_view end) {
  weir_view& view = views_[row];
  const size_t size = begin.size() + end.size();
  view.size = static_cast<int32_t>(size);
  const bool is_inlined = size <= sizeof(view.u.inlined);
  char* const at = is_inlined ? view.u.inlined : room(size);
  std::copy(end.begin(), end.end(), std::copy(begin.begin(), begin.end(), at));
  if (is_inlined) return;
  std::copy_n(at, sizeof(view.u.ref.prefix), view.u.ref.prefix);
  view.u.ref.heap = static_cast<int32_t>(heaps_.size() - 1);
  view.u.ref.offset = static_cast<int32_t>(at - heap_);
}

std::span<const Heap> TextWriter::heaps() {
  Heap* const heaps = arena_.allocate_array<Heap>(static_cast<int64_t>(heaps_.size()));
  std::copy(heaps_.begin(), heaps_.end(), heaps);
  return {heaps, heaps_.size()};
}

}  // namespace weir::expr
