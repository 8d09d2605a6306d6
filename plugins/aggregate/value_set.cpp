#include "value_set.hpp"

#include <algorithm>
#include <cstring>

#include "value_hash.hpp"

namespace weir::aggregates {
namespace {

constexpr uint32_t kFirstCapacity = 4;  // With a block's header less than a cache line.
/// An entry of a text: its offset + 1 above 24 bits of its hash, which spare most comparisons.
constexpr int kHashBits = 24;
constexpr uint64_t kHashMask = (uint64_t{1} << kHashBits) - 1;

uint64_t* entries(const ValueSetSlot& slot) { return reinterpret_cast<uint64_t*>(slot.table->data); }

/// Makes the table twice as large and empty. Returns the old entries.
std::vector<uint64_t> double_table(ValueSetSlot& slot, const ResizeBlock& resize) {
  std::vector<uint64_t> old;
  if (slot.capacity > 0) old.assign(entries(slot), entries(slot) + slot.capacity);
  const uint32_t capacity = std::max(kFirstCapacity, slot.capacity * 2);
  resize(slot.table, capacity * sizeof(uint64_t));
  std::memset(slot.table->data, 0, capacity * sizeof(uint64_t));
  slot.capacity = capacity;
  return old;
}

/// At most three of four entries are taken.
bool is_full(const ValueSetSlot& slot) { return (slot.count + 1) * 4 > uint64_t{slot.capacity} * 3; }

}  // namespace

void NumberSet::insert(uint64_t number) {
  if (number == 0) {
    slot_.count += slot_.has_zero == 0 ? 1 : 0;
    slot_.has_zero = 1;
    return;
  }
  if (is_full(slot_)) grow();
  uint64_t* const table = entries(slot_);
  const uint32_t mask = slot_.capacity - 1;
  for (uint64_t at = mix(number) & mask;; at = (at + 1) & mask) {
    if (table[at] == number) return;
    if (table[at] != 0) continue;
    table[at] = number;
    ++slot_.count;
    return;
  }
}

void NumberSet::grow() {
  for (const uint64_t number : double_table(slot_, resize_)) {
    if (number == 0) continue;
    uint64_t at = mix(number) & (slot_.capacity - 1);
    while (entries(slot_)[at] != 0) at = (at + 1) & (slot_.capacity - 1);
    entries(slot_)[at] = number;
  }
}

void NumberSet::save(const ValueSetSlot& slot, std::string& out) {
  const auto append = [&](uint64_t number) {
    out.append(reinterpret_cast<const char*>(&number), sizeof(number));
  };
  if (slot.has_zero != 0) append(0);
  for (uint32_t i = 0; i < slot.capacity; ++i)
    if (entries(slot)[i] != 0) append(entries(slot)[i]);
}

void NumberSet::merge(std::string_view saved) {
  for (; saved.size() >= sizeof(uint64_t); saved.remove_prefix(sizeof(uint64_t))) {
    uint64_t number = 0;
    std::memcpy(&number, saved.data(), sizeof(number));
    insert(number);
  }
}

void TextSet::insert(std::string_view text) {
  if (is_full(slot_)) grow();
  const uint64_t hash = hash_text(text);
  const uint64_t tag = hash & kHashMask;
  const uint32_t mask = slot_.capacity - 1;
  // The bits that choose the place are not those of the tag.
  for (uint64_t at = (hash >> kHashBits) & mask;; at = (at + 1) & mask) {
    const uint64_t entry = entries(slot_)[at];
    if (entry == 0) {
      const uint64_t offset = append(text);
      entries(slot_)[at] = ((offset + 1) << kHashBits) | tag;
      ++slot_.count;
      return;
    }
    if ((entry & kHashMask) == tag && text_at((entry >> kHashBits) - 1) == text) return;
  }
}

std::string_view TextSet::text_at(uint64_t offset) const {
  uint32_t size = 0;
  std::memcpy(&size, slot_.bytes->data + offset, sizeof(size));
  return {reinterpret_cast<const char*>(slot_.bytes->data + offset + sizeof(size)), size};
}

uint64_t TextSet::append(std::string_view text) {
  const uint64_t offset = slot_.bytes_used;
  const auto size = static_cast<uint32_t>(text.size());
  // The host makes room for twice as much whenever it must move the block.
  resize_(slot_.bytes, offset + sizeof(size) + size);
  std::memcpy(slot_.bytes->data + offset, &size, sizeof(size));
  if (size > 0) std::memcpy(slot_.bytes->data + offset + sizeof(size), text.data(), size);
  slot_.bytes_used = offset + sizeof(size) + size;
  return offset;
}

void TextSet::grow() {
  for (const uint64_t entry : double_table(slot_, resize_)) {
    if (entry == 0) continue;
    uint64_t at = (hash_text(text_at((entry >> kHashBits) - 1)) >> kHashBits) & (slot_.capacity - 1);
    while (entries(slot_)[at] != 0) at = (at + 1) & (slot_.capacity - 1);
    entries(slot_)[at] = entry;
  }
}

void TextSet::save(const ValueSetSlot& slot, std::string& out) {
  if (slot.bytes != nullptr) out.append(reinterpret_cast<const char*>(slot.bytes->data), slot.bytes_used);
}

void TextSet::merge(std::string_view saved) {
  while (saved.size() >= sizeof(uint32_t)) {
    uint32_t size = 0;
    std::memcpy(&size, saved.data(), sizeof(size));
    saved.remove_prefix(sizeof(size));
    insert(saved.substr(0, size));
    saved.remove_prefix(std::min<size_t>(size, saved.size()));
  }
}

}  // namespace weir::aggregates
