#pragma once
// What a node answers before any data: its output columns and where each comes from, its keys and its states.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "weir/abi.h"
#include "weir/column_ref.hpp"
#include "weir/fault.hpp"
#include "weir/schema.hpp"

namespace weir {

/// How an output column comes from input columns; labels follow it.
enum class Derivation : uint32_t {
  kUnknown = WEIR_DERIVED_UNKNOWN,  ///< All labels of all inputs are carried.
  kSame = WEIR_DERIVED_SAME,
  kDerived = WEIR_DERIVED,
  kAggregated = WEIR_DERIVED_AGGREGATED,
  kPseudonymised = WEIR_DERIVED_PSEUDONYMISED,
};

/// A column of an input port.
struct ColumnId {
  uint32_t port = 0;
  uint32_t column = 0;
  ColumnId() = default;
  ColumnId(uint32_t port_index, uint32_t column_index) : port(port_index), column(column_index) {}
  ColumnId(const ColumnRef& ref)  // NOLINT(google-explicit-constructor)
      : column(static_cast<uint32_t>(ref.index)) {}
  bool operator==(const ColumnId&) const = default;
};

struct OutputColumn {
  Field field;
  Derivation derivation = Derivation::kUnknown;
  std::vector<ColumnId> from = {};
};

struct OutputPort {
  std::vector<OutputColumn> columns;
  int event_time = -1;
  /// Of several rows for one key and window the last one counts; a column `is_final` says which it is.
  bool revises = false;
  /// Returns the port's columns as a schema.
  Schema schema() const {
    Schema made;
    for (const OutputColumn& column : columns) made.fields.push_back(column.field);
    made.event_time = event_time;
    return made;
  }
};

/// A state of the instance; see weir_state_spec.
struct StateSpec {
  weir_state_kind kind = WEIR_STATE_VALUES;
  std::string name;
  uint32_t version = 1;
  uint32_t slot_size = 0;
  std::vector<uint32_t> ref_offsets = {};
  std::vector<Field> values = {};
  std::vector<Field> keys = {};  ///< Empty: the node's own.
  int64_t ttl_us = 0;
  int32_t (*migrate)(uint32_t from_version, const void* old_slot, uint32_t old_size, void* new_slot,
                     weir_fault* fault) = nullptr;
};

/// A node's answer to bind(). Columns are named by their place in the *input*, however many were dropped or
/// added before:
///
///   return weir::Binding::keep_all(input).derive(options_.column).drop(options_.other)
///       .add_column({"page_length", weir::Type::kInt64}, {options_.page});
class Binding {
 public:
  /// One output with all columns of `input`, unchanged.
  static Binding keep_all(const Schema& input, uint32_t port = 0) {
    Binding made;
    made.outputs_.push_back(kept(input, port));
    return made;
  }
  /// One output of these columns, of which nothing is known: every label of every input is carried.
  static Binding unknown(const Schema& output) {
    Binding made;
    made.add_output(output);
    return made;
  }
  /// No data outputs: sinks.
  static Binding none() { return {}; }

  /// `ref` is computed from itself, row by row.
  Binding& derive(const ColumnId& ref) { return derive(ref, {ref}); }
  /// `ref` is computed from these columns, row by row.
  Binding& derive(const ColumnId& ref, std::vector<ColumnId> from) {
    OutputColumn& column = find(ref);
    column.derivation = Derivation::kDerived;
    column.from = std::move(from);
    return *this;
  }
  Binding& pseudonymise(const ColumnId& ref) {
    find(ref).derivation = Derivation::kPseudonymised;
    return *this;
  }
  /// `ref` gets another type. Says nothing of how: call derive() too.
  Binding& retype(const ColumnId& ref, DataType type, bool nullable = true) {
    OutputColumn& column = find(ref);
    column.field.type = std::move(type);
    column.field.nullable = nullable;
    return *this;
  }
  Binding& rename(const ColumnId& ref, std::string name) {
    find(ref).field.name = std::move(name);
    return *this;
  }
  Binding& drop(const ColumnId& ref) {
    OutputPort& port = outputs_.front();
    const auto at = &find(ref) - port.columns.data();
    port.columns.erase(port.columns.begin() + at);
    if (port.event_time == at) port.event_time = -1;
    if (port.event_time > at) --port.event_time;
    return *this;
  }
  /// Adds a column behind all others. Without `from` nothing is known of it.
  Binding& add_column(Field field, std::vector<ColumnId> from, Derivation derivation = Derivation::kDerived) {
    outputs_.front().columns.push_back({std::move(field), derivation, std::move(from)});
    return *this;
  }
  Binding& add_column(Field field) { return add_column(std::move(field), {}, Derivation::kUnknown); }
  /// Makes the output column called `name` the one that carries event time.
  Binding& set_event_time(std::string_view name) {
    OutputPort& port = outputs_.front();
    for (size_t i = 0; i < port.columns.size(); ++i)
      if (port.columns[i].field.name == name) port.event_time = static_cast<int>(i);
    return *this;
  }

