#include "state/map_pages.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "state/group_saver.hpp"
#include "state/key_entry.hpp"
#include "state/live_sections.hpp"
#include "state/row_section.hpp"

namespace weir {
namespace {

Status add_section(const MapTable& table, uint32_t group, std::span<Record* const> records,
                   GroupSaver& saver) {
  std::string bytes;
  std::vector<uint64_t> rows;
  put_number(bytes, static_cast<uint32_t>(records.size()));
  for (Record* const record : records) {
    put_key_entry(table.records(), record, bytes);
    rows.push_back(table.row_of(record));
  }
  WEIR_RETURN_IF_ERROR(put_rows(table.rows(), table.age(), rows, bytes));
  return saver.add(group, rows.size(), bytes);
}

/// Calls `visit(index)` for each key, which `key` holds then.
template <class Visit>
Status for_each_key(ByteReader& reader, KeyEntryReader& key, Visit&& visit) {
  const uint32_t count = reader.count(12);
  for (uint32_t i = 0; i < count; ++i) {
    WEIR_RETURN_IF_ERROR(key.read(reader));
    WEIR_RETURN_IF_ERROR(visit(i));
  }
  if (reader.is_good()) return Status::ok();
  return Status::corrupt("a stored map is not whole");
}

/// The rows lie behind the keys, but belong to the table before them: keys are gone through twice.
// Inlined where the bytes are read GCC 12 takes short ones for uninitialised.
[[gnu::noinline]] Status read_section(std::string_view bytes, KeyEntryReader& key, MapTable& table) {
  ByteReader ahead(bytes);
  size_t count = 0;
  WEIR_RETURN_IF_ERROR(for_each_key(ahead, key, [&](uint32_t) {
    ++count;
    return Status::ok();
  }));
  WEIR_ASSIGN_OR_RETURN(const SectionRows rows,
                        read_rows(ahead, count, table.rows().schema(), table.records().name(), table.age()));
  WEIR_ASSIGN_OR_RETURN(const uint64_t first, table.restore_rows(rows.values, rows.times.data()));
  ByteReader again(bytes);
  return for_each_key(again, key,
                      [&](uint32_t i) { return table.restore_key(key.words(), key.texts(), first + i); });
}

}  // namespace

Status save_maps(MapTable& table, PageForm form, FaultPoints& faults, PageWriter& page) {
  GroupSaver saver(table.records(), table.key(), form, faults, page);
  return saver.for_each_group([&](uint32_t group, std::span<Record* const> left) -> Status {
    while (!left.empty()) {
      const size_t count = std::min(left.size(), kSectionRows);
      WEIR_RETURN_IF_ERROR(add_section(table, group, left.first(count), saver));
      left = left.subspan(count);
    }
    return Status::ok();
  });
}

Status restore_maps(std::span<PageReader> pages, KeyGroupRange groups, MapTable& table) {
  KeyEntryReader key(table.records().key());
  for (const LiveSection& live : live_sections(pages, groups)) {
    if (live.section.size_bytes == 0) continue;
    WEIR_ASSIGN_OR_RETURN(const std::string bytes, pages[live.page].read(live.section));
    WEIR_RETURN_IF_ERROR(
        read_section(bytes, key, table).with_context("state '" + table.records().name() + "'"));
  }
  return Status::ok();
}

}  // namespace weir
