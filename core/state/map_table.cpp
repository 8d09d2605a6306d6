#include "state/map_table.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <weir/builder.hpp>
#include <weir/fault.hpp>
#include <weir/gather.hpp>

namespace weir {
namespace {

Schema without_first(const Schema& schema) {
  Schema rest;
  rest.fields.assign(schema.fields.begin() + 1, schema.fields.end());
  return rest;
}

}  // namespace

MapTable::MapTable(Spec spec, MemoryAccount& account)
    : key_(std::move(spec.key)),
      records_(spec.name, std::move(spec.both), sizeof(Slot), account),
      rows_(spec.name, without_first(spec.values), spec.ttl_us > 0, account),
      age_(spec.ttl_us) {}

Result<weir_keys> MapTable::with_second(const weir_keys& keys, const weir_column& second) {
  const int64_t needed = rows_needed(keys.rows, static_cast<size_t>(keys.row_count));
  if (second.row_count < needed) {
    return Status::invalid("state '" + records_.name() + "': the second key has " +
                           std::to_string(second.row_count) + " rows, the keys name row " +
                           std::to_string(needed - 1));
  }
  columns_.assign(keys.columns, keys.columns + keys.column_count);
  columns_.push_back(&second);
  weir_keys both = keys;
  both.columns = columns_.data();
  both.column_count = static_cast<uint32_t>(columns_.size());
  return both;
}

Status MapTable::put(const weir_keys& keys, const weir_column* const* values) {
  const auto count = static_cast<size_t>(keys.row_count);
  if (count == 0) return Status::ok();
  std::vector<int64_t> times;
  if (age_.is_on()) times.assign(count, age_.now_us());
  WEIR_ASSIGN_OR_RETURN(const weir_keys both, with_second(keys, *values[0]));
  WEIR_ASSIGN_OR_RETURN(const uint64_t first, rows_.append(values + 1, keys.rows, count, times.data()));
  const Status status = records_.insert(both, found_);
  for (size_t i = 0; i < count; ++i) {
    if (found_.size() < count || found_[i] == nullptr) {
      rows_.remove(first + i);
      continue;
    }
    auto& slot = records_.slot<Slot>(found_[i]);
    if (slot.row_and_one != 0) rows_.remove(slot.row_and_one - 1);
    slot.row_and_one = first + i + 1;
    records_.touch(found_[i]);
  }
  return status;
}

Result<Batch> MapTable::get(const weir_keys& keys, const weir_column& second) {
  WEIR_ASSIGN_OR_RETURN(const weir_keys both, with_second(keys, second));
  WEIR_RETURN_IF_ERROR(records_.find(both, found_));
  try {
    ColumnBuilder<uint32_t> index;
    std::vector<uint32_t> asked;
    std::vector<uint64_t> rows;
    for (size_t i = 0; i < found_.size(); ++i) {
      if (found_[i] == nullptr || is_gone(found_[i])) continue;
      index.append(static_cast<uint32_t>(i));
      asked.push_back(keys.rows == nullptr ? static_cast<uint32_t>(i) : keys.rows[i]);
      rows.push_back(row_of(found_[i]));
    }
    std::vector<Column> columns = {std::move(index).finish(), gather(second, asked)};
    WEIR_ASSIGN_OR_RETURN(std::vector<Column> values, rows_.read(rows));
    for (Column& column : values) columns.push_back(std::move(column));
    return Batch::make(rows.size(), columns);
  } catch (const FaultException& fault) {
    return fault.status().with_context("state '" + records_.name() + "'");
  }
}

Status MapTable::remove(const weir_keys& keys, const weir_column& second) {
  WEIR_ASSIGN_OR_RETURN(const weir_keys both, with_second(keys, second));
  WEIR_RETURN_IF_ERROR(records_.find(both, found_));
  std::ranges::sort(found_);  // A key may be named twice.
  found_.erase(std::ranges::unique(found_).begin(), found_.end());
  for (Record* const record : found_) {
    if (record != nullptr) discard(record);
  }
  return Status::ok();
}

void MapTable::discard(Record* record) {
  rows_.remove(row_of(record));
  records_.remove(record);
}

void MapTable::reach(int64_t time_us) {
  age_.reach(time_us);
  if (age_.takes_sweep()) sweep();
}

void MapTable::sweep() {
  found_.clear();
  records_.for_each([this](Record* record) {
    if (is_gone(record)) found_.push_back(record);
  });
  for (Record* const record : found_) discard(record);
}

Result<uint64_t> MapTable::restore_rows(const Batch& values, const int64_t* times) {
  return rows_.append(values->columns, nullptr, values.row_count(), times);
}

Status MapTable::restore_key(const uint64_t* words, const char* const* texts, uint64_t row) {
  WEIR_ASSIGN_OR_RETURN(Record* const record, records_.insert_new(words, texts));
  records_.slot<Slot>(record).row_and_one = row + 1;
  return Status::ok();
}

}  // namespace weir
