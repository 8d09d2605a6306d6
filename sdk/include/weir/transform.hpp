#pragma once
// A transform with any number of ports that emits when it likes.
#include "weir/transform_node.hpp"

namespace weir {

/// Override process() and, where needed, more(), on_watermark(), on_barrier(), on_idle(), on_end().
class Transform : public TransformNode {
 public:
  /// Runs once, before any data: says what becomes of each column and which states the node has.
  virtual Result<Binding> bind(std::span<const Input> inputs) = 0;
  Result<Binding> bind_ports(std::span<const Input> inputs) final { return bind(inputs); }
};

}  // namespace weir
