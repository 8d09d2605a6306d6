#include "state/timer_table.hpp"

#include <cstddef>
#include <utility>

namespace weir {

TimerTable::TimerTable(std::string name, KeyShape key, MemoryAccount& account)
    : records_(std::move(name), std::move(key), sizeof(Timer), account),
      account_(account),
      wall_(records_, offsetof(Timer, place), account),
      event_(records_, offsetof(Timer, place), account) {}

uint64_t TimerTable::held_bytes() const {
  return records_.held_bytes() + wall_.held_bytes() + event_.held_bytes();
}

int64_t TimerTable::next_us(DueBy clock) const {
  return heap(clock).is_empty() ? INT64_MAX : heap(clock).first_us();
}

void TimerTable::put(Record* record, int64_t time_us, DueBy clock) {
  records_.touch(record);
  auto& timer = records_.slot<Timer>(record);
  RecordHeap& old = heap(timer.clock);
  if (old.contains(record)) {
    if (timer.clock == clock) return old.move(record, time_us);
    old.remove(record);
  }
  timer.clock = clock;
  heap(clock).push(record, time_us);
}

Status TimerTable::set(const weir_keys& keys, const int64_t* times, DueBy clock) {
  if (!heap(clock).reserve(static_cast<size_t>(keys.row_count))) return records_.no_memory();
  const Status inserted = records_.insert(keys, rows_);
  for (size_t i = 0; i < rows_.size() && rows_[i] != nullptr; ++i) put(rows_[i], times[i], clock);
  return inserted;
}

Status TimerTable::cancel(const weir_keys& keys) {
  WEIR_RETURN_IF_ERROR(records_.find(keys, rows_));
  // All are taken out of the heaps first: a key may be named twice, and a removed record's memory may be
  // gone.
  std::erase_if(rows_, [this](Record* record) {
    if (record == nullptr || !heap(clock_of(record)).contains(record)) return true;
    heap(clock_of(record)).remove(record);
    return false;
  });
  for (Record* const record : rows_) records_.remove(record);
  return Status::ok();
}

Status TimerTable::insert_new(const uint64_t* words, const char* const* texts, int64_t time_us, DueBy clock) {
  if (!heap(clock).reserve(1)) return records_.no_memory();
  WEIR_ASSIGN_OR_RETURN(Record* const record, records_.insert_new(words, texts));
  put(record, time_us, clock);
  return Status::ok();
}

Result<FiredBatch> TimerTable::take_due(DueBy clock, int64_t upto, size_t max_rows) {
  RecordHeap& due = heap(clock);
  fired_.clear();
  fired_namespaces_.clear();
  fired_times_.clear();
  while (fired_.size() < max_rows && !due.is_empty() && due.first_us() <= upto) {
    fired_.push_back(due.first());
    fired_namespaces_.push_back(records_.shape().ns(due.first()));
    fired_times_.push_back(due.first_us());
    due.remove(due.first());
  }
  WEIR_RETURN_IF_ERROR(fired_keys_.fill(records_.key(), records_.shape(), fired_, account_));
  for (Record* const record : fired_) records_.remove(record);
  FiredBatch batch;
  batch.keys.columns = fired_keys_.columns();
  batch.keys.column_count = static_cast<uint32_t>(records_.key().columns().size());
  batch.keys.namespaces = fired_namespaces_.data();
  batch.keys.row_count = static_cast<int64_t>(fired_.size());
  batch.times = fired_times_.data();
  return batch;
}

}  // namespace weir
