#include "state/record_index.hpp"

#include <algorithm>

namespace weir {

bool RecordIndex::reserve(size_t count) {
  if (count * 5 <= entries_.size() * 3) return true;
  const size_t size = entries_.empty() ? kSmallest : entries_.size() * 2;
  if (!account_.try_charge((size - entries_.size()) * sizeof(uint64_t))) return false;
  resize(size);
  return true;
}

void RecordIndex::resize(size_t size) {
  std::vector<uint64_t> old(size);
  old.swap(entries_);
  if (old.size() > size) account_.uncharge((old.size() - size) * sizeof(uint64_t));
  for (const uint64_t entry : old) {
    if (entry != 0) put(record_in(entry));
  }
}

void RecordIndex::put(Record* record) {
  size_t at = home_of(record->hash);
  while (entries_[at] != 0) at = next(at);
  entries_[at] = entry_of(record);
}

void RecordIndex::take(const Record* record) {
  const uint64_t mask = entries_.size() - 1;
  size_t hole = home_of(record->hash);
  while (record_in(entries_[hole]) != record) hole = next(hole);
  // Entries behind the hole move into it unless that would put them before their home.
  for (size_t at = next(hole); entries_[at] != 0; at = next(at)) {
    const size_t home = home_of(record_in(entries_[at])->hash);
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    entries_[hole] = entries_[at];
    hole = at;
  }
  entries_[hole] = 0;
}

void RecordIndex::shrink(size_t count) {
  if (is_sparse(count)) resize(entries_.size() / 2);
}

void RecordIndex::clear(size_t count) {
  if (is_sparse(count)) {
    account_.uncharge(held_bytes() / 2);
    entries_ = std::vector<uint64_t>(entries_.size() / 2);
  } else {
    std::fill(entries_.begin(), entries_.end(), 0);
  }
}

void RecordIndex::release() {
  account_.uncharge(held_bytes());
  entries_ = {};
}

}  // namespace weir
