#pragma once
// Maps as a page, and back.
#include <span>

#include <weir/status.hpp>

#include "state/checkpoint.hpp"
#include "state/key_bytes.hpp"
#include "state/map_table.hpp"
#include "state/state_page.hpp"

namespace weir {

/// Adds sections of up to kSectionRows rows for each key group that has rows, or of which something changed
/// since the last call (needs: table.records().changes().is_tracking()); one without bytes where none are
/// left. A section: u32 count; for each a key entry (key_entry.hpp) of the key and the second key together;
/// then the rows without the second key (row_section.hpp).
Status save_maps(MapTable& table, PageForm form, FaultPoints& faults, PageWriter& page);

/// Puts the rows of all sections that count and whose group is in `groups`. Needs: `pages` are of one state,
/// oldest first. Fails: kCorrupt, kInvalid when keys or columns
/// do not fit those of now, kNoSpace; the table is then of no use.
Status restore_maps(std::span<PageReader> pages, KeyGroupRange groups, MapTable& table);

}  // namespace weir
