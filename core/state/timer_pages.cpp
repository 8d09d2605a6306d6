#include "state/timer_pages.hpp"

#include <string>

#include "state/key_entry.hpp"

namespace weir {

Status save_timers(const TimerTable& table, PageWriter& page) {
  const RecordTable& records = table.records();
  GroupedRecords groups;
  records.for_each([&](Record* record) { groups.add(records.key(), records.shape(), record); });
  std::string bytes;
  for (uint32_t group = 0; group < kKeyGroupCount; ++group) {
    if (groups.group(group).empty()) continue;
    bytes.clear();
    for (Record* const record : groups.group(group)) {
      put_key_entry(records, record, bytes);
      put_number(bytes, table.time_of(record));
      put_number(bytes, static_cast<uint8_t>(table.clock_of(record)));
    }
    WEIR_RETURN_IF_ERROR(page.add(group, groups.group(group).size(), bytes));
  }
  return Status::ok();
}

Status restore_timers(PageReader& page, KeyGroupRange groups, TimerTable& table) {
  KeyEntryReader key(table.records().key());
  for (const PageSection& section : page.sections()) {
    if (!groups.contains(section.group)) continue;
    WEIR_ASSIGN_OR_RETURN(const std::string bytes, page.read(section));
    ByteReader reader(bytes);
    while (!reader.is_at_end()) {
      WEIR_RETURN_IF_ERROR(key.read(reader));
      const auto time_us = reader.number<int64_t>();
      const DueBy clock = reader.flag() ? DueBy::kEvent : DueBy::kWall;
      if (!reader.is_good()) {
        return Status::corrupt("state '" + table.records().name() + "': a stored timer is not whole");
      }
      WEIR_RETURN_IF_ERROR(table.insert_new(key.words(), key.texts(), time_us, clock));
    }
  }
  return Status::ok();
}

}  // namespace weir
