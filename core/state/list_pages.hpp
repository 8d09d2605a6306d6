#pragma once
// Lists as a page, and back.
#include <span>

#include <weir/status.hpp>

#include "state/checkpoint.hpp"
#include "state/key_bytes.hpp"
#include "state/list_table.hpp"
#include "state/state_page.hpp"

namespace weir {

/// Adds sections of up to kSectionRows rows for each key group that has rows, or of which something changed
/// since the last call (needs: table.records().changes().is_tracking()); one without bytes where none are
/// left. A section: u32 count of keys; for each a key entry (key_entry.hpp), u32 count of rows and the i64
/// namespace of each; then the rows (row_section.hpp). A key with more rows goes on in the next section.
Status save_lists(ListTable& table, PageForm form, FaultPoints& faults, PageWriter& page);

/// Appends the rows of all sections that count and whose group is in `groups`. Needs: `pages` are of one
/// state, oldest first. Fails: kCorrupt, kInvalid when keys or columns do not fit those of now, kNoSpace; the
/// table is then of no use.
Status restore_lists(std::span<PageReader> pages, KeyGroupRange groups, ListTable& table);

}  // namespace weir
