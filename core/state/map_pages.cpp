#include "state/map_pages.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "state/key_entry.hpp"
#include "state/row_section.hpp"

namespace weir {
namespace {

Status add_section(const MapTable& table, uint32_t group, std::span<Record* const> records,
                   PageWriter& page) {
  std::string bytes;
  std::vector<uint64_t> rows;
  put_number(bytes, static_cast<uint32_t>(records.size()));
  for (Record* const record : records) {
    put_key_entry(table.records(), record, bytes);
    rows.push_back(table.row_of(record));
  }
  WEIR_RETURN_IF_ERROR(put_rows(table.rows(), table.age(), rows, bytes));
  return page.add(group, rows.size(), bytes);
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

Status save_maps(const MapTable& table, PageWriter& page) {
  GroupedRecords groups;
  table.records().for_each([&](Record* record) {
    if (!table.is_gone(record)) groups.add(table.key(), table.records().shape(), record);
  });
  for (uint32_t group = 0; group < kKeyGroupCount; ++group) {
    std::span<Record* const> left = groups.group(group);
    while (!left.empty()) {
      const size_t count = std::min(left.size(), kSectionRows);
      WEIR_RETURN_IF_ERROR(add_section(table, group, left.first(count), page));
      left = left.subspan(count);
    }
  }
  return Status::ok();
}

Status restore_maps(PageReader& page, KeyGroupRange groups, MapTable& table) {
  KeyEntryReader key(table.records().key());
  for (const PageSection& section : page.sections()) {
    if (!groups.contains(section.group)) continue;
    WEIR_ASSIGN_OR_RETURN(const std::string bytes, page.read(section));
    WEIR_RETURN_IF_ERROR(
        read_section(bytes, key, table).with_context("state '" + table.records().name() + "'"));
  }
  return Status::ok();
}

}  // namespace weir