  /// A further output port, in the order of the component's ports.
  Binding& add_output(const Schema& schema) {
    OutputPort port;
    for (const Field& field : schema.fields) port.columns.push_back({field});
    port.event_time = schema.event_time;
    outputs_.push_back(std::move(port));
    return *this;
  }
  /// A further output port with all columns of `input`, unchanged.
  Binding& add_kept_output(const Schema& input, uint32_t port = 0) {
    outputs_.push_back(kept(input, port));
    return *this;
  }

  /// The node reads these input columns itself, whatever of its output is wanted. Once this was called (also
  /// with none), what nobody wants is not read any more; before, all columns are needed.
  Binding& reads(const std::vector<ColumnId>& columns) {
    says_what_it_reads_ = true;
    reads_.insert(reads_.end(), columns.begin(), columns.end());
    return *this;
  }

  /// The key columns of one input, in port order: the same number for each input.
  Binding& key_by(const std::vector<ColumnRef>& columns) {
    for (const ColumnRef& ref : columns) keys_.push_back(static_cast<uint32_t>(ref.index));
    key_count_ = static_cast<uint32_t>(columns.size());
    return *this;
  }
  /// May run in mode partial before the exchange and final after it; the rows between have these columns, the
  /// keys first.
  Binding& partial(Schema between) {
    partial_ = std::move(between);
    has_partial_ = true;
    return *this;
  }
  /// Returns the number by which the instance reaches the state.
  uint32_t add_state(StateSpec spec) {
    states_.push_back(std::move(spec));
    return static_cast<uint32_t>(states_.size() - 1);
  }
  /// Gives `keys` to the keyed states that name none.
  void fill_state_keys(const std::vector<Field>& keys) {
    for (StateSpec& state : states_)
      if (state.keys.empty() && state.kind != WEIR_STATE_LOG) state.keys = keys;
  }
  /// One instance sees every row.
  Binding& single_copy() {
    single_copy_ = true;
    return *this;
  }
  Binding& needs_row_watermark() {
    needs_row_watermark_ = true;
    return *this;
  }

  const std::vector<OutputPort>& outputs() const { return outputs_; }
  OutputPort& output(size_t index) { return outputs_.at(index); }
  const std::vector<StateSpec>& states() const { return states_; }
  const std::vector<uint32_t>& keys() const { return keys_; }
  uint32_t key_count() const { return key_count_; }
  const Schema* partial_schema() const { return has_partial_ ? &partial_ : nullptr; }
  bool is_single_copy() const { return single_copy_; }
  bool wants_row_watermark() const { return needs_row_watermark_; }
  bool says_what_it_reads() const { return says_what_it_reads_; }
  const std::vector<ColumnId>& read_columns() const { return reads_; }

 private:
  static OutputPort kept(const Schema& input, uint32_t port) {
    OutputPort made;
    made.event_time = input.event_time;
    for (uint32_t i = 0; i < input.size(); ++i)
      made.columns.push_back({input[i], Derivation::kSame, {ColumnId(port, i)}});
    return made;
  }
  // The output column that began as this input column: its first source stays when it is derived.
  OutputColumn& find(const ColumnId& ref) {
    if (!outputs_.empty())
      for (OutputColumn& column : outputs_.front().columns)
        if (column.derivation == Derivation::kSame && column.from.front() == ref) return column;
    if (!outputs_.empty())
      for (OutputColumn& column : outputs_.front().columns)
        if (!column.from.empty() && column.from.front() == ref) return column;
    throw_fault(Code::kInternal, "bind() names input column " + std::to_string(ref.column) +
                                     ", which is not among its output columns any more");
  }

  std::vector<OutputPort> outputs_;
  std::vector<StateSpec> states_;
  std::vector<uint32_t> keys_;
  std::vector<ColumnId> reads_;
  Schema partial_;
  uint32_t key_count_ = 0;
  bool has_partial_ = false;
  bool says_what_it_reads_ = false;
  bool single_copy_ = false;
  bool needs_row_watermark_ = false;
};

}  // namespace weir
