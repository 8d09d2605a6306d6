#pragma once
// Lists as a page, and back.
#include <weir/status.hpp>

#include "state/key_bytes.hpp"
#include "state/list_table.hpp"
#include "state/state_page.hpp"

namespace weir {

/// Adds sections of up to kSectionRows rows for each key group that has rows: u32 count of keys; for each a
/// key entry (key_entry.hpp), u32 count of rows and the i64 namespace of each; then the rows
/// (row_section.hpp). A key with more rows goes on in the next section.
Status save_lists(const ListTable& table, PageWriter& page);

/// Appends the rows of all sections whose group is in `groups`. Fails: kCorrupt, kInvalid when keys or
/// columns do not fit those of now, kNoSpace; the table is then of no use.
Status restore_lists(PageReader& page, KeyGroupRange groups, ListTable& table);

}  // namespace weir
