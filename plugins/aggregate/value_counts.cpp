#include "value_counts.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "value_hash.hpp"

namespace weir::aggregates {
namespace {

constexpr uint32_t kFirstCountsCapacity = 8;
constexpr size_t kRecordHead = 12;
/// An entry: the record's place + 1 above 24 bits of its hash.
constexpr int kTagBits = 24;
constexpr uint64_t kTagMask = (uint64_t{1} << kTagBits) - 1;

uint64_t* places(const ValueCountsSlot& slot) { return reinterpret_cast<uint64_t*>(slot.table->data); }

/// Takes one record off the front, or nothing when it is cut off.
std::optional<CountedValue> next_record(std::string_view& records) {
  if (records.size() < kRecordHead) return std::nullopt;
  uint64_t times = 0;
  uint32_t size = 0;
  std::memcpy(&times, records.data(), sizeof(times));
  std::memcpy(&size, records.data() + sizeof(times), sizeof(size));
  if (records.size() - kRecordHead < size) return std::nullopt;
  const CountedValue made{records.substr(kRecordHead, size), times};
  records.remove_prefix(kRecordHead + size);
  return made;
}

}  // namespace

void ValueCounts::add(std::string_view value, uint64_t times) {
  if ((slot_.count + 1) * 4 > uint64_t{slot_.capacity} * 3) grow();
  const uint64_t hash = hash_text(value);
  const uint64_t tag = hash & kTagMask;
  const uint32_t mask = slot_.capacity - 1;
  for (uint64_t at = (hash >> kTagBits) & mask;; at = (at + 1) & mask) {
    const uint64_t entry = places(slot_)[at];
    if (entry == 0) {
      const uint64_t offset = append(value, times);
      places(slot_)[at] = ((offset + 1) << kTagBits) | tag;
      ++slot_.count;
      return;
    }
    if ((entry & kTagMask) != tag) continue;
    uint8_t* const record = slot_.records->data + (entry >> kTagBits) - 1;
    uint64_t before = 0;
    uint32_t size = 0;
    std::memcpy(&before, record, sizeof(before));
    std::memcpy(&size, record + sizeof(before), sizeof(size));
    if (std::string_view(reinterpret_cast<const char*>(record) + kRecordHead, size) != value) continue;
    before += times;
    std::memcpy(record, &before, sizeof(before));
    return;
  }
}

uint64_t ValueCounts::append(std::string_view value, uint64_t times) {
  const uint64_t offset = slot_.bytes_used;
  const auto size = static_cast<uint32_t>(value.size());
  resize_(slot_.records, offset + kRecordHead + size);
  uint8_t* const record = slot_.records->data + offset;
  std::memcpy(record, &times, sizeof(times));
  std::memcpy(record + sizeof(times), &size, sizeof(size));
  if (size > 0) std::memcpy(record + kRecordHead, value.data(), size);
  slot_.bytes_used = offset + kRecordHead + size;
  return offset;
}

void ValueCounts::grow() {
  const uint32_t capacity = std::max(kFirstCountsCapacity, slot_.capacity * 2);
  resize_(slot_.table, capacity * sizeof(uint64_t));
  std::memset(slot_.table->data, 0, capacity * sizeof(uint64_t));
  slot_.capacity = capacity;
  uint64_t offset = 0;
  for (const CountedValue& counted : all(slot_)) {
    const uint64_t hash = hash_text(counted.value);
    uint64_t at = (hash >> kTagBits) & (capacity - 1);
    while (places(slot_)[at] != 0) at = (at + 1) & (capacity - 1);
    places(slot_)[at] = ((offset + 1) << kTagBits) | (hash & kTagMask);
    offset += kRecordHead + counted.value.size();
  }
}

std::string_view ValueCounts::saved(const ValueCountsSlot& slot) {
  if (slot.records == nullptr) return {};
  return {reinterpret_cast<const char*>(slot.records->data), slot.bytes_used};
}

std::vector<CountedValue> ValueCounts::all(const ValueCountsSlot& slot) {
  std::vector<CountedValue> made;
  std::string_view records = saved(slot);
  while (const auto counted = next_record(records)) made.push_back(*counted);
  return made;
}

Status ValueCounts::merge(std::string_view saved) {
  while (const auto counted = next_record(saved)) add(counted->value, counted->times);
  return saved.empty() ? Status() : Status::corrupt("the partial form of counted values is cut off");
}

}  // namespace weir::aggregates
