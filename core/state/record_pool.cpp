#include "state/record_pool.hpp"

#include <algorithm>
#include <cstring>

#include "state/charged.hpp"

namespace weir {
namespace {

constexpr size_t kFirstChunkBytes = 8 * 1024;
constexpr size_t kLargestChunkBytes = 1024 * 1024;

uint32_t up_to_16(uint32_t size) { return (size + 15) & ~uint32_t{15}; }

}  // namespace

RecordShape::RecordShape(const KeyShape& key, uint32_t slot_size, RecordTime time)
    : texts_offset_(static_cast<uint32_t>(sizeof(Record)) + key.word_count() * 8),
      slot_offset_(up_to_16(texts_offset_ + key.text_count() * 8 +
                            (time == RecordTime::kKept ? static_cast<uint32_t>(sizeof(int64_t)) : 0))),
      slot_size_(slot_size),
      record_size_(slot_offset_ + up_to_16(slot_size)) {}

RecordPool::RecordPool(uint32_t record_size, MemoryAccount& account)
    : record_size_(record_size), account_(account) {}

RecordPool::~RecordPool() { release_from(0); }

void RecordPool::release_from(size_t first_chunk) {
  for (size_t i = first_chunk; i < chunks_.size(); ++i) {
    const size_t bytes = chunks_[i].record_count * record_size_;
    release_charged(account_, chunks_[i].bytes, bytes);
    account_.uncharge(chunks_[i].record_count * kPointersBytes);
    held_bytes_ -= chunks_[i].record_count * (record_size_ + kPointersBytes);
  }
  chunks_.resize(std::min(chunks_.size(), first_chunk));
}

bool RecordPool::grow() {
  const size_t wanted = chunks_.empty()
                            ? kFirstChunkBytes
                            : std::min(kLargestChunkBytes, 2 * chunks_.back().record_count * record_size_);
  const size_t count = std::max<size_t>(1, wanted / record_size_);
  if (!account_.try_charge(count * kPointersBytes)) return false;
  char* const bytes = static_cast<char*>(allocate_charged(account_, count * record_size_));
  if (bytes == nullptr) {
    account_.uncharge(count * kPointersBytes);
    return false;
  }
  chunks_.push_back({bytes, count});
  fresh_ = count;
  held_bytes_ += count * (record_size_ + kPointersBytes);
  return true;
}

Record* RecordPool::take() {
  Record* record = free_;
  if (record != nullptr) {
    free_ = reinterpret_cast<Record*>(record->hash);
  } else {
    if (fresh_ == 0 && !grow()) return nullptr;
    const Chunk& chunk = chunks_.back();
    record = reinterpret_cast<Record*>(chunk.bytes + (chunk.record_count - fresh_) * record_size_);
    --fresh_;
  }
  std::memset(static_cast<void*>(record), 0, record_size_);
  ++live_count_;
  return record;
}

void RecordPool::clear() {
  release_from(0);
  free_ = nullptr;
  fresh_ = 0;
  live_count_ = 0;
}

void RecordPool::give_back(Record* record) {
  record->is_live = false;
  record->hash = reinterpret_cast<uint64_t>(free_);
  free_ = record;
  if (--live_count_ > 0) return;
  release_from(1);
  free_ = nullptr;
  fresh_ = chunks_.front().record_count;
}

}  // namespace weir
