#pragma once
// All states of one instance: what the host's weir_state_calls reach.
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "data/memory.hpp"
#include "state/checkpoint.hpp"
#include "state/key_bytes.hpp"
#include "state/list_table.hpp"
#include "state/map_table.hpp"
#include "state/row_log.hpp"
#include "state/timer_table.hpp"
#include "state/value_table.hpp"
#include "world/clock.hpp"

namespace weir {

/// Built from a node's binding, one for each of its copies. `state` in every call is the index in
/// weir_binding.states; calls of another kind of state answer kInvalid.
///
/// Threads: one at a time, as calls on an instance are.
class InstanceState {
 public:
  struct Options {
    std::string node;
    uint32_t copy = 0;
    uint32_t copies = 1;
    std::string spill_directory = {};  ///< Of temporary files; must exist. Empty: all stays in memory.
    size_t log_memory_bytes = 64 * 1024 * 1024;           ///< Of each log, before it goes on in a file.
    size_t value_memory_bytes = MemoryAccount::kNoLimit;  ///< Of each VALUES state, the same.
    size_t kept_memory_bytes = MemoryAccount::kNoLimit;   ///< Of each LIST, MAP and TIMERS state, at most.
    bool is_partial = false;  ///< Another instance of this copy has the same states.
    /// What the age of entries with a ttl is measured by; null: event time (reach_event_time()).
    const Clock* clock = nullptr;
  };
  /// Borrows `binding` (migrate functions), `account` and `disk` (may be null without a spill_directory) as
  /// long as it lives. Fails: kUnsupported or kInvalid, naming the state.
  static Result<std::unique_ptr<InstanceState>> make(const weir_binding& binding, Options options,
                                                     MemoryAccount& account, Disk* disk);
  ~InstanceState();
  InstanceState(const InstanceState&) = delete;
  InstanceState& operator=(const InstanceState&) = delete;

  Status find_or_insert(uint32_t state, const weir_keys& keys, void** slots, uint8_t* inserted);
  Status find(uint32_t state, const weir_keys& keys, void** slots);
  Status scan(uint32_t state, int64_t upto, int64_t max_rows, weir_scan* scan);
  Status remove_upto(uint32_t state, int64_t upto);
  Status remove(uint32_t state, const weir_keys& keys);
  Status move(uint32_t state, const weir_keys& keys, const int64_t* targets);
  Status block_resize(uint32_t state, weir_block** ref, uint64_t size);
  Status usage(uint32_t state, uint64_t* bytes, uint64_t* keys);
  /// Takes `batch`, whatever it answers.
  Status log_append(uint32_t state, weir_batch* batch);
  Status log_count(uint32_t state, uint64_t* count);
  /// Returns a reference in *out.
  Status log_read(uint32_t state, uint64_t index, weir_batch** out);
  Status log_clear(uint32_t state);
  Status list_append(uint32_t state, const weir_keys& keys, const weir_column* const* values);
  /// list_read and map_get return a reference in *out.
  Status list_read(uint32_t state, const weir_keys& keys, const int64_t* from, const int64_t* to,
                   weir_batch** out);
  Status list_remove_upto(uint32_t state, int64_t upto);
  Status map_put(uint32_t state, const weir_keys& keys, const weir_column* const* values);
  Status map_get(uint32_t state, const weir_keys& keys, const weir_column& second, weir_batch** out);
  Status map_remove(uint32_t state, const weir_keys& keys, const weir_column& second);
  Status timer_set(uint32_t state, const weir_keys& keys, const int64_t* times, uint32_t is_event_time);
  Status timer_cancel(uint32_t state, const weir_keys& keys);

  /// Lets states free entries that are gone by their age, and put slots aside when they hold more memory than
  /// they may. Call between two calls of the component. Fails with kInvalid when a state that cannot put
  /// anything aside holds more.
  Status settle();

  /// Adds a page for every state that has changed to the checkpoint that has begun: of what changed where an
  /// earlier page of this process can be built on, else of everything.
  Status snapshot(CheckpointStore& store);
  /// Takes what belongs to this copy from a checkpoint, whatever the number of copies was then: keyed slots
  /// by their key group, the log of old copy i by copy i modulo `copies`. Call once, first.
  Status restore(CheckpointStore& store, const Manifest& manifest);

  /// Event time has reached `time_us`: entries with a ttl that were not written for so long are gone. Of no
  /// effect when a clock was given.
  void reach_event_time(int64_t time_us);

  /// A TIMERS state by its number.
  struct Timers {
    uint32_t state;
    TimerTable* table;
  };
  /// Returns all of them. Borrows: as long as this object.
  std::vector<Timers> timers() const;

  size_t state_count() const { return states_.size(); }
  KeyGroupRange groups() const { return groups_of_copy(options_.copy, options_.copies); }
  /// [bytes] that all states hold in memory.
  uint64_t held_bytes() const;

 private:
  struct State {
    const weir_state_spec* spec = nullptr;
    std::string name;
    std::variant<std::unique_ptr<ValueTable>, std::unique_ptr<RowLog>, std::unique_ptr<ListTable>,
                 std::unique_ptr<MapTable>, std::unique_ptr<TimerTable>>
        held;
  };
  InstanceState(Options options, MemoryAccount& account, Disk* disk);
  Status add(const weir_state_spec& spec);
  Status make_table(const weir_state_spec& spec, State& state);
  Status add_values(const weir_state_spec& spec, State& state);
  void add_log(const weir_state_spec& spec, State& state);
  Status add_list(const weir_state_spec& spec, State& state);
  Status add_map(const weir_state_spec& spec, State& state);
  Status add_timers(const weir_state_spec& spec, State& state);
  Status no_such(uint32_t state) const;
  std::string spill_path(const char* kind) const;
  template <class Held>
  Result<Held*> held(uint32_t state, const char* kind);
  /// These three at the clock's time, where entries age by the clock; values as it was when they were first
  /// asked for since settle().
  Result<ValueTable*> values(uint32_t state);
  Result<RowLog*> log(uint32_t state);
  Result<ListTable*> list(uint32_t state);
  Result<MapTable*> map(uint32_t state);
  Result<TimerTable*> timers(uint32_t state);
  Status snapshot_one(const State& state, CheckpointStore& store) const;
  static Status snapshot_values(ValueTable& table, const PageId& id, PageState how, CheckpointStore& store);
  template <class Table>
  static Status snapshot_aged(Table& table, const PageId& id, const PageState& how, CheckpointStore& store);
  template <class Table>
  static Status snapshot_records(Table& table, StateAge& age, const PageId& id, PageState how,
                                 CheckpointStore& store);
  static Status keep_chain(StateAge& age, const PageId& id, const PageState& how, CheckpointStore& store);
  static Status snapshot_log(RowLog& log, const PageId& id, const PageState& how, CheckpointStore& store);
  Status restore_one(const State& state, std::span<PageReader> pages) const;

  const Options options_;
  MemoryAccount& account_;
  Disk* const disk_;
  std::vector<State> states_;
};

}  // namespace weir
