#include "state/value_entry.hpp"

#include <cstring>

#include "state/value_table.hpp"

namespace weir {
namespace {

constexpr uint32_t kNotYet = 0;  // In place of the key's length.

/// Needs: kNotYet is the last that was put.
void put_key(const ValueTable& table, const Record* record, std::string& out) {
  const RecordShape& shape = table.shape();
  const size_t key_at = out.size();
  table.spec().key.append_key_bytes(shape.words(record), shape.texts(record), out);
  const auto length = static_cast<uint32_t>(out.size() - key_at);
  std::memcpy(out.data() + key_at - sizeof(length), &length, sizeof(length));
}

}  // namespace

weir_block* block_in(const char* slot, uint32_t offset) {
  weir_block* block = nullptr;
  std::memcpy(&block, slot + offset, sizeof(block));
  return block;
}

void set_block(char* slot, uint32_t offset, weir_block* block) {
  std::memcpy(slot + offset, &block, sizeof(block));
}

void put_entry(const ValueTable& table, Record* record, std::string& out) {
  const RecordShape& shape = table.shape();
  if (table.age().is_on()) {
    put_numbers(out, static_cast<uint8_t>(EntryKind::kTimedPut), shape.ns(record), shape.time(record),
                kNotYet);
  } else {
    put_numbers(out, static_cast<uint8_t>(EntryKind::kPut), shape.ns(record), kNotYet);
  }
  put_key(table, record, out);
  const size_t slot_at = out.size();
  out.append(shape.slot(record), shape.slot_size());
  for (const uint32_t offset : table.spec().ref_offsets) {
    std::memset(out.data() + slot_at + offset, 0, sizeof(weir_block*));
    const weir_block* const block = block_in(shape.slot(record), offset);
    put_number(out, block == nullptr ? uint64_t{0} : block->size);
    if (block != nullptr) out.append(reinterpret_cast<const char*>(block->data), block->size);
  }
}

void put_remove_entry(const ValueTable& table, const Record* record, std::string& out) {
  put_numbers(out, static_cast<uint8_t>(EntryKind::kRemove), table.shape().ns(record), kNotYet);
  put_key(table, record, out);
}

bool read_entry(ByteReader& reader, uint32_t slot_size, size_t ref_count, ValueEntry& entry) {
  const auto kind = reader.number<uint8_t>();
  entry.ns = reader.number<int64_t>();
  entry.slot = {};
  entry.blocks.clear();
  if (kind > static_cast<uint8_t>(EntryKind::kTimedPut)) return false;
  entry.kind = static_cast<EntryKind>(kind);
  entry.has_time = entry.kind == EntryKind::kTimedPut;
  if (entry.has_time) {
    entry.time_us = reader.number<int64_t>();
    entry.kind = EntryKind::kPut;
  }
  entry.key = reader.text();
  if (entry.kind == EntryKind::kPut) {
    entry.slot = reader.bytes(slot_size);
    for (size_t i = 0; i < ref_count && reader.is_good(); ++i) {
      entry.blocks.push_back(reader.bytes(reader.number<uint64_t>()));
    }
  }
  return reader.is_good();
}

}  // namespace weir
