#include "state/list_table.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <weir/builder.hpp>
#include <weir/fault.hpp>

namespace weir {
namespace {

/// Keys without their namespaces: a list has one record a key.
weir_keys without_namespaces(weir_keys keys) {
  keys.namespaces = nullptr;
  return keys;
}

}  // namespace

ListTable::ListTable(Spec spec, MemoryAccount& account)
    : records_(spec.name, std::move(spec.key), sizeof(Slot), account),
      rows_(spec.name, std::move(spec.values), spec.ttl_us > 0, account),
      account_(account),
      heap_(records_, offsetof(Slot, place), account),
      age_(spec.ttl_us) {}

ListTable::~ListTable() {
  records_.for_each([this](Record* record) { entries(record).clear(account_); });
}

bool ListTable::add(Record* record, ListEntry entry) {
  ListEntries& list = entries(record);
  const uint64_t before = list.held_bytes();
  if (!list.append(entry, account_)) return false;
  entry_bytes_ += list.held_bytes() - before;
  records_.touch(record);
  if (!heap_.contains(record)) {
    heap_.push(record, entry.ns);
  } else if (entry.ns < heap_.time_of(record)) {
    heap_.move(record, entry.ns);
  }
  return true;
}

Status ListTable::append(const weir_keys& keys, const weir_column* const* values) {
  const auto count = static_cast<size_t>(keys.row_count);
  if (count == 0) return Status::ok();
  if (!heap_.reserve(count)) return records_.no_memory();
  std::vector<int64_t> times;
  if (age_.is_on()) times.assign(count, age_.now_us());
  WEIR_ASSIGN_OR_RETURN(const uint64_t first, rows_.append(values, keys.rows, count, times.data()));
  Status status = records_.insert(without_namespaces(keys), found_);
  for (size_t i = 0; i < count; ++i) {
    const int64_t ns = keys.namespaces == nullptr ? 0 : keys.namespaces[i];
    if (found_.size() == count && found_[i] != nullptr && status.is_ok()) {
      if (add(found_[i], {ns, first + i})) continue;
      status = records_.no_memory();
    }
    rows_.remove(first + i);
  }
  if (status.is_ok()) return status;
  // A key that was made for a row that found no room has none.
  std::ranges::sort(found_);
  found_.erase(std::ranges::unique(found_).begin(), found_.end());
  for (Record* const record : found_) {
    if (record != nullptr && entries(record).count() == 0) records_.remove(record);
  }
  return status;
}

Result<Batch> ListTable::read(const weir_keys& keys, const int64_t* from, const int64_t* to) {
  WEIR_RETURN_IF_ERROR(records_.find(without_namespaces(keys), found_));
  std::vector<uint64_t> rows;
  const AccountScope pays(account_);
  try {
    ColumnBuilder<uint32_t> index;
    ColumnBuilder<int64_t> namespaces;
    for (size_t i = 0; i < found_.size(); ++i) {
      if (found_[i] == nullptr) continue;
      const std::span<const ListEntry> all = entries(found_[i]).sorted();
      auto at = std::ranges::lower_bound(all, from[i], {}, &ListEntry::ns);
      for (; at != all.end() && at->ns <= to[i]; ++at) {
        if (is_gone(*at)) continue;
        index.append(static_cast<uint32_t>(i));
        namespaces.append(at->ns);
        rows.push_back(at->row);
      }
    }
    std::vector<Column> columns = {std::move(index).finish(), std::move(namespaces).finish()};
    WEIR_ASSIGN_OR_RETURN(std::vector<Column> values, rows_.read(rows));
    for (Column& column : values) columns.push_back(std::move(column));
    return Batch::make(rows.size(), columns);
  } catch (const FaultException& fault) {
    return fault.status().with_context("state '" + records_.name() + "'");
  }
}

void ListTable::remove_upto(int64_t upto) {
  while (!heap_.is_empty() && heap_.first_us() <= upto) {
    Record* const record = heap_.first();
    const std::span<const ListEntry> all = entries(record).sorted();
    const auto end = std::ranges::upper_bound(all, upto, {}, &ListEntry::ns);
    drop_front(record, static_cast<size_t>(end - all.begin()));
  }
}

void ListTable::drop_front(Record* record, size_t count) {
  ListEntries& list = entries(record);
  for (const ListEntry& entry : list.sorted().first(count)) rows_.remove(entry.row);
  const uint64_t before = list.held_bytes();
  list.drop_front(count, account_);
  entry_bytes_ -= before - list.held_bytes();
  remove_if_empty(record);
}

void ListTable::remove_if_empty(Record* record) {
  ListEntries& list = entries(record);
  if (list.count() > 0) {
    records_.touch(record);
    return heap_.move(record, list.sorted().front().ns);
  }
  heap_.remove(record);
  records_.remove(record);
}

void ListTable::reach(int64_t time_us) {
  age_.reach(time_us);
  if (age_.takes_sweep()) sweep();
}

void ListTable::sweep() {
  found_.clear();
  records_.for_each([this](Record* record) {
    ListEntries& list = entries(record);
    const size_t count = list.count();
    const uint64_t before = list.held_bytes();
    const auto keep = [this](const ListEntry& entry) {
      if (!is_gone(entry)) return true;
      rows_.remove(entry.row);
      return false;
    };
    list.keep_if(keep, account_);
    entry_bytes_ -= before - list.held_bytes();
    if (list.count() < count) found_.push_back(record);
  });
  for (Record* const record : found_) remove_if_empty(record);
}

std::vector<ListEntry> ListTable::entries_of(Record* record) const {
  const std::span<const ListEntry> all = entries(record).sorted();
  std::vector<ListEntry> kept;
  std::ranges::copy_if(all, std::back_inserter(kept),
                       [this](const ListEntry& entry) { return !is_gone(entry); });
  return kept;
}

Result<uint64_t> ListTable::restore_rows(const Batch& values, const int64_t* times) {
  return rows_.append(values->columns, nullptr, values.row_count(), times);
}

Status ListTable::restore_key(const uint64_t* words, const char* const* texts,
                              std::span<const int64_t> namespaces, uint64_t first) {
  if (!heap_.reserve(1)) return records_.no_memory();
  WEIR_ASSIGN_OR_RETURN(Record* const record, records_.insert(words, texts));
  for (size_t i = 0; i < namespaces.size(); ++i) {
    if (!add(record, {namespaces[i], first + i})) return records_.no_memory();
  }
  return Status::ok();
}

}  // namespace weir
