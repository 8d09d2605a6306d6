#include "state/timer_pages.hpp"

#include <string>

#include "state/group_saver.hpp"
#include "state/key_entry.hpp"
#include "state/live_sections.hpp"

namespace weir {

Status save_timers(TimerTable& table, PageForm form, FaultPoints& faults, PageWriter& page) {
  GroupSaver saver(table.records(), table.records().key(), form, faults, page);
  std::string bytes;
  return saver.for_each_group([&](uint32_t group, std::span<Record* const> records) -> Status {
    bytes.clear();
    for (Record* const record : records) {
      put_key_entry(table.records(), record, bytes);
      put_number(bytes, table.time_of(record));
      put_number(bytes, static_cast<uint8_t>(table.clock_of(record)));
    }
    return saver.add(group, records.size(), bytes);
  });
}

Status restore_timers(std::span<PageReader> pages, KeyGroupRange groups, TimerTable& table) {
  KeyEntryReader key(table.records().key());
  for (const LiveSection& live : live_sections(pages, groups)) {
    WEIR_ASSIGN_OR_RETURN(const std::string bytes, pages[live.page].read(live.section));
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
