#pragma once
// A keyed table as a page, and back.
#include <cstdint>
#include <string_view>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "state/key_bytes.hpp"
#include "state/state_page.hpp"
#include "state/value_table.hpp"

namespace weir {

/// Adds a section for each key group that has slots. An entry is: i64 namespace, canonical key bytes (u32
/// length), the slot with its refs as zeros, and for each ref u64 size and bytes of its block.
Status save_values(const ValueTable& table, PageWriter& page);

/// How to read slots that another version of the component may have written.
struct SlotReading {
  uint32_t version = 0;  ///< What the component has now.
  int32_t (*migrate)(uint32_t from_version, const void* old_slot, uint32_t old_size, void* new_slot,
                     weir_fault* fault) = nullptr;
};

/// Inserts the slots of all sections whose group is in `groups`. Fails: kInvalid when the state was stored
/// in another way and does not migrate, kCorrupt, kNoSpace; the table is then of no use.
Status restore_values(PageReader& page, KeyGroupRange groups, const SlotReading& reading, ValueTable& table);

}  // namespace weir
