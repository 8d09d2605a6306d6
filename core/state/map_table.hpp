#pragma once
// The maps behind a MAP state: one row for each (key, namespace, second key).
#include <cstdint>
#include <string>
#include <vector>

#include <weir/abi.h>
#include <weir/batch.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

#include "data/memory.hpp"
#include "state/record_table.hpp"
#include "state/row_store.hpp"
#include "state/state_age.hpp"

namespace weir {

/// A table of keys and second keys together, each with the number of its row in a RowStore, which holds what
/// is beside the second key.
///
/// Threads: one at a time.
class MapTable {
 public:
  struct Spec {
    std::string name;  ///< For messages.
    KeyShape key;      ///< Of the key alone: it decides the group.
    KeyShape both;     ///< Of the key and the second key behind it.
    Schema values;     ///< With the second key as its first column.
    int64_t ttl_us = 0;
  };
  /// Borrows `account` as long as the table lives. Needs: values has at least one column.
  MapTable(Spec spec, MemoryAccount& account);
  MapTable(const MapTable&) = delete;
  MapTable& operator=(const MapTable&) = delete;

  /// As weir_state_calls has them. Fail with kInvalid when columns are not the state's, kNoSpace: of the rows
  /// of that call some may be there.
  Status put(const weir_keys& keys, const weir_column* const* values);
  Result<Batch> get(const weir_keys& keys, const weir_column& second);
  Status remove(const weir_keys& keys, const weir_column& second);
  /// Entries that have reached their age at `time_us` are gone.
  void reach(int64_t time_us);
  /// Frees all entries that are gone by their age.
  void sweep();

  size_t count() const { return records_.count(); }
  uint64_t held_bytes() const { return records_.held_bytes() + rows_.held_bytes(); }

  // For pages.
  const KeyShape& key() const { return key_; }
  RecordTable& records() { return records_; }
  const RecordTable& records() const { return records_; }
  const RowStore& rows() const { return rows_; }
  const StateAge& age() const { return age_; }
  StateAge& age() { return age_; }
  bool is_gone(Record* record) const { return age_.is_on() && age_.is_gone(rows_.time_of(row_of(record))); }
  uint64_t row_of(Record* record) const { return records_.slot<Slot>(record).row_and_one - 1; }
  /// Appends rows that belong to no key yet. Returns the number of the first.
  Result<uint64_t> restore_rows(const Batch& values, const int64_t* times);
  /// Gives a new key such a row. Fails with kCorrupt when the key is there already.
  Status restore_key(const uint64_t* words, const char* const* texts, uint64_t row);

 private:
  struct Slot {
    uint64_t row_and_one;  // 0: a record that was made and has no row yet.
  };
  /// Fails with kInvalid when `second` has too few rows.
  Result<weir_keys> with_second(const weir_keys& keys, const weir_column& second);
  void discard(Record* record);

  const KeyShape key_;
  RecordTable records_;
  RowStore rows_;
  StateAge age_;
  std::vector<const weir_column*> columns_;  // Of the call that runs.
  std::vector<Record*> found_;
};

}  // namespace weir
