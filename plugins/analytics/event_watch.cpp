
#include "event_watch.hpp"
#include <weir/row_times.hpp>

#include <algorithm>

#include "time_text.hpp"

namespace weir::analytics {

EventWatch::EventWatch(const Rules& rules, Incidents& incidents, int64_t warm_up_us, int64_t forget_after_us)
    : rules_(rules),
      incidents_(incidents),
      warm_up_(warm_up_us),
      forget_after_(forget_after_us),
      next_deadline_(kBeforeAll) {
  lay_out(keys_, rules.size());
}

void EventWatch::declare(Binding& binding, const std::vector<Field>& keys) {
  keys_.spec().keys = keys;
  deadlines_.spec().keys = keys;
  keys_.declare(binding);
  deadlines_.declare(binding);
}

Status EventWatch::take(weir_context* context, const KeyColumns& keys, std::span<const Row> rows,
                        Emitter& emitter) {
  found_.clear();
  for (uint32_t row = 0; row < rows.size(); ++row) {
    if (next_deadline_ < rows[row].time) {
      incidents_.give(keys, emitter);
      WEIR_RETURN_IF_ERROR(pass(context, rows[row].time - 1, emitter));
      found_.clear();  // A key that was forgotten has no slot any more.
    }
    if (found_.empty()) {
      WEIR_ASSIGN_OR_RETURN(const Slots<KeyWatch> slots,
                            keys_.find_or_insert(context, Keys(keys.columns, keys.row_count)));
      for (size_t i = 0; i < slots.size(); ++i) found_.push_back(slots[i]);
    }
    WEIR_RETURN_IF_ERROR(take_row(context, keys, row, rows[row], *found_[row]));
  }
  incidents_.give(keys, emitter);
  return {};
}

Status EventWatch::take_row(weir_context* context, const KeyColumns& keys, uint32_t row, const Row& what,
                            KeyWatch& key) {
  if (key.is_known == 0) key.first_time = what.time;
  key.is_known = 1;
  key.last_time = what.time;
  key.silences = what.silences;
  const bool is_warm = what.time > key.first_time || warm_up_ == 0;
  const bool may_fire = is_warm && what.time - key.first_time >= warm_up_;
  for (size_t i = 0; i < rules_.size(); ++i) {
    RuleWatch& watch = key.rule(i);
    Transition told{i, row, watch.since, what.time, what.readings[i], what.silences};
    if (is_absence(i)) {
      if (watch.phase == Phase::kFiring)
        WEIR_RETURN_IF_ERROR(incidents_.end(context, keys, told, "rows are back"));
      watch.phase = Phase::kQuiet;
      if ((key.deadlines >> i & 1U) == 0)
        WEIR_RETURN_IF_ERROR(
            set_deadline(context, keys, row, what.time + rules_[i].second.absent->count(), uint64_t{1} << i));
      key.deadlines |= uint64_t{1} << i;
      continue;
    }
    if (rules_[i].second.absent) continue;  // By the clock.
    if (rules_[i].second.change_over) {
      WEIR_ASSIGN_OR_RETURN(told.value,
                            take_change(keys_, context, watch, rules_[i].second, told.value, what.time));
    }
    const Move moved = move(watch, rules_[i].second, told.value, what.time, may_fire);
    told.since = watch.since;
    WEIR_RETURN_IF_ERROR(tell(context, keys, told, moved));
  }
  if ((key.deadlines & kForget) == 0)
    WEIR_RETURN_IF_ERROR(set_deadline(context, keys, row, what.time + forget_after_, kForget));
  key.deadlines |= kForget;
  return {};
}

Status EventWatch::tell(weir_context* context, const KeyColumns& keys, const Transition& what, Move move) {
  if (move == Move::kBegins) return incidents_.begin(context, keys, what);
  if (move == Move::kGoesOn) return incidents_.go_on(context, keys, what);
  return move == Move::kEnds ? incidents_.end(context, keys, what) : Status();
}

Status EventWatch::set_deadline(weir_context* context, const KeyColumns& keys, uint32_t row, int64_t at,
                                uint64_t rules) {
  const std::vector<uint32_t> rows{row};
  const std::vector<int64_t> times{at};
  Keys one(keys.columns, keys.row_count);
  WEIR_ASSIGN_OR_RETURN(const Slots<Deadline> slots,
                        deadlines_.find_or_insert(context, one.rows(rows).namespaces(times)));
  slots[0]->rules |= rules;
  next_deadline_ = std::min(next_deadline_, at);
  return {};
}

// The earliest deadlines first, all of one time at once: a look at a key may set a new one that comes before
// others that are due.
Status EventWatch::pass(weir_context* context, int64_t upto, Emitter& emitter) {
  constexpr size_t kAtOnce = 256;
  while (next_deadline_ <= upto) {
    uint64_t cursor = 0;
    WEIR_ASSIGN_OR_RETURN(const auto due, deadlines_.scan(context, kNever, kAtOnce, &cursor));
    next_deadline_ = due.slots.size() == 0 ? kNever : due.namespaces[0];
    if (next_deadline_ > upto) break;
    std::vector<const weir_column*> columns;
    for (const Column& column : due.keys) columns.push_back(column.get());
    const KeyColumns keys{columns, due.slots.size()};
    std::vector<uint32_t> rows;
    std::vector<int64_t> times;
    std::vector<uint64_t> rules;
    for (uint32_t row = 0; row < due.slots.size() && due.namespaces[row] == next_deadline_; ++row) {
      rows.push_back(row);
      times.push_back(due.namespaces[row]);
      rules.push_back(due.slots[row]->rules);
    }
    Keys picked(keys.columns, keys.row_count);
    WEIR_RETURN_IF_ERROR(deadlines_.remove(context, picked.rows(rows).namespaces(times)));
    Keys found_keys(keys.columns, keys.row_count);
    WEIR_ASSIGN_OR_RETURN(const Slots<KeyWatch> found, keys_.find(context, found_keys.rows(rows)));
    const std::vector<void*> slots(found.raw().begin(), found.raw().end());
    for (size_t i = 0; i < slots.size(); ++i)
      if (slots[i] != nullptr)
        WEIR_RETURN_IF_ERROR(
            look_at(context, keys, rows[i], times[i], rules[i], *static_cast<KeyWatch*>(slots[i])));
    incidents_.give(keys, emitter);
  }
  return {};
}

Status EventWatch::look_at(weir_context* context, const KeyColumns& keys, uint32_t row, int64_t at,
                           uint64_t due, KeyWatch& key) {
  for (size_t i = 0; i < rules_.size(); ++i) {
    if ((due >> i & 1U) == 0) continue;
    const int64_t expected = key.last_time + rules_[i].second.absent->count();
    const Transition what{i,           row, key.last_time, at, static_cast<double>(at - key.last_time) / 1e6,
                          key.silences};
    const int64_t later = expected > at ? expected : incidents_.silenced_until(what);
    if (later > at) {
      WEIR_RETURN_IF_ERROR(set_deadline(context, keys, row, later, uint64_t{1} << i));
      continue;
    }
    key.deadlines &= ~(uint64_t{1} << i);
    key.rule(i).phase = Phase::kFiring;
    key.rule(i).since = key.last_time;
    WEIR_RETURN_IF_ERROR(incidents_.begin(context, keys, what));
  }
  if ((due & kForget) == 0) return {};
  if (key.last_time + forget_after_ > at)
    return set_deadline(context, keys, row, key.last_time + forget_after_, kForget);
  return forget(context, keys, row, at, key);
}

Status EventWatch::forget(weir_context* context, const KeyColumns& keys, uint32_t row, int64_t at,
                          KeyWatch& key) {
  for (size_t i = 0; i < rules_.size(); ++i) {
    if (key.rule(i).phase != Phase::kFiring) continue;
    const Transition what{i, row, key.rule(i).since, at, 0, key.silences};
    WEIR_RETURN_IF_ERROR(
        incidents_.end(context, keys, what, "no rows for " + duration_text(forget_after_) + ", forgotten"));
  }
  const std::vector<uint32_t> rows{row};
  Keys one(keys.columns, keys.row_count);
  return keys_.remove(context, one.rows(rows));
}

}  // namespace weir::analytics
