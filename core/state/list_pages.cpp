#include "state/list_pages.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "state/group_saver.hpp"
#include "state/key_entry.hpp"
#include "state/live_sections.hpp"
#include "state/row_section.hpp"

namespace weir {
namespace {

/// Fills sections one after the other.
class ListSections {
 public:
  ListSections(const ListTable& table, GroupSaver& saver) : table_(table), saver_(saver) {}

  Status add(uint32_t group, Record* record) {
    const std::vector<ListEntry> entries = table_.entries_of(record);
    std::span<const ListEntry> left = entries;
    while (!left.empty()) {
      const size_t count = std::min(left.size(), kSectionRows - rows_.size());
      put_key_entry(table_.records(), record, keys_);
      put_number(keys_, static_cast<uint32_t>(count));
      for (const ListEntry& entry : left.first(count)) {
        put_number(keys_, entry.ns);
        rows_.push_back(entry.row);
      }
      ++key_count_;
      left = left.subspan(count);
      if (rows_.size() == kSectionRows) WEIR_RETURN_IF_ERROR(finish(group));
    }
    return Status::ok();
  }
  Status finish(uint32_t group) {
    if (rows_.empty()) return Status::ok();
    std::string bytes;
    put_number(bytes, key_count_);
    bytes += keys_;
    WEIR_RETURN_IF_ERROR(put_rows(table_.rows(), table_.age(), rows_, bytes));
    WEIR_RETURN_IF_ERROR(saver_.add(group, rows_.size(), bytes));
    keys_.clear();
    rows_.clear();
    key_count_ = 0;
    return Status::ok();
  }

 private:
  const ListTable& table_;
  GroupSaver& saver_;
  std::string keys_;
  std::vector<uint64_t> rows_;
  uint32_t key_count_ = 0;
};

/// Reads sections into a table. The rows lie behind the keys, but belong to the table before them: keys are
/// gone through twice.
class ListSectionReader {
 public:
  explicit ListSectionReader(ListTable& table) : table_(table), key_(table.records().key()) {}

  // Inlined where the bytes are read GCC 12 takes short ones for uninitialised.
  [[gnu::noinline]] Status read(std::string_view bytes) {
    ByteReader ahead(bytes);
    size_t rows = 0;
    WEIR_RETURN_IF_ERROR(for_each_key(ahead, [&](std::span<const int64_t> namespaces) {
      rows += namespaces.size();
      return Status::ok();
    }));
    WEIR_ASSIGN_OR_RETURN(SectionRows found, read_rows(ahead, rows, table_.rows().schema(),
                                                       table_.records().name(), table_.age()));
    WEIR_ASSIGN_OR_RETURN(uint64_t first, table_.restore_rows(found.values, found.times.data()));
    ByteReader again(bytes);
    return for_each_key(again, [&](std::span<const int64_t> namespaces) {
      const uint64_t own = std::exchange(first, first + namespaces.size());
      return table_.restore_key(key_.words(), key_.texts(), namespaces, own);
    });
  }

 private:
  /// Calls `visit(namespaces)` for each key, which key_ holds then.
  template <class Visit>
  Status for_each_key(ByteReader& reader, Visit&& visit) {
    const uint32_t keys = reader.count(16);
    for (uint32_t i = 0; i < keys; ++i) {
      WEIR_RETURN_IF_ERROR(key_.read(reader));
      namespaces_.resize(reader.count(sizeof(int64_t)));
      for (int64_t& ns : namespaces_) ns = reader.number<int64_t>();
      WEIR_RETURN_IF_ERROR(visit(namespaces_));
    }
    if (reader.is_good()) return Status::ok();
    return Status::corrupt("state '" + table_.records().name() + "': a stored list is not whole");
  }

  ListTable& table_;
  KeyEntryReader key_;
  std::vector<int64_t> namespaces_;
};

}  // namespace

Status save_lists(ListTable& table, PageForm form, FaultPoints& faults, PageWriter& page) {
  GroupSaver saver(table.records(), table.records().key(), form, faults, page);
  ListSections sections(table, saver);
  return saver.for_each_group([&](uint32_t group, std::span<Record* const> records) -> Status {
    for (Record* const record : records) WEIR_RETURN_IF_ERROR(sections.add(group, record));
    return sections.finish(group);
  });
}

Status restore_lists(std::span<PageReader> pages, KeyGroupRange groups, ListTable& table) {
  ListSectionReader reader(table);
  for (const LiveSection& live : live_sections(pages, groups)) {
    if (live.section.size_bytes == 0) continue;
    WEIR_ASSIGN_OR_RETURN(const std::string bytes, pages[live.page].read(live.section));
    WEIR_RETURN_IF_ERROR(reader.read(bytes));
  }
  return Status::ok();
}

}  // namespace weir
