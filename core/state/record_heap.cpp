#include "state/record_heap.hpp"

#include <algorithm>

namespace weir {
namespace {

/// Four children a node: half the levels of a binary heap, and the children of one node share a cache line.
constexpr size_t kChildren = 4;
constexpr size_t kFirstSize = 64;

}  // namespace

RecordHeap::~RecordHeap() { account_.uncharge(held_bytes()); }

bool RecordHeap::is_before(const Entry& a, const Entry& b) const {
  if (a.time_us != b.time_us) return a.time_us < b.time_us;
  const RecordShape& shape = table_.shape();
  const int order = table_.key().compare(shape.words(a.record), shape.texts(a.record), shape.words(b.record),
                                         shape.texts(b.record));
  return order != 0 ? order < 0 : shape.ns(a.record) < shape.ns(b.record);
}

bool RecordHeap::contains(Record* record) const {
  // A new record's slot is zeros, and place 0 may be another's: who stands there tells.
  const uint32_t at = place(record);
  return at < entries_.size() && entries_[at].record == record;
}

bool RecordHeap::reserve(size_t more) {
  if (entries_.size() + more <= entries_.capacity()) return true;
  const size_t size = std::max({kFirstSize, entries_.capacity() * 2, entries_.size() + more});
  if (!account_.try_charge((size - entries_.capacity()) * sizeof(Entry))) return false;
  entries_.reserve(size);
  return true;
}

void RecordHeap::push(Record* record, int64_t time_us) {
  entries_.emplace_back();
  settle(entries_.size() - 1, {time_us, record});
}

void RecordHeap::move(Record* record, int64_t time_us) { settle(place(record), {time_us, record}); }

void RecordHeap::remove(Record* record) {
  const size_t at = place(record);
  place(record) = UINT32_MAX;
  const Entry last = entries_.back();
  entries_.pop_back();
  if (last.record != record) settle(at, last);
  if (!entries_.empty() || entries_.capacity() <= kFirstSize) return;
  account_.uncharge(held_bytes());
  std::vector<Entry>().swap(entries_);
}

void RecordHeap::put(size_t at, const Entry& entry) {
  entries_[at] = entry;
  place(entry.record) = static_cast<uint32_t>(at);
}

void RecordHeap::settle(size_t at, const Entry& entry) {
  while (at > 0 && is_before(entry, entries_[(at - 1) / kChildren])) {
    put(at, entries_[(at - 1) / kChildren]);
    at = (at - 1) / kChildren;
  }
  for (;;) {
    const size_t first = at * kChildren + 1;
    const size_t end = std::min(first + kChildren, entries_.size());
    size_t lowest = first;
    for (size_t child = first + 1; child < end; ++child) {
      if (is_before(entries_[child], entries_[lowest])) lowest = child;
    }
    if (first >= entries_.size() || !is_before(entries_[lowest], entry)) break;
    put(at, entries_[lowest]);
    at = lowest;
  }
  put(at, entry);
}

}  // namespace weir
