#include "state/value_entry.hpp"

#include <cstring>

#include "state/value_table.hpp"

namespace weir {
namespace {

void begin_entry(const ValueTable& table, EntryKind kind, const Record* record, std::string& out) {
  put_number(out, static_cast<uint8_t>(kind));
  put_number(out, table.shape().ns(record));
}

void put_key(const ValueTable& table, const Record* record, std::string& out) {
  const RecordShape& shape = table.shape();
  const size_t length_at = out.size();
  put_number(out, uint32_t{0});
  table.spec().key.append_key_bytes(shape.words(record), shape.texts(record), out);
  const auto length = static_cast<uint32_t>(out.size() - length_at - sizeof(uint32_t));
  std::memcpy(out.data() + length_at, &length, sizeof(length));
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
  const bool has_time = table.age().is_on();
  begin_entry(table, has_time ? EntryKind::kTimedPut : EntryKind::kPut, record, out);
  if (has_time) put_number(out, table.shape().time(record));
  put_key(table, record, out);
  const char* const slot = table.shape().slot(record);
  const size_t slot_at = out.size();
  out.append(slot, table.shape().slot_size());
  for (const uint32_t offset : table.spec().ref_offsets) {
    std::memset(out.data() + slot_at + offset, 0, sizeof(weir_block*));
    const weir_block* const block = block_in(slot, offset);
    put_number(out, block == nullptr ? uint64_t{0} : block->size);
    if (block != nullptr) out.append(reinterpret_cast<const char*>(block->data), block->size);
  }
}

void put_remove_entry(const ValueTable& table, const Record* record, std::string& out) {
  begin_entry(table, EntryKind::kRemove, record, out);
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
