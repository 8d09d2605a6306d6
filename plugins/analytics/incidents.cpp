#include "incidents.hpp"

#include <algorithm>

#include "time_text.hpp"

namespace weir::analytics {

void Incidents::declare(Binding& binding, const std::vector<Field>& keys, std::vector<size_t> group) {
  group_ = std::move(group);
  for (const Field& field : keys) key_names_.push_back(field.name);
  for (const size_t place : group_) {
    group_names_.push_back(keys[place].name);
    incidents_.spec().keys.push_back(keys[place]);
  }
  incidents_.declare(binding);
}

std::vector<const weir_column*> Incidents::group_of(const KeyColumns& keys) const {
  std::vector<const weir_column*> made;
  for (const size_t place : group_) made.push_back(keys.columns[place]);
  return made;
}

Result<Incident*> Incidents::find(weir_context* context, const KeyColumns& keys, const Transition& what,
                                  bool makes_it) {
  const std::vector<const weir_column*> columns = group_of(keys);
  const std::vector<uint32_t> rows{what.row};
  const std::vector<int64_t> rule{static_cast<int64_t>(what.rule)};
  Keys one(columns, keys.row_count);
  one.rows(rows).namespaces(rule);
  WEIR_ASSIGN_OR_RETURN(const Slots<Incident> slots,
                        makes_it ? incidents_.find_or_insert(context, one) : incidents_.find(context, one));
  return slots[0];
}

Status Incidents::begin(weir_context* context, const KeyColumns& keys, const Transition& what) {
  WEIR_ASSIGN_OR_RETURN(Incident* const incident, find(context, keys, what, true));
  if (incident->members++ == 0) incident->started_at = what.since;
  incident->most_members = std::max(incident->most_members, incident->members);
  announce(keys, what, *incident);
  return {};
}

Status Incidents::go_on(weir_context* context, const KeyColumns& keys, const Transition& what) {
  if (silences_.empty()) return {};  // Nothing was held back.
  WEIR_ASSIGN_OR_RETURN(Incident* const incident, find(context, keys, what, false));
  if (incident != nullptr) announce(keys, what, *incident);
  return {};
}

Status Incidents::end(weir_context* context, const KeyColumns& keys, const Transition& what,
                      const std::string& why) {
  WEIR_ASSIGN_OR_RETURN(Incident* const incident, find(context, keys, what, false));
  if (incident == nullptr || --incident->members > 0) return {};
  if (incident->is_announced != 0) {
    Notice made = notice(keys, what, *incident);
    const int64_t lasted = std::max<int64_t>(0, what.at - incident->started_at);
    made.sentence += "resolved at " + time_text(what.at) + " after " + duration_text(lasted) +
                     (why.empty() ? ": " + short_number(what.value) : ": " + why);
    if (made.members > 1) made.sentence += ", " + std::to_string(made.members) + " keys at most";
    notices_.push_back(std::move(made));
  }
  const std::vector<const weir_column*> columns = group_of(keys);
  const std::vector<uint32_t> rows{what.row};
  const std::vector<int64_t> rule{static_cast<int64_t>(what.rule)};
  return incidents_.remove(context, Keys(columns, keys.row_count).rows(rows).namespaces(rule));
}

int64_t Incidents::silenced_until(const Transition& what) const {
  int64_t until = what.at;
  for (size_t i = 0; i < silences_.size(); ++i) {
    const Silence& silence = silences_[i];
    if ((what.silences >> i & 1U) == 0 || what.at < silence.from.us) continue;
    if (silence.rule && *silence.rule != rules_[what.rule].first) continue;
    until = std::max(until, silence.until.us);
  }
  return until;
}

void Incidents::announce(const KeyColumns& keys, const Transition& what, Incident& incident) {
  if (incident.is_announced != 0 || silenced_until(what) > what.at) return;
  incident.is_announced = 1;
  const AlertRule& rule = rules_[what.rule].second;
  Notice made = notice(keys, what, incident);
  made.is_firing = true;
  made.sentence += reading_text(rule, what);
  notices_.push_back(std::move(made));
}

Notice Incidents::notice(const KeyColumns& keys, const Transition& what, const Incident& incident) const {
  const auto& [name, rule] = rules_[what.rule];
  Notice made;
  made.what = what;
  made.started_at = incident.started_at;
  made.members = incident.most_members;
  made.rule = name;
  made.severity = rule.severity;
  made.key = key_text(group_names_, group_of(keys), what.row);
  made.threshold = rule.absent ? static_cast<double>(rule.absent->count()) / 1e6 : rule.threshold();
  made.id = stable_hash(name + '\n' + made.key + '\n' + std::to_string(incident.started_at));
  const std::string whole_key = key_text(key_names_, keys.columns, what.row);
  made.sentence =
      (rule.summary.empty() ? name : rule.summary) + (whole_key.empty() ? "" : " (" + whole_key + ")") + ": ";
  return made;
}

std::string Incidents::reading_text(const AlertRule& rule, const Transition& what) const {
  if (rule.absent)
    return "no rows since " + time_text(what.since) + ", expected one every " +
           duration_text(rule.absent->count());
  std::string reading = short_number(what.value);
  if (rule.burn) reading = "the burn rate " + reading;
  if (rule.change_over)
    reading = "the change over " + duration_text(rule.change_over->count()) + ", " + reading + ",";
  return reading + " is " + (rule.above ? "above " : "below ") + short_number(rule.threshold()) + " since " +
         time_text(what.since);
}

void Incidents::give(const KeyColumns& keys, Emitter& emitter) {
  if (notices_.empty()) return;
  emitter.emit(notice_rows(notices_, group_of(keys)));
  notices_.clear();
}

}  // namespace weir::analytics
