#pragma once
// The lists behind a LIST state: rows by key, ordered by namespace.
#include <cstdint>
#include <string>
#include <vector>

#include <weir/abi.h>
#include <weir/batch.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

#include "data/memory.hpp"
#include "state/list_entries.hpp"
#include "state/record_heap.hpp"
#include "state/record_table.hpp"
#include "state/row_store.hpp"
#include "state/state_age.hpp"

namespace weir {

/// A table of keys, each with the numbers of its rows in a RowStore, beside a heap of keys by their lowest
/// namespace: removing what lies at or below a namespace touches no key that has nothing there.
///
/// Threads: one at a time.
class ListTable {
 public:
  struct Spec {
    std::string name;  ///< For messages.
    KeyShape key;
    Schema values;
    int64_t ttl_us = 0;
  };
  /// Borrows `account` as long as the table lives.
  ListTable(Spec spec, MemoryAccount& account);
  ~ListTable();
  ListTable(const ListTable&) = delete;
  ListTable& operator=(const ListTable&) = delete;

  /// As weir_state_calls has them. Fail with kInvalid when columns are not the state's, kNoSpace: of the rows
  /// of that call some may be there.
  Status append(const weir_keys& keys, const weir_column* const* values);
  Result<Batch> read(const weir_keys& keys, const int64_t* from, const int64_t* to);
  void remove_upto(int64_t upto);
  /// Entries that have reached their age at `time_us` are gone.
  void reach(int64_t time_us);
  /// Frees all entries that are gone by their age.
  void sweep();

  RecordTable& records() { return records_; }
  const RecordTable& records() const { return records_; }
  size_t count() const { return records_.count(); }
  size_t row_count() const { return rows_.count(); }
  uint64_t held_bytes() const {
    return records_.held_bytes() + rows_.held_bytes() + heap_.held_bytes() + entry_bytes_;
  }

  // For pages.
  const StateAge& age() const { return age_; }
  StateAge& age() { return age_; }
  const RowStore& rows() const { return rows_; }
  /// The rows of a key that are not gone, in order.
  std::vector<ListEntry> entries_of(Record* record) const;
  /// Appends rows that belong to no key yet. Returns the number of the first. `times` as RowStore has them.
  Result<uint64_t> restore_rows(const Batch& values, const int64_t* times);
  /// Puts such rows, from `first` on, under a key, which is made where it is missing.
  Status restore_key(const uint64_t* words, const char* const* texts, std::span<const int64_t> namespaces,
                     uint64_t first);

 private:
  struct Slot {
    ListEntries entries;
    uint32_t place;  // In heap_.
  };
  ListEntries& entries(Record* record) const { return records_.slot<Slot>(record).entries; }
  bool add(Record* record, ListEntry entry);
  bool is_gone(const ListEntry& entry) const {
    return age_.is_on() && age_.is_gone(rows_.time_of(entry.row));
  }
  void drop_front(Record* record, size_t count);
  void remove_if_empty(Record* record);

  RecordTable records_;
  RowStore rows_;
  MemoryAccount& account_;
  RecordHeap heap_;  // By lowest namespace.
  StateAge age_;
  uint64_t entry_bytes_ = 0;    // Outside of slots.
  std::vector<Record*> found_;  // Of the call that runs.
};

}  // namespace weir
