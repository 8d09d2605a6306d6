#pragma once
// Timers as a page, and back.
#include <weir/status.hpp>

#include "state/key_bytes.hpp"
#include "state/state_page.hpp"
#include "state/timer_table.hpp"

namespace weir {

/// Adds a section for each key group that has timers. An entry is: i64 namespace, canonical key bytes (u32
/// length), i64 time [us], u8 clock (DueBy).
Status save_timers(const TimerTable& table, PageWriter& page);

/// Sets the timers of all sections whose group is in `groups`. Fails: kCorrupt, kInvalid when a key does not
/// fit its columns as they are now, kNoSpace; the table is then of no use.
Status restore_timers(PageReader& page, KeyGroupRange groups, TimerTable& table);

}  // namespace weir
