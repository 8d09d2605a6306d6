#pragma once
// State that the host keeps for a node: it survives restarts, moves between copies, and is charged to the
// node.
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "weir/batch.hpp"
#include "weir/binding.hpp"
#include "weir/option_types.hpp"

namespace weir {

/// The keys of some rows: columns of the key's types, optionally with rows picked and a namespace for each
/// (a window's end). Borrows everything it is given.
class Keys {
 public:
  /// The key columns of every row of `batch`.
  Keys(const Batch& batch, std::span<const ColumnRef> columns) {
    for (const ColumnRef& ref : columns) columns_.push_back(&batch.raw_column(ref.index));
    row_count_ = static_cast<int64_t>(batch.row_count());
  }
  /// Columns of `row_count` rows each.
  Keys(std::span<const weir_column* const> columns, size_t row_count)
      : columns_(columns.begin(), columns.end()), row_count_(static_cast<int64_t>(row_count)) {}
  Keys& rows(std::span<const uint32_t> picked) {
    rows_ = picked.data();
    row_count_ = static_cast<int64_t>(picked.size());
    return *this;
  }
  /// Needs: as many as rows. Call it after rows().
  Keys& namespaces(std::span<const int64_t> each) {
    namespaces_ = each.data();
    return *this;
  }
  size_t size() const { return static_cast<size_t>(row_count_); }
  /// Borrows: as long as this object.
  weir_keys get() const {
    return {columns_.data(), static_cast<uint32_t>(columns_.size()), 0, rows_, namespaces_, row_count_};
  }

 private:
  std::vector<const weir_column*> columns_;
  const uint32_t* rows_ = nullptr;
  const int64_t* namespaces_ = nullptr;
  int64_t row_count_ = 0;
};

/// The slots of some keys. Borrows: until the component's call returns.
template <class Slot>
class Slots {
 public:
  explicit Slots(std::span<void* const> raw) : raw_(raw) {}
  size_t size() const { return raw_.size(); }
  /// Null only after find().
  Slot* operator[](size_t i) const { return static_cast<Slot*>(raw_[i]); }
  std::span<void* const> raw() const { return raw_; }

 private:
  std::span<void* const> raw_;
};

/// What all handles of host-kept state share.
class StateHandle {
 public:
  explicit StateHandle(StateSpec spec) : spec_(std::move(spec)) {}
  StateSpec& spec() { return spec_; }
  /// Called in bind().
  void declare(Binding& binding) { index_ = binding.add_state(spec_); }
  uint32_t index() const { return index_; }
  /// Entries that were not written for `time` are gone (of values: no find_or_insert() named their key): see
  /// weir_state_spec.ttl_us. Call it before declare().
  void forget_after(Duration time) { spec_.ttl_us = time.count(); }

 protected:
  static StateSpec make_spec(weir_state_kind kind, std::string name, std::vector<Field> columns,
                             uint32_t version) {
    StateSpec spec;
    spec.kind = kind;
    spec.name = std::move(name);
    spec.version = version;
    spec.values = std::move(columns);
    return spec;
  }
  template <class Call>
  static Status checked(Call call) {
    weir_fault fault{};
    return status_of(call(&fault), fault);
  }
  StateSpec spec_;
  uint32_t index_ = 0;
};

/// One Slot for each (key, namespace): plain bytes that begin zeroed. A Slot whose weir_block* members own
/// memory lists them: `static std::vector<uint32_t> ref_offsets();`.
template <class Slot>
class ValueState : public StateHandle {
 public:
  static_assert(std::is_trivially_copyable_v<Slot>, "slots are moved, spilled and restored as bytes");

  explicit ValueState(std::string name, uint32_t version = 1)
      : StateHandle(make_spec(std::move(name), version)) {}

