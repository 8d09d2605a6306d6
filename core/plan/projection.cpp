#include "plan/projection.hpp"

#include <algorithm>
#include <utility>
#include <vector>
#include <weir/expression.hpp>
#include <weir/fault.hpp>

namespace weir {
namespace {

/// [port][column] -> 1 when it is read.
using Marks = std::vector<std::vector<uint8_t>>;

Marks marks_for(const std::vector<Schema>& ports) {
  Marks marks;
  for (const Schema& port : ports) marks.emplace_back(port.size(), uint8_t{0});
  return marks;
}

void mark_all(Marks& marks) {
  for (std::vector<uint8_t>& port : marks) std::ranges::fill(port, uint8_t{1});
}

void mark_expression(const weir_expression* expression, std::vector<uint8_t>& needed) {
  if (expression == nullptr) return;
  for (const uint32_t column : Expression(const_cast<weir_expression*>(expression)).columns())
    needed[column] = 1;
}

void mark_program(const weir_program& program, const std::vector<uint8_t>& wanted,
                  std::vector<uint8_t>& needed) {
  mark_expression(program.where, needed);
  for (uint32_t i = 0; i < program.column_count; ++i) {
    const weir_program_column& column = program.columns[i];
    if (column.expression != nullptr) {
      // An expression may reject rows: it is computed whether its column is read or not.
      mark_expression(column.expression, needed);
    } else if (wanted[i] != 0) {
      needed[column.source] = 1;
    }
  }
}

Status ask(const BoundNode& node, const Marks& wanted, Marks& needed) {
  if (node.binding != nullptr && node.binding->program != nullptr) {
    mark_program(*node.binding->program, wanted.front(), needed.front());
    return {};
  }
  const weir_component& component = *node.node->component();
  if (component.require == nullptr) {
    mark_all(needed);
    return {};
  }
  std::vector<const uint8_t*> wanted_ports;
  std::vector<uint8_t*> needed_ports;
  for (const auto& port : wanted) wanted_ports.push_back(port.data());
  for (auto& port : needed) needed_ports.push_back(port.data());
  weir_fault fault{};
  return status_of(component.require(node.node->get(), wanted_ports.data(), needed_ports.data(), &fault),
                   fault)
      .with_context(node.name);
}

}  // namespace

Status project_columns(BoundPipeline& pipeline) {
  std::vector<Marks> wanted;
  for (const BoundNode& node : pipeline.nodes) wanted.push_back(marks_for(node.outputs));
  for (size_t i = pipeline.nodes.size(); i-- > 0;) {
    const BoundNode& node = pipeline.nodes[i];
    if (node.event_time) wanted[i].front()[node.event_time->column] = 1;
    if (node.kind() == WEIR_KIND_SOURCE) {
      const weir_decoder_calls* const decoder =
          node.format ? node.format->node->component()->decoder : nullptr;
      if (decoder == nullptr || decoder->want == nullptr) continue;
      weir_fault fault{};
      const std::vector<uint8_t>& columns = wanted[i].front();
      const int32_t code = decoder->want(node.format->node->get(), columns.data(), columns.size(), &fault);
      WEIR_RETURN_IF_ERROR(status_of(code, fault).with_context(node.name));
      continue;
    }
    Marks needed = marks_for(node.inputs);
    WEIR_RETURN_IF_ERROR(ask(node, wanted[i], needed));
    for (const BoundLink& link : pipeline.links) {
      if (link.to != i || link.from_port == kErrorsPort) continue;
      std::vector<uint8_t>& from = wanted[link.from][link.from_port];
      const std::vector<uint8_t>& into = needed[link.to_port];
      for (size_t column = 0; column < into.size(); ++column) {
        if (into[column] != 0) from[link.column_map.empty() ? column : link.column_map[column]] = 1;
      }
    }
    // What carries event time is read by the engine wherever it goes.
    for (const BoundLink& link : pipeline.links) {
      if (link.to != i || link.from_port == kErrorsPort) continue;
      const int32_t time = pipeline.nodes[link.from].outputs[link.from_port].event_time;
      if (time >= 0) wanted[link.from][link.from_port][static_cast<size_t>(time)] = 1;
    }
  }
  return {};
}

}  // namespace weir
