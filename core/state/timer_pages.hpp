#pragma once
// Timers as a page, and back.
#include <span>

#include <weir/status.hpp>

#include "state/checkpoint.hpp"
#include "state/key_bytes.hpp"
#include "state/state_page.hpp"
#include "state/timer_table.hpp"

namespace weir {

/// Adds a section for each key group that has timers, or of which something changed since the last call
/// (needs: table.records().changes().is_tracking()); one without bytes where none are left. An entry is: i64
/// namespace, canonical key bytes (u32 length), i64 time [us], u8 clock (DueBy).
Status save_timers(TimerTable& table, PageForm form, FaultPoints& faults, PageWriter& page);

/// Sets the timers of all sections that count and whose group is in `groups`. Needs: `pages` are of one
/// state, oldest first. Fails: kCorrupt, kInvalid when a key does not fit its columns as they are now,
/// kNoSpace; the table is then of no use.
Status restore_timers(std::span<PageReader> pages, KeyGroupRange groups, TimerTable& table);

}  // namespace weir