  /// Returns one slot for each key, made where it was missing; two rows of one key get one slot.
  Result<Slots<Slot>> find_or_insert(weir_context* context, const Keys& keys) {
    slots_.resize(keys.size());
    inserted_.resize(keys.size());
    const weir_keys raw = keys.get();
    WEIR_RETURN_IF_ERROR(checked([&](weir_fault* fault) {
      return calls().find_or_insert(context, index_, &raw, slots_.data(), inserted_.data(), fault);
    }));
    return Slots<Slot>(slots_);
  }
  /// After find_or_insert: whether row i made its slot.
  bool was_inserted(size_t i) const { return inserted_[i] != 0; }
  /// Returns one slot for each key; null where there is none.
  Result<Slots<Slot>> find(weir_context* context, const Keys& keys) {
    slots_.resize(keys.size());
    const weir_keys raw = keys.get();
    WEIR_RETURN_IF_ERROR(checked(
        [&](weir_fault* fault) { return calls().find(context, index_, &raw, slots_.data(), fault); }));
    return Slots<Slot>(slots_);
  }
  Status remove(weir_context* context, const Keys& keys) {
    const weir_keys raw = keys.get();
    return checked([&](weir_fault* fault) { return calls().remove(context, index_, &raw, fault); });
  }
  Status remove_upto(weir_context* context, int64_t upto) {
    return checked([&](weir_fault* fault) { return calls().remove_upto(context, index_, upto, fault); });
  }
  /// Gives slots another namespace. Needs: none there yet.
  Status move(weir_context* context, const Keys& keys, std::span<const int64_t> targets) {
    const weir_keys raw = keys.get();
    return checked(
        [&](weir_fault* fault) { return calls().move(context, index_, &raw, targets.data(), fault); });
  }

  /// One portion of a scan. Borrows: until the next call on this state.
  struct Portion {
    std::vector<Column> keys;
    std::span<const int64_t> namespaces;
    Slots<Slot> slots;
  };
  /// Returns the next slots with namespace <= `upto`, at most `max_rows`, ordered by namespace and key; no
  /// slots: there are no more. `*cursor` begins as 0 and is the scan's own.
  Result<Portion> scan(weir_context* context, int64_t upto, size_t max_rows, uint64_t* cursor) {
    weir_scan out{};
    out.cursor = *cursor;
    WEIR_RETURN_IF_ERROR(checked([&](weir_fault* fault) {
      return calls().scan(context, index_, upto, static_cast<int64_t>(max_rows), &out, fault);
    }));
    *cursor = out.cursor;
    const auto rows = static_cast<size_t>(out.row_count);
    Portion portion{{}, {out.namespaces, rows}, Slots<Slot>({out.slots, rows})};
    for (size_t i = 0; rows > 0 && i < key_count_; ++i) portion.keys.push_back(Column::retain(out.keys[i]));
    return portion;
  }
  /// Called in bind(), after key_by().
  void declare(Binding& binding) {
    StateHandle::declare(binding);
    key_count_ = spec_.keys.empty() ? binding.key_count() : spec_.keys.size();
  }

  /// Makes the block that `*ref`, a member of one of this state's slots, names `size` bytes long; 0 frees it.
  Status resize_block(weir_context* context, weir_block** ref, size_t size) {
    return checked(
        [&](weir_fault* fault) { return calls().block_resize(context, index_, ref, size, fault); });
  }

