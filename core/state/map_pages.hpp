#pragma once
// Maps as a page, and back.
#include <weir/status.hpp>

#include "state/key_bytes.hpp"
#include "state/map_table.hpp"
#include "state/state_page.hpp"

namespace weir {

/// Adds sections of up to kSectionRows rows for each key group that has rows: u32 count; for each a key entry
/// (key_entry.hpp) of the key and the second key together; then the rows without the second key
/// (row_section.hpp).
Status save_maps(const MapTable& table, PageWriter& page);

/// Puts the rows of all sections whose group is in `groups`. Fails: kCorrupt, kInvalid when keys or columns
/// do not fit those of now, kNoSpace; the table is then of no use.
Status restore_maps(PageReader& page, KeyGroupRange groups, MapTable& table);

}  // namespace weir
