#pragma once
// Records by key: the hash table under lists, maps and timers.
#include <cstdint>
#include <string>
#include <vector>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "data/memory.hpp"
#include "state/key_block.hpp"
#include "state/key_shape.hpp"
#include "state/record_changes.hpp"
#include "state/record_index.hpp"
#include "state/record_pool.hpp"
#include "state/text_arena.hpp"

namespace weir {

/// An open-addressing table of records that is asked a batch of keys at a time. Records stay where they are
/// until removed, so that other structures may hold pointers to them.
///
/// Threads: one at a time.
class RecordTable {
 public:
  /// Borrows `account` as long as the table lives. `name` is for messages.
  RecordTable(std::string name, KeyShape key, uint32_t slot_size, MemoryAccount& account);
  RecordTable(const RecordTable&) = delete;
  RecordTable& operator=(const RecordTable&) = delete;

  /// records[i] = the record of the i-th picked row. insert() makes what is missing, with a slot of zeros;
  /// find() answers null there. Fail with kInvalid when the columns are not the key's; insert() with
  /// kNoSpace, rows before the failing one are done.
  Status insert(const weir_keys& keys, std::vector<Record*>& records);
  Status find(const weir_keys& keys, std::vector<Record*>& records);
  /// Returns the record of a key in words (word 0 the namespace), made where it is missing. Fails with
  /// kNoSpace.
  Result<Record*> insert(const uint64_t* words, const char* const* texts);
  /// Makes the record of a key in words. Fails with kCorrupt when it is there already.
  Result<Record*> insert_new(const uint64_t* words, const char* const* texts);
  void remove(Record* record);

  const std::string& name() const { return name_; }
  const KeyShape& key() const { return key_; }
  const RecordShape& shape() const { return shape_; }
  template <class Slot>
  Slot& slot(Record* record) const {
    return *reinterpret_cast<Slot*>(shape_.slot(record));
  }
  /// What a checkpoint of changes has to write. Who changes what lies under a record tells it by touch().
  void touch(Record* record) { changes_.touch(record); }
  RecordChanges& changes() { return changes_; }
  const RecordChanges& changes() const { return changes_; }
  size_t count() const { return count_; }
  uint64_t held_bytes() const;
  /// Calls `visit` for each record in no order; nothing may be added or removed meanwhile.
  template <class Visit>
  void for_each(Visit&& visit) const {
    index_.for_each(visit);
  }
  /// Returns the fault of a state that got no memory.
  Status no_memory() const;

 private:
  template <class Visit>
  Status for_each_key(const weir_keys& keys, Visit&& visit);
  bool is_same(const Record* record, const uint64_t* words, const char* const* texts) const;
  Record* find_one(uint64_t hash, const uint64_t* words, const char* const* texts) const;
  Record* insert_one(uint64_t hash, const uint64_t* words, const char* const* texts);
  bool copy_texts(Record* record, TextArena& into) const;
  void compact_texts();

  const std::string name_;
  const KeyShape key_;
  const RecordShape shape_;
  MemoryAccount& account_;
  RecordPool pool_;
  TextArena texts_;
  RecordIndex index_;
  KeyBlock block_;
  RecordChanges changes_;
  size_t count_ = 0;
};

}  // namespace weir
