#include "clock_watch.hpp"

#include <algorithm>

#include <weir/host.hpp>
#include <weir/row_times.hpp>

#include "time_text.hpp"

namespace weir::analytics {
namespace {

int64_t now_us() { return host()->wall_us(host()); }

}  // namespace

ClockWatch::ClockWatch(const NamedList<AlertRule>& rules, Incidents& incidents, int64_t forget_after_us)
    : rules_(rules), incidents_(incidents), forget_after_(forget_after_us) {
  for (size_t i = 0; i < rules.size(); ++i)
    if (rules[i].second.absent && rules[i].second.clock == AbsenceClock::kWall) rule_places_.push_back(i);
}

void ClockWatch::declare(Binding& binding, const std::vector<Field>& keys) {
  if (!is_needed()) return;
  arrivals_.spec().keys = keys;
  timers_.spec().keys = keys;
  arrivals_.declare(binding);
  timers_.declare(binding);
}

void ClockWatch::start() { started_at_ = now_us(); }

Status ClockWatch::take(weir_context* context, const KeyColumns& keys,
                        const std::vector<uint64_t>& silences) {
  const int64_t now = now_us();
  for (const size_t rule : rule_places_) {
    namespaces_.assign(keys.row_count, static_cast<int64_t>(rule));
    Keys all(keys.columns, keys.row_count);
    all.namespaces(namespaces_);
    WEIR_ASSIGN_OR_RETURN(const Slots<LastArrival> slots, arrivals_.find_or_insert(context, all));
    fresh_.clear();
    for (uint32_t row = 0; row < slots.size(); ++row) {
      LastArrival& last = *slots[row];
      if (last.is_firing != 0) {
        const Transition what{rule, row, last.at, now, 0, silences[row]};
        WEIR_RETURN_IF_ERROR(incidents_.end(context, keys, what, "rows are back"));
      }
      if (last.is_timed == 0 || last.is_firing != 0) fresh_.push_back(row);
      last = {now, 1, 0, silences[row]};
    }
    WEIR_RETURN_IF_ERROR(set(context, keys, rule));
  }
  return {};
}

Status ClockWatch::set(weir_context* context, const KeyColumns& keys, size_t rule) {
  if (fresh_.empty()) return {};
  const std::vector<int64_t> due(fresh_.size(), now_us() + rules_[rule].second.absent->count());
  namespaces_.resize(fresh_.size());
  Keys picked(keys.columns, keys.row_count);
  return timers_.set(context, picked.rows(fresh_).namespaces(namespaces_), due, TimerClock::kWall);
}

Status ClockWatch::on_timers(weir_context* context, const FiredTimers& fired) {
  const KeyColumns keys{fired.key_columns(), fired.size()};
  WEIR_ASSIGN_OR_RETURN(const Slots<LastArrival> slots, arrivals_.find(context, fired.keys()));
  std::vector<uint32_t> again, forgotten;
  std::vector<int64_t> again_rules, forgotten_rules, due;
  for (uint32_t row = 0; row < slots.size(); ++row) {
    if (slots[row] == nullptr) continue;
    const int64_t rule = fired.namespaces()[row];
    const Transition what{static_cast<size_t>(rule), row, slots[row]->at, now_us(), 0, slots[row]->silences};
    WEIR_ASSIGN_OR_RETURN(const int64_t next, next_time(context, keys, what, *slots[row]));
    (next == kNever ? forgotten : again).push_back(row);
    (next == kNever ? forgotten_rules : again_rules).push_back(rule);
    if (next != kNever) due.push_back(next);
  }
  Keys picked(keys.columns, keys.row_count);
  if (!again.empty())
    WEIR_RETURN_IF_ERROR(
        timers_.set(context, picked.rows(again).namespaces(again_rules), due, TimerClock::kWall));
  if (forgotten.empty()) return {};
  return arrivals_.remove(context, picked.rows(forgotten).namespaces(forgotten_rules));
}

/// Returns when to look at the key again; kNever: it is forgotten.
Result<int64_t> ClockWatch::next_time(weir_context* context, const KeyColumns& keys, const Transition& what,
                                      LastArrival& last) {
  const int64_t absent = rules_[what.rule].second.absent->count();
  if (last.is_firing != 0 && what.at >= last.at + forget_after_) {
    WEIR_RETURN_IF_ERROR(
        incidents_.end(context, keys, what, "no rows for " + duration_text(forget_after_) + ", forgotten"));
    return kNever;
  }
  if (last.is_firing != 0) return last.at + forget_after_;
  const int64_t due = std::max(last.at, started_at_) + absent;
  if (due > what.at) return due;
  const int64_t silenced_until = incidents_.silenced_until(what);
  if (silenced_until > what.at) return silenced_until;
  last.is_firing = 1;
  Transition begins = what;
  begins.value = static_cast<double>(what.at - last.at) / 1e6;
  WEIR_RETURN_IF_ERROR(incidents_.begin(context, keys, begins));
  return std::max(last.at + forget_after_, what.at + 1);
}

}  // namespace weir::analytics
