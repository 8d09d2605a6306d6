#pragma once
// The records of a table, by key group, as they go into a page.
#include <array>
#include <bitset>
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

#include "state/checkpoint.hpp"
#include "state/record_table.hpp"
#include "state/state_page.hpp"

namespace weir {

/// Finds the groups that a page must have: all, or those of which something changed. A group is written
/// whole: what earlier pages say of it is void.
///
/// Threads: one at a time.
class GroupSaver {
 public:
  /// `key`: the columns that decide the group; they may be fewer than the table's own. Borrows all of them as
  /// long as it lives. Fault point: state.dirty.mark, once for each changed record; skipped, it counts as
  /// unchanged.
  GroupSaver(RecordTable& table, const KeyShape& key, PageForm form, FaultPoints& faults, PageWriter& page);

  /// Calls `save(group, records)` for each group that is to be written; its records are in the order of the
  /// table. From now on the table tracks its changes anew.
  template <class Save>
  Status for_each_group(Save&& save) {
    for (uint32_t group = 0; group < kKeyGroupCount; ++group) {
      if (!is_wanted_[group]) continue;
      if (!groups_[group].empty()) WEIR_RETURN_IF_ERROR(save(group, groups_[group]));
      // Nothing is left of it, and the page says so.
      if (!page_.groups()[group] && form_ == PageForm::kChanges) WEIR_RETURN_IF_ERROR(add(group, 0, {}));
      for (Record* const record : groups_[group]) {
        record->is_touched = false;
        record->is_stored = true;
      }
    }
    table_.changes().begin_anew();
    return Status::ok();
  }
  /// Adds a section of a group. The first is a whole one.
  Status add(uint32_t group, uint64_t rows, std::string_view bytes);

 private:
  RecordTable& table_;
  const PageForm form_;
  PageWriter& page_;
  std::bitset<kKeyGroupCount> is_wanted_;
  std::array<std::vector<Record*>, kKeyGroupCount> groups_;
};

}  // namespace weir