 private:
  static const weir_state_calls& calls() { return *host()->state; }
  static StateSpec make_spec(std::string name, uint32_t version) {
    StateSpec spec;
    spec.name = std::move(name);
    spec.version = version;
    spec.slot_size = sizeof(Slot);
    if constexpr (requires { Slot::ref_offsets(); }) spec.ref_offsets = Slot::ref_offsets();
    return spec;
  }
  std::vector<void*> slots_;
  std::vector<uint8_t> inserted_;
  size_t key_count_ = 0;
};

/// Batches in the order in which they were appended; not keyed.
class LogState : public StateHandle {
 public:
  explicit LogState(std::string name, std::vector<Field> columns, uint32_t version = 1)
      : StateHandle(make_spec(WEIR_STATE_LOG, std::move(name), std::move(columns), version)) {}
  /// Takes the batch.
  Status append(weir_context* context, Batch batch) {
    return checked([&](weir_fault* fault) {
      return host()->state->log_append(context, index_, batch.release(), fault);
    });
  }
  Result<uint64_t> count(weir_context* context) const {
    uint64_t batches = 0;
    WEIR_RETURN_IF_ERROR(checked(
        [&](weir_fault* fault) { return host()->state->log_count(context, index_, &batches, fault); }));
    return batches;
  }
  Result<Batch> read(weir_context* context, uint64_t index) const {
    weir_batch* out = nullptr;
    WEIR_RETURN_IF_ERROR(checked(
        [&](weir_fault* fault) { return host()->state->log_read(context, index_, index, &out, fault); }));
    return Batch::adopt(out);
  }
  Status clear(weir_context* context) {
    return checked([&](weir_fault* fault) { return host()->state->log_clear(context, index_, fault); });
  }
};

/// Rows by key, ordered by namespace (their time, for a join). What is appended is copied: a batch may be as
/// large as it likes for the few rows of it that are kept.
class ListState : public StateHandle {
 public:
  explicit ListState(std::string name, std::vector<Field> columns, uint32_t version = 1)
      : StateHandle(make_spec(WEIR_STATE_LIST, std::move(name), std::move(columns), version)) {}
  /// Needs: `values` are as long as the key columns; rows that keys pick are picked of them.
  Status append(weir_context* context, const Keys& keys, std::span<const weir_column* const> values) {
    const weir_keys raw = keys.get();
    return checked([&](weir_fault* fault) {
      return host()->state->list_append(context, index_, &raw, values.data(), fault);
    });
  }
  /// The columns of `values` are those of the list.
  Status append(weir_context* context, const Keys& keys, const Batch& values) {
    return append(context, keys, {values->columns, values.column_count()});
  }
  /// Returns the rows with namespace in [from[i], to[i]], by i, then namespace, then as they were appended:
  /// column 0 = uint32 i, column 1 = namespace, then the values. Namespaces of `keys` are not looked at.
  Result<Batch> read(weir_context* context, const Keys& keys, std::span<const int64_t> from,
                     std::span<const int64_t> to) const {
    const weir_keys raw = keys.get();
    weir_batch* out = nullptr;
    WEIR_RETURN_IF_ERROR(checked([&](weir_fault* fault) {
      return host()->state->list_read(context, index_, &raw, from.data(), to.data(), &out, fault);
    }));
    return Batch::adopt(out);
  }
  /// Forgets every row with namespace <= `upto`, whatever its key.
  Status remove_upto(weir_context* context, int64_t upto) {
    return checked(
        [&](weir_fault* fault) { return host()->state->list_remove_upto(context, index_, upto, fault); });
  }
};

/// One row for each key and second key, which is the first of its columns.
class MapState : public StateHandle {
 public:
  explicit MapState(std::string name, std::vector<Field> columns, uint32_t version = 1)
      : StateHandle(make_spec(WEIR_STATE_MAP, std::move(name), std::move(columns), version)) {}
  /// Writes over the row that is there. Of two rows of one key and second key the later one counts.
  /// Needs: `values` are as long as the key columns; rows that keys pick are picked of them.
  Status put(weir_context* context, const Keys& keys, std::span<const weir_column* const> values) {
    const weir_keys raw = keys.get();
    return checked([&](weir_fault* fault) {
      return host()->state->map_put(context, index_, &raw, values.data(), fault);
    });
  }
  /// The columns of `values` are those of the map.
  Status put(weir_context* context, const Keys& keys, const Batch& values) {
    return put(context, keys, {values->columns, values.column_count()});
  }
  /// Returns the rows that are there, in the order in which they were asked for: column 0 = uint32 index of
  /// the asking row, then the second key and the other values.
  Result<Batch> get(weir_context* context, const Keys& keys, const weir_column& second) const {
    const weir_keys raw = keys.get();
    weir_batch* out = nullptr;
    WEIR_RETURN_IF_ERROR(checked([&](weir_fault* fault) {
      return host()->state->map_get(context, index_, &raw, &second, &out, fault);
    }));
    return Batch::adopt(out);
  }
  /// Rows that are not there are passed over.
  Status remove(weir_context* context, const Keys& keys, const weir_column& second) {
    const weir_keys raw = keys.get();
    return checked(
        [&](weir_fault* fault) { return host()->state->map_remove(context, index_, &raw, &second, fault); });
  }
};

/// Which time a timer waits for.
enum class TimerClock : uint32_t { kWall = 0, kEvent = 1 };

/// One time for each (key, namespace); when it comes, on_timers() is called. Event time has come to a timer
/// when no row below its time is expected any more on any input; at the end of all input it has come to every
/// timer. Timers of the wall clock whose time has not come then are forgotten; when it came while the
/// pipeline was down, they fire at its start.
class TimerState : public StateHandle {
 public:
  explicit TimerState(std::string name, uint32_t version = 1)
      : StateHandle(make_spec(WEIR_STATE_TIMERS, std::move(name), {}, version)) {}
  /// Gives each key its time [us], in place of the one it had. A state for each clock tells them apart.
  /// Needs: as many times as rows of `keys`.
  Status set(weir_context* context, const Keys& keys, std::span<const int64_t> times,
             TimerClock clock = TimerClock::kEvent) {
    const weir_keys raw = keys.get();
    return checked([&](weir_fault* fault) {
      return host()->state->timer_set(context, index_, &raw, times.data(), static_cast<uint32_t>(clock),
                                      fault);
    });
  }
  /// Keys without a timer are passed over.
  Status cancel(weir_context* context, const Keys& keys) {
    const weir_keys raw = keys.get();
    return checked(
        [&](weir_fault* fault) { return host()->state->timer_cancel(context, index_, &raw, fault); });
  }
};

}  // namespace weir
