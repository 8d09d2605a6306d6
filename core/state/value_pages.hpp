#pragma once
// A keyed table as a page, and back.
#include <cstdint>
#include <span>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "state/checkpoint.hpp"
#include "state/key_bytes.hpp"
#include "state/state_page.hpp"
#include "state/value_table.hpp"

namespace weir {

/// Adds all slots, or what changed since the last call (needs: table.changes().is_tracking()), as sections of
/// entries (value_entry.hpp) by key group. From now on the table tracks its changes. After a fault neither
/// the page nor the changes are of use. Fault point: state.dirty.mark, once for each changed slot; skipped,
/// the slot is left out.
Status save_values(ValueTable& table, PageForm form, FaultPoints& faults, PageWriter& page);

/// How to read slots that another version of the component may have written.
struct SlotReading {
  uint32_t version = 0;  ///< What the component has now.
  int32_t (*migrate)(uint32_t from_version, const void* old_slot, uint32_t old_size, void* new_slot,
                     weir_fault* fault) = nullptr;
};

/// Takes the slots whose group is in `groups` from the pages of one state, oldest first, and the time of a
/// state with a ttl; what was gone by the newest page of its copy stays so. Fails: kInvalid when
/// the state was stored in another way and does not migrate, kCorrupt, kNoSpace; the table is then of no use.
Status restore_values(std::span<PageReader> pages, KeyGroupRange groups, const SlotReading& reading,
                      ValueTable& table);

}  // namespace weir
