#include "state/group_saver.hpp"

namespace weir {

GroupSaver::GroupSaver(RecordTable& table, const KeyShape& key, PageForm form, FaultPoints& faults,
                       PageWriter& page)
    : table_(table), form_(form), page_(page), is_wanted_(table.changes().removed()) {
  if (form == PageForm::kWhole) {
    is_wanted_.set();
    table.changes().begin_whole();
  }
  const RecordShape& shape = table.shape();
  std::string bytes;
  table.for_each([&](Record* record) {
    if (!record->has_group) {
      bytes.clear();
      key.append_key_bytes(shape.words(record), shape.texts(record), bytes);
      record->group = key_group(bytes);
      record->has_group = true;
    }
    if (record->is_touched && !faults.skip("state.dirty.mark")) is_wanted_.set(record->group);
    groups_[record->group].push_back(record);
  });
}

Status GroupSaver::add(uint32_t group, uint64_t rows, std::string_view bytes) {
  PageSection section;
  section.group = group;
  section.form = page_.groups()[group] ? SectionForm::kChanges : SectionForm::kWhole;
  section.rows = rows;
  table_.changes().add_stored_rows(rows);
  return page_.add(section, bytes);
}

}  // namespace weir
