#pragma once
// The C functions behind every component, and the border that no exception crosses.
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "weir/c_binding.hpp"
#include "weir/node.hpp"
#include "weir/progress.hpp"

namespace weir::shim {

/// Runs `call`, which returns a Status, and answers its code.
template <class Call>
int32_t guarded(weir_fault* fault, Call call) noexcept {
  try {
    return fill_fault(call(), fault);
  } catch (...) {
    return fill_fault(current_exception_status(), fault);
  }
}

inline weir_answer failed(const Status& status, weir_fault* fault) noexcept {
  fill_fault(status, fault);
  return WEIR_FAILED;
}

/// Runs `call`, which returns a Result<Progress>, and answers what it came to. Once for each batch and node:
/// as a call of its own it would cost as much as all else that happens between two nodes.
template <class Call>
[[gnu::always_inline]] inline weir_answer answered(weir_wake* wake, weir_fault* fault, Call&& call) noexcept {
  try {
    const Result<Progress> progress = call();
    if (!progress.is_ok()) return failed(progress.status(), fault);
    if (progress->answer == WEIR_DONE) return WEIR_DONE;
    if (wake != nullptr) *wake = progress->wake;
    if (progress->answer == WEIR_RETRY) fill_fault(progress->why, fault);
    return progress->answer;
  } catch (...) {
    return failed(current_exception_status(), fault);
  }
}

/// What stands behind a weir_node: how to make an object of the component, and the one that was bound.
struct NodeObject {
  std::function<std::unique_ptr<Node>()> make;
  std::unique_ptr<Node> object;
  std::vector<Input> inputs;
  std::unique_ptr<CBinding> binding;
};

/// What stands behind a weir_instance.
struct Instance {
  std::unique_ptr<Node> object;
  weir_context* context = nullptr;
};

inline NodeObject& node_of(weir_node* node) { return *reinterpret_cast<NodeObject*>(node); }
inline Instance& instance_of(weir_instance* instance) { return *reinterpret_cast<Instance*>(instance); }
/// Returns the instance's object as its shape. Needs: the component was registered with that shape.
template <class Shape>
Shape& shape_of(weir_instance* instance) {
  return static_cast<Shape&>(*instance_of(instance).object);
}

inline void destroy(weir_node* node) {
  const std::unique_ptr<NodeObject> owned(reinterpret_cast<NodeObject*>(node));
}
inline void instance_free(weir_instance* instance) {
  const std::unique_ptr<Instance> owned(reinterpret_cast<Instance*>(instance));
}
inline void cancel(weir_instance* instance) {
  try {
    instance_of(instance).object->cancel();
  } catch (...) {  // There is nobody to tell: whoever cancels waits for the call that runs.
    log(WEIR_LOG_WARN, nullptr, current_exception_status().message());
  }
}

/// A program in the shape that answers one; set by ProgramTransform.
class HasProgram {
 public:
  virtual ~HasProgram() = default;
  virtual const Program* program() const = 0;
};

/// Keyed states that name no key have the node's: the key columns of its first input.
inline void fill_state_keys(Binding& binding, std::span<const Input> inputs) {
  if (binding.key_count() == 0) return;
  std::vector<Field> keys;
  for (uint32_t i = 0; i < binding.key_count(); ++i) keys.push_back(inputs.front().schema[binding.keys()[i]]);
  binding.fill_state_keys(keys);
}

inline int32_t bind(weir_node* node, const weir_bind_input* inputs, size_t count, const weir_binding** out,
                    weir_fault* fault) {
  return guarded(fault, [&]() -> Status {
    NodeObject& it = node_of(node);
    it.inputs.clear();
    for (size_t i = 0; i < count; ++i)
      it.inputs.push_back({std::string(as_view(inputs[i].port_name)), to_schema(*inputs[i].schema),
                           inputs[i].is_bounded != 0});
    WEIR_ASSIGN_OR_RETURN(Binding binding, it.object->bind_ports(it.inputs));
    fill_state_keys(binding, it.inputs);
    const auto* with_program = dynamic_cast<const HasProgram*>(it.object.get());
    it.binding = std::make_unique<CBinding>(std::move(binding),
                                            with_program != nullptr ? with_program->program() : nullptr);
    *out = it.binding->get();
    return {};
  });
}

/// Follows the derivations back: what the node reads itself, and what the wanted columns come from.
inline int32_t require(weir_node* node, const uint8_t* const* wanted, uint8_t* const* needed,
                       weir_fault* fault) {
  return guarded(fault, [&]() -> Status {
    const NodeObject& it = node_of(node);
    const Binding& binding = it.binding->binding();
    const auto need_all = [&] {
      for (size_t port = 0; port < it.inputs.size(); ++port)
        std::fill_n(needed[port], it.inputs[port].schema.size(), uint8_t{1});
    };
    if (!binding.says_what_it_reads()) {
      need_all();
      return {};
    }
    for (const ColumnId& id : binding.read_columns()) needed[id.port][id.column] = 1;
    for (size_t i = 0; i < binding.keys().size(); ++i) needed[i / binding.key_count()][binding.keys()[i]] = 1;
    for (size_t port = 0; port < binding.outputs().size(); ++port) {
      const OutputPort& output = binding.outputs()[port];
      for (size_t i = 0; i < output.columns.size(); ++i) {
        if (wanted[port][i] == 0) continue;
        if (output.columns[i].derivation == Derivation::kUnknown) need_all();
        for (const ColumnId& id : output.columns[i].from) needed[id.port][id.column] = 1;
      }
    }
    return {};
  });
}

inline int32_t instance_new(weir_node* node, const weir_instance_info* info, weir_instance** out,
                            weir_fault* fault) {
  return guarded(fault, [&]() -> Status {
    const NodeObject& it = node_of(node);
    if (info->mode > WEIR_MODE_FINAL)
      return Status::unsupported("the host asks for an instance of mode " + std::to_string(info->mode) +
                                 ", which this component does not know");
    auto instance = std::make_unique<Instance>();
    instance->object = it.make();
    instance->context = info->context;
    instance->object->attach(*info);
    const Result<Binding> bound = instance->object->bind_ports(it.inputs);
    if (!bound.is_ok()) return bound.status();
    WEIR_RETURN_IF_ERROR(instance->object->start());
    *out = reinterpret_cast<weir_instance*>(instance.release());
    return {};
  });
}

}  // namespace weir::shim
