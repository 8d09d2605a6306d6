#include "state/list_entries.hpp"

#include <algorithm>
#include <cstring>

#include "state/charged.hpp"

namespace weir {

bool ListEntries::append(ListEntry entry, MemoryAccount& account) {
  const uint32_t room = std::max<uint32_t>(capacity_, 1);
  if (count_ == room) {
    const uint32_t capacity = std::max<uint32_t>(4, room * 2);
    auto* const more = static_cast<ListEntry*>(allocate_charged(account, capacity * sizeof(ListEntry)));
    if (more == nullptr) return false;
    std::memcpy(more, entries(), count_ * sizeof(ListEntry));
    if (capacity_ > 0) release_charged(account, place_.many, capacity_ * sizeof(ListEntry));
    place_.many = more;
    capacity_ = capacity;
  }
  ListEntry* const all = entries();
  if (sorted_ == count_ && (count_ == 0 || all[count_ - 1] < entry)) ++sorted_;
  all[count_++] = entry;
  return true;
}

std::span<const ListEntry> ListEntries::sorted() {
  ListEntry* const all = entries();
  if (sorted_ < count_) {
    // What came out of order is mostly near the end; sorting from there on takes no memory, as a merge would.
    ListEntry* const least = std::min_element(all + sorted_, all + count_);
    std::sort(std::upper_bound(all, all + sorted_, *least), all + count_);
    sorted_ = count_;
  }
  return {all, count_};
}

void ListEntries::drop_front(size_t count, MemoryAccount& account) {
  sorted();
  count_ -= static_cast<uint32_t>(count);
  sorted_ = count_;
  if (count_ == 0) return clear(account);
  std::memmove(entries(), entries() + count, count_ * sizeof(ListEntry));
}

void ListEntries::clear(MemoryAccount& account) {
  if (capacity_ > 0) release_charged(account, place_.many, capacity_ * sizeof(ListEntry));
  count_ = 0;
  capacity_ = 0;
  sorted_ = 0;
}

}  // namespace weir
