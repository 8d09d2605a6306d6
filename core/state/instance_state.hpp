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
#include "state/row_log.hpp"
#include "state/value_table.hpp"

namespace weir {

/// Built from a node's binding, one for each of its copies. `state` in every call is the index in
/// weir_binding.states; calls of another kind of state answer kInvalid, kinds that are not served yet
/// kUnsupported.
///
/// Threads: one at a time, as calls on an instance are.
class InstanceState {
 public:
  struct Options {
    std::string node;
    uint32_t copy = 0;
    uint32_t copies = 1;
    std::string spill_directory = {};  ///< Of temporary files; must exist. Empty: logs stay in memory.
    size_t log_memory_bytes = 64 * 1024 * 1024;
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

  /// Returns the fault that a call of weir_state_calls by this name answers while it is not served.
  static Status unsupported(std::string_view call);
  /// Returns the calls and the features of state specs that are not served yet.
  static std::span<const std::string_view> unsupported_entries();

  /// Adds a page for every state that holds anything to the checkpoint that has begun.
  Status snapshot(CheckpointStore& store);
  /// Takes what belongs to this copy from a checkpoint, whatever the number of copies was then: keyed slots
  /// by their key group, the log of old copy i by copy i modulo `copies`. Call once, first.
  Status restore(CheckpointStore& store, const Manifest& manifest);

  size_t state_count() const { return states_.size(); }
  KeyGroupRange groups() const { return groups_of_copy(options_.copy, options_.copies); }
  /// [bytes] that all states hold in memory.
  uint64_t held_bytes() const;

 private:
  struct State {
    const weir_state_spec* spec = nullptr;
    std::string name;
    std::variant<std::unique_ptr<ValueTable>, std::unique_ptr<RowLog>> held;
  };
  InstanceState(Options options, MemoryAccount& account, Disk* disk);
  Status add(const weir_state_spec& spec);
  Status add_values(const weir_state_spec& spec, State& state);
  void add_log(const weir_state_spec& spec, State& state);
  template <class Held>
  Result<Held*> held(uint32_t state, const char* kind);
  Result<ValueTable*> values(uint32_t state);
  Result<RowLog*> log(uint32_t state);
  Status snapshot_one(const State& state, CheckpointStore& store) const;
  Status restore_one(const State& state, PageReader& page) const;

  const Options options_;
  MemoryAccount& account_;
  Disk* const disk_;
  std::vector<State> states_;
};

}  // namespace weir
