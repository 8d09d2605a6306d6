#pragma once
// The keyed table behind a VALUES state: one fixed-size slot for each (key, namespace).
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "data/memory.hpp"
#include "state/key_block.hpp"
#include "state/key_shape.hpp"
#include "state/record_pool.hpp"
#include "state/text_arena.hpp"

namespace weir {

/// An open-addressing table that is asked a batch of keys at a time.
///
/// A record holds the key as words (KeyShape) and, right behind it, the slot: the lines that a comparison
/// loads are the ones that the component touches next. The index keeps 16 bits of each hash beside the
/// pointer, so that other keys' records are rarely looked at. Records stay where they are until removed.
/// Each namespace has a list of its records, so that closing a window touches no other.
///
/// Threads: one at a time.
class ValueTable {
 public:
  struct Spec {
    std::string name;  ///< For messages.
    KeyShape key;
    uint32_t slot_size = 0;
    std::vector<uint32_t> ref_offsets;  ///< Each 8-aligned and inside the slot.
  };
  /// Borrows `account` as long as the table lives.
  ValueTable(Spec spec, MemoryAccount& account);
  ~ValueTable();
  ValueTable(const ValueTable&) = delete;
  ValueTable& operator=(const ValueTable&) = delete;

  /// As weir_state_calls has them. Fail with kInvalid when the columns are not the key's, kNoSpace when the
  /// account has no more: rows before the failing one are done.
  Status find_or_insert(const weir_keys& keys, void** slots, uint8_t* inserted);
  Status find(const weir_keys& keys, void** slots);
  Status remove(const weir_keys& keys);
  Status remove_upto(int64_t upto);
  /// Fails with kNotFound or kExists at the first row whose source is missing or whose target is taken; rows
  /// before it are moved.
  Status move(const weir_keys& keys, const int64_t* targets);
  Status block_resize(weir_block** ref, uint64_t size);
  /// See weir_scan. One scan at a time: cursor 0 begins anew. Rows removed meanwhile are left out, rows
  /// inserted meanwhile may be. Fails with kInvalid for any cursor but 0 and the last one.
  Status scan(int64_t upto, int64_t max_rows, weir_scan& scan);

  uint64_t held_bytes() const;
  uint64_t key_count() const { return count_; }
  const Spec& spec() const { return spec_; }

  /// Calls `visit` for each record in no order; nothing may be changed meanwhile.
  void for_each(const std::function<void(Record*)>& visit) const;
  const RecordShape& shape() const { return shape_; }
  /// Makes the record of a key in words (word 0 the namespace). Fails with kCorrupt when it is there already.
  /// For restore.
  Result<Record*> insert_new(const uint64_t* words, const char* const* texts);

 private:
  using Pane = std::vector<Record*>;
  struct Scan;

  template <bool kInsert>
  Status look_up(const weir_keys& keys, void** slots, uint8_t* inserted);
  void probe_block(uint32_t count, Record** candidates) const;
  bool is_same(const Record* record, const uint64_t* words, const char* const* texts, bool has_long) const;
  Record* find_one(uint64_t hash, const uint64_t* words, const char* const* texts) const;
  /// Returns null when there is no memory.
  Record* insert(uint64_t hash, const uint64_t* words, const char* const* texts);
  bool copy_texts(Record* record, TextArena& into) const;
  bool reserve_one();
  void put_in_index(Record* record);
  void take_from_index(const Record* record);
  void put_in_pane(Record* record);
  void take_from_pane(Record* record);
  /// Frees blocks, texts and, when no scan may still hold it, the record.
  void discard(Record* record);
  void compact_texts();
  void rebuild_index();
  /// Halves an index that is nearly empty, so that closing windows never goes on clearing an old peak's size.
  /// Needs: rebuild_index() follows.
  void shrink_index();
  Status no_memory() const;

  void fill_portion(int64_t upto, size_t max_rows);
  bool load_next_pane(int64_t upto);
  void end_scan();

  const Spec spec_;
  const RecordShape shape_;
  MemoryAccount& account_;
  RecordPool pool_;
  TextArena texts_;
  KeyBlock block_;
  std::vector<uint64_t> index_;  // 16 bits of the hash above 48 of the pointer; 0: free.
  size_t count_ = 0;
  uint64_t block_bytes_ = 0;
  std::map<int64_t, Pane> panes_;  // By namespace; none is empty.
  Pane* last_pane_ = nullptr;      // Most rows of a batch go to one namespace.
  int64_t last_namespace_ = 0;
  std::unique_ptr<Scan> scan_;
};

}  // namespace weir
