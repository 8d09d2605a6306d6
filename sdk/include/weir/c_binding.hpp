#pragma once
// A node's binding across the C ABI.
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "weir/c_schema.hpp"
#include "weir/program.hpp"

namespace weir {

/// The weir_binding form of a Binding, owning everything that it points to.
class CBinding {
 public:
  explicit CBinding(Binding binding, const Program* program = nullptr) : binding_(std::move(binding)) {
    for (const OutputPort& port : binding_.outputs()) ports_.push_back(convert(port));
    for (const StateSpec& state : binding_.states()) states_.push_back(convert(state));
    view_.struct_size = sizeof(view_);
    view_.output_count = static_cast<uint32_t>(ports_.size());
    view_.outputs = ports_.data();
    view_.states = states_.data();
    view_.state_count = static_cast<uint32_t>(states_.size());
    view_.key_count = binding_.key_count();
    view_.keys = binding_.keys().data();
    view_.needs_row_watermark = binding_.wants_row_watermark() ? 1 : 0;
    view_.single_copy = binding_.is_single_copy() ? 1 : 0;
    if (binding_.partial_schema() != nullptr)
      view_.partial = partial_.emplace(*binding_.partial_schema()).get();
    if (program != nullptr) view_.program = convert(*program);
  }
  CBinding(const CBinding&) = delete;
  CBinding& operator=(const CBinding&) = delete;
  const weir_binding* get() const { return &view_; }
  const Binding& binding() const { return binding_; }

 private:
  weir_output_port convert(const OutputPort& port) {
    std::vector<Field> all;
    for (const OutputColumn& column : port.columns) all.push_back(column.field);
    const CFields& fields = fields_.emplace_back(std::move(all));
    std::vector<weir_output_column> columns(port.columns.size());
    for (size_t i = 0; i < columns.size(); ++i) {
      std::vector<weir_column_id> from;
      for (const ColumnId& id : port.columns[i].from) from.push_back({id.port, id.column});
      columns[i] = {fields.data()[i], static_cast<uint32_t>(port.columns[i].derivation),
                    static_cast<uint32_t>(from.size()), nullptr};
      columns[i].from = ids_.emplace_back(std::move(from)).data();
    }
    weir_output_port c{};
    c.struct_size = sizeof(c);
    c.column_count = static_cast<uint32_t>(columns.size());
    c.columns = columns_.emplace_back(std::move(columns)).data();
    c.event_time = port.event_time;
    c.flags = port.revises ? uint32_t{WEIR_OUTPUT_REVISES} : 0U;
    return c;
  }
  weir_state_spec convert(const StateSpec& state) {
    const CFields& values = fields_.emplace_back(state.values);
    const CFields& keys = fields_.emplace_back(state.keys);
    weir_state_spec c{};
    c.struct_size = sizeof(c);
    c.kind = static_cast<uint32_t>(state.kind);
    c.name = as_str(state.name);
    c.version = state.version;
    c.slot_size = state.slot_size;
    c.ref_offsets = state.ref_offsets.data();
    c.ref_count = static_cast<uint32_t>(state.ref_offsets.size());
    c.value_count = static_cast<uint32_t>(values.size());
    c.values = values.data();
    c.key_count = static_cast<uint32_t>(keys.size());
    c.keys = keys.data();
    c.ttl_us = state.ttl_us;
    c.migrate = state.migrate;
    return c;
  }
  const weir_program* convert(const Program& program) {
    for (const Program::Item& item : program.items())
      items_.push_back({item.expression.get(), item.source, 0});
    program_.struct_size = sizeof(program_);
    program_.column_count = static_cast<uint32_t>(items_.size());
    program_.where = program.condition().get();
    program_.columns = items_.data();
    return &program_;
  }

  Binding binding_;
  std::deque<CFields> fields_;
  std::deque<std::vector<weir_output_column>> columns_;
  std::deque<std::vector<weir_column_id>> ids_;
  std::vector<weir_output_port> ports_;
  std::vector<weir_state_spec> states_;
  std::vector<weir_program_column> items_;
  std::optional<CSchema> partial_;
  weir_program program_{};
  weir_binding view_{};
};

}  // namespace weir
