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
#include "state/record_index.hpp"
#include "state/record_pool.hpp"
#include "state/run_stack.hpp"
#include "state/state_age.hpp"
#include "state/text_arena.hpp"
#include "state/value_changes.hpp"

namespace weir {

/// An open-addressing table that is asked a batch of keys at a time.
///
/// A record holds the key as words (KeyShape) and, right behind it, the slot: the lines that a comparison
/// loads are the ones that the component touches next. The index keeps 16 bits of each hash beside the
/// pointer, so that other keys' records are rarely looked at. Records stay where they are until removed.
/// Each namespace has a list of its records, so that closing a window touches no other.
///
/// When its records take more memory than the spec allows, settle() puts all of them aside in a sorted run
/// and begins with an empty memory; a key that is asked for later is brought back (see
/// docs/decisions/state-spills-in-sorted-runs.md).
///
/// With a ttl a record has the time of its last find_or_insert() before its slot. Whoever comes to one that
/// is gone by it takes it for missing; settle() frees such ones, a bounded number a call while the table is
/// gone through in the order of memory, once for each half of the ttl. In runs they are left out when a pass
/// begins.
///
/// Threads: one at a time.
class ValueTable {
 public:
  struct Spec {
    std::string name;  ///< For messages.
    KeyShape key;
    uint32_t slot_size = 0;
    std::vector<uint32_t> ref_offsets;  ///< Each 8-aligned and inside the slot.
    uint64_t memory_bytes = MemoryAccount::kNoLimit;
    std::string spill_path = {};  ///< Of temporary files; empty: nothing is put aside.
    int64_t ttl_us = 0;
  };
  /// Borrows `account` and `disk` (null without a spill_path) as long as the table lives.
  ValueTable(Spec spec, MemoryAccount& account, Disk* disk = nullptr);
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

  /// Entries that have reached their age at `time_us` are gone. Not while slots are in use.
  void reach(int64_t time_us);
  /// Whether nobody told the time since the last settle(): slots that were given out since must stay, so
  /// time stands still for one call of the component.
  bool wants_time() const { return age_.is_on() && !knows_time_; }
  const StateAge& age() const { return age_; }
  StateAge& age() { return age_; }
  /// Whether a record is there for whoever asks.
  bool is_here(Record* record) const { return record->is_live && !is_gone(record); }
  /// When a stored record was written. Needs: a ttl. For restore.
  void set_time(Record* record, int64_t time_us) { shape_.time(record) = time_us; }

  /// Frees some of what its age has taken, and puts all slots aside when they take too much memory. Call
  /// between two calls of the component: slots that were given out are of no use afterwards. Fails with
  /// kNoSpace when not even the places of what was put aside fit into memory, with kIo or kNoSpace when it
  /// cannot be written.
  Status settle();
  Status put_aside();
  /// What was put aside; null: nothing ever was.
  RunStack* runs() { return runs_.get(); }

  uint64_t held_bytes() const;
  /// [bytes] of what was put aside.
  uint64_t file_bytes() const { return runs_ == nullptr ? 0 : runs_->file_bytes(); }
  uint64_t key_count() const { return count_ + (runs_ == nullptr ? 0 : runs_->key_count()); }
  const Spec& spec() const { return spec_; }

  /// Calls `visit` for each record in memory in no order, the dead ones that hide others too; nothing may be
  /// changed meanwhile.
  void for_each(const std::function<void(Record*)>& visit) const;
  const RecordShape& shape() const { return shape_; }
  /// Returns the record of a key in words (word 0 the namespace), made anew with a slot of zeros whether it
  /// was there or not. For restore, as the next two.
  Result<Record*> insert_anew(const uint64_t* words, const char* const* texts);
  Status remove_one(const uint64_t* words, const char* const* texts);
  void finish_restore() { compact_texts(); }

  /// What a checkpoint of changes has to write; save_values() reads it and begins it anew.
  ValueChanges& changes() { return changes_; }
  bool has_changes() const { return !changes_.is_empty() || (runs_ != nullptr && runs_->has_changes()); }
  uint8_t group_of(Record* record) const;

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
  bool reserve_pane(int64_t ns);
  void drop_empty_pane(int64_t ns);
  void put_in_pane(Record* record);
  void take_from_pane(Record* record);
  /// Notes that whoever has the slot may write into it.
  void touch(Record* record) {
    if (!record->is_touched) note_touched(record);
  }
  void note_touched(Record* record);
  /// Looks at a record that is not marked as touched. Returns it, or null when its key is gone.
  template <bool kInsert>
  Record* first_touch(Record* record, bool& is_new);
  bool is_gone(Record* record) const { return age_.is_on() && age_.is_gone(shape_.time(record)); }
  /// Looks at the age of a record that was asked for. Returns it, or null when it is gone.
  template <bool kInsert>
  Record* at_age(Record* record, bool& is_new);
  Status sweep();
  size_t record_count() const { return count_ + gone_count_; }
  /// Returns the record of a key in memory or brought back into it, dead ones too; null when there is none.
  Result<Record*> seek(uint64_t hash, const uint64_t* words, const char* const* texts);
  Result<Record*> bring_back(uint64_t hash, const uint64_t* words, const char* const* texts,
                             const RunItem& item);
  Status fill(Record* record, const ValueEntry& entry);
  void free_blocks(Record* record);
  /// Makes its slot zeros.
  void empty_slot(Record* record);
  /// The record stays, without its slot, to hide what lies in runs.
  void make_gone(Record* record);
  void remove_found(Record* record);
  void forget_memory();
  void take_out(Record* record);
  void note_removed(Record* record);
  /// Frees blocks, texts and, when no scan may still hold it, the record.
  void discard(Record* record);
  void compact_texts();
  Status no_memory() const;

  void give(Record* record);
  Status fill_portion(int64_t upto, size_t max_rows);
  Status fill_merged_portion(int64_t upto, size_t max_rows);
  Status begin_merged();
  Record* peek_memory(int64_t upto);
  Status peek_run(int64_t upto, const RunItem*& item);
  Result<Record*> bring_back_for_scan(const RunItem& item);
  bool is_behind_last(const Record* record) const;
  void keep_last();
  /// Records that the scan brought back and nobody changed leave memory again.
  void drop_scanned();
  uint64_t slot_hash(Record* record) const;
  bool load_next_pane(int64_t upto);
  void end_scan();

  const Spec spec_;
  const RecordShape shape_;
  MemoryAccount& account_;
  Disk* const disk_;
  RecordPool pool_;
  TextArena texts_;
  RecordIndex index_;
  KeyBlock block_;
  size_t count_ = 0;       // Of live records.
  size_t gone_count_ = 0;  // Of dead ones that hide what lies in runs.
  uint64_t block_bytes_ = 0;
  static constexpr size_t kPaneBytes = 128;  // A node of panes_ and the first entries in it.
  std::map<int64_t, Pane> panes_;            // By namespace; none is empty.
  Pane* last_pane_ = nullptr;                // Most rows of a batch go to one namespace.
  int64_t last_namespace_ = 0;
  std::unique_ptr<Scan> scan_;
  ValueChanges changes_;
  StateAge age_;
  bool knows_time_ = false;         // Since the last settle().
  bool is_sweeping_ = false;        // Whether a pass through all records has begun, ...
  RecordPool::Place sweep_at_;      // ... where it goes on, ...
  size_t asked_since_sweep_ = 0;    // ... and how many rows were asked for since it last went on.
  std::unique_ptr<RunStack> runs_;  // Null until something is put aside.
};

}  // namespace weir
