#pragma once
// The timers behind a TIMERS state: one time for each (key, namespace).
#include <cstdint>
#include <string>
#include <vector>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "data/memory.hpp"
#include "state/key_columns.hpp"
#include "state/record_heap.hpp"
#include "state/record_table.hpp"

namespace weir {

enum class DueBy : uint32_t { kWall = 0, kEvent = 1 };

/// Timers that fired: rows of keys, namespaces and times, ordered by time, then by key, then by namespace.
/// The columns may be retained; everything else is the table's until its next take_due().
struct FiredBatch {
  weir_keys keys{};
  const int64_t* times = nullptr;
};

/// A table of keys beside a heap for each clock: setting, moving and cancelling a timer costs the logarithm
/// of how many there are, and a watermark that nothing waits for costs one comparison.
///
/// Threads: one at a time.
class TimerTable {
 public:
  /// Borrows `account` as long as the table lives. `name` is for messages.
  TimerTable(std::string name, KeyShape key, MemoryAccount& account);
  TimerTable(const TimerTable&) = delete;
  TimerTable& operator=(const TimerTable&) = delete;

  /// Gives each key one time, in place of the one it had on whichever clock. Of two rows of one key the later
  /// one counts. Fails with kInvalid when the columns are not the key's, kNoSpace; rows before the failing
  /// one are done.
  Status set(const weir_keys& keys, const int64_t* times, DueBy clock);
  /// Keys without a timer are passed over.
  Status cancel(const weir_keys& keys);
  /// Returns the lowest time on a clock; INT64_MAX when there is none.
  int64_t next_us(DueBy clock) const;
  /// Takes out up to `max_rows` timers of `clock` with time <= `upto`, lowest first. Fails with kNoSpace.
  Result<FiredBatch> take_due(DueBy clock, int64_t upto, size_t max_rows);

  RecordTable& records() { return records_; }
  const RecordTable& records() const { return records_; }
  size_t count() const { return records_.count(); }
  size_t count(DueBy clock) const { return heap(clock).size(); }
  uint64_t held_bytes() const;
  DueBy clock_of(Record* record) const { return records_.slot<Timer>(record).clock; }
  int64_t time_of(Record* record) const { return heap(clock_of(record)).time_of(record); }
  /// For restore. Fails with kCorrupt when the key has a timer already.
  Status insert_new(const uint64_t* words, const char* const* texts, int64_t time_us, DueBy clock);

 private:
  struct Timer {
    DueBy clock;
    uint32_t place;  // In the heap of its clock.
  };
  RecordHeap& heap(DueBy clock) { return clock == DueBy::kWall ? wall_ : event_; }
  const RecordHeap& heap(DueBy clock) const { return clock == DueBy::kWall ? wall_ : event_; }
  void put(Record* record, int64_t time_us, DueBy clock);

  RecordTable records_;
  MemoryAccount& account_;
  RecordHeap wall_;
  RecordHeap event_;
  std::vector<Record*> rows_;   // Of the call that runs.
  std::vector<Record*> fired_;  // What take_due() gave last, as records and as it was handed out.
  KeyColumns fired_keys_;
  std::vector<int64_t> fired_namespaces_;
  std::vector<int64_t> fired_times_;
};

}  // namespace weir
