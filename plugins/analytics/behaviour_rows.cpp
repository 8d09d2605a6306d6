#include "behaviour_rows.hpp"

namespace weir::behaviour {

Result<WhoAndWhen> WhoAndWhen::make(const std::vector<ColumnRef>& by, const Schema& input) {
  if (by.empty())
    return Status::invalid("by: at least one column is needed: who it is that acts, for example by: [user]");
  for (const ColumnRef& ref : by)
    if (input[ref.index].type.type >= Type::kList)
      return Status::invalid("by: '" + ref.name + "' is " + input[ref.index].type.to_string() +
                             ", which cannot be a key");
  WhoAndWhen made;
  made.by = by;
  WEIR_ASSIGN_OR_RETURN(made.time, event_time_column(input));
  made.time_name = input[made.time].name;
  return made;
}

std::vector<ColumnId> WhoAndWhen::columns() const {
  std::vector<ColumnId> read(by.begin(), by.end());
  read.emplace_back(0, static_cast<uint32_t>(time));
  return read;
}

std::vector<Field> WhoAndWhen::key_fields(const Schema& input) const {
  std::vector<Field> fields;
  for (const ColumnRef& ref : by) fields.push_back(input[ref.index]);
  return fields;
}

bool WhoAndWhen::check(const RowTimes& times, uint32_t row, RowErrors& errors) const {
  if (times.is_null(row)) {
    errors.add(row, "missing-event-time", "the row has no event time", time_name);
    return false;
  }
  if (times[row] >= kLatest || times[row] < kEarliest) {
    errors.add(row, "bad-event-time", "the event time lies before the year 1 or behind the year 9998",
               time_name);
    return false;
  }
  return true;
}

SortedOut WhoAndWhen::sort_out(const Batch& batch, int64_t watermark_us, RowErrors& errors) const {
  SortedOut made;
  const RowTimes times(batch, time, watermark_us);
  std::vector<Validity> keys;
  for (const ColumnRef& ref : by)
    if (const Validity key(batch.raw_column(ref.index)); key.has_nulls()) keys.push_back(key);
  std::vector<bool> is_bad;
  if (!errors.is_empty()) {
    is_bad.resize(batch.row_count());
    for (const RowErrors::Fault& fault : errors.faults()) is_bad[fault.row] = true;
  }
  made.good.reserve(batch.row_count());
  for (uint32_t row = 0; row < batch.row_count(); ++row) {
    if (!is_bad.empty() && is_bad[row]) continue;
    if (!check(times, row, errors)) continue;
    if (std::ranges::any_of(keys, [row](const Validity& key) { return key.is_null(row); })) {
      made.without_key.push_back(row);
    } else if (times[row] < times.reached(row)) {
      made.late.push_back(row);
    } else {
      made.good.push_back(row);
    }
  }
  return made;
}

}  // namespace weir::behaviour
