#pragma once
// One slot of a keyed table, or that there is none any more, as bytes: what pages and temporary files hold.
//
// - put: u8 0, i64 namespace, canonical key bytes (u32 length), the slot with its refs as zeros, and for each
//   ref u64 size and bytes of its block
// - put of a state with a ttl: u8 2, i64 namespace, i64 time at which it was written, then as put
// - remove: u8 1, i64 namespace, canonical key bytes (u32 length)
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <weir/abi.h>

#include "state/byte_codec.hpp"

namespace weir {

class ValueTable;
struct Record;

enum class EntryKind : uint8_t { kPut = 0, kRemove = 1, kTimedPut = 2 };

weir_block* block_in(const char* slot, uint32_t offset);
void set_block(char* slot, uint32_t offset, weir_block* block);

/// Appends the entry of a record.
void put_entry(const ValueTable& table, Record* record, std::string& out);
/// Appends that a record's key is gone.
void put_remove_entry(const ValueTable& table, const Record* record, std::string& out);

/// An entry in parts. A put has kind kPut, with its time or without. Borrows from the bytes that were read.
struct ValueEntry {
  EntryKind kind = EntryKind::kPut;
  int64_t ns = 0;
  bool has_time = false;
  int64_t time_us = 0;  ///< Then.
  std::string_view key;
  std::string_view slot;
  std::vector<std::string_view> blocks;  ///< One for each ref.
};

/// Reads the next entry into `entry`. Returns whether it was whole; the reader is of no use when not.
bool read_entry(ByteReader& reader, uint32_t slot_size, size_t ref_count, ValueEntry& entry);

}  // namespace weir
