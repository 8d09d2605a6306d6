#pragma once
// Incidents: keys of one group that breach one rule at the same time, of which people are told once.
#include <span>
#include <string>
#include <vector>

#include <weir/emitter.hpp>
#include <weir/state.hpp>

#include "alert_rule.hpp"
#include "notices.hpp"

namespace weir::analytics {

/// What is kept of a group under a rule while any of its keys breaches it. Namespace: the rule's place.
struct Incident {
  int64_t started_at;
  uint32_t members;
  uint32_t most_members;
  uint64_t is_announced;
};

/// The key columns at hand, by place in `by`. Borrows: the columns.
struct KeyColumns {
  std::span<const weir_column* const> columns;
  size_t row_count = 0;
};

class Incidents {
 public:
  using Rules = NamedList<AlertRule>;
  /// Borrows the rules and silences: as long as the node.
  Incidents(const Rules& rules, const std::vector<Silence>& silences) : rules_(rules), silences_(silences) {}
  /// `group`: places in `keys`, the fields of `by`.
  void declare(Binding& binding, const std::vector<Field>& keys, std::vector<size_t> group);

  /// A key begins to breach: tells of it when it is the first of its group and nothing silences it.
  Status begin(weir_context* context, const KeyColumns& keys, const Transition& what);
  /// A key still breaches: tells of what a silence held back.
  Status go_on(weir_context* context, const KeyColumns& keys, const Transition& what);
  /// A key breaches no more: tells of it when it was the last and its beginning was told. `why`: "",
  /// or what the sentence says in place of the value.
  Status end(weir_context* context, const KeyColumns& keys, const Transition& what,
             const std::string& why = {});

  /// Returns when the last silence ends that holds this back; `what.at` or before: none does.
  int64_t silenced_until(const Transition& what) const;
  /// Sends the notices that were made since the last call with these columns.
  void give(const KeyColumns& keys, Emitter& emitter);

 private:
  std::vector<const weir_column*> group_of(const KeyColumns& keys) const;
  Result<Incident*> find(weir_context* context, const KeyColumns& keys, const Transition& what,
                         bool makes_it);
  void announce(const KeyColumns& keys, const Transition& what, Incident& incident);
  Notice notice(const KeyColumns& keys, const Transition& what, const Incident& incident) const;
  std::string reading_text(const AlertRule& rule, const Transition& what) const;

  const Rules& rules_;
  const std::vector<Silence>& silences_;
  std::vector<std::string> key_names_;
  std::vector<std::string> group_names_;
  std::vector<size_t> group_;
  ValueState<Incident> incidents_{"incidents"};
  std::vector<Notice> notices_;
};

}  // namespace weir::analytics
