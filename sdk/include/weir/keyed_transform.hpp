#pragma once
// A transform whose rows are brought together by key.
#include "weir/state.hpp"
#include "weir/transform_node.hpp"

namespace weir {

/// bind() names the keys (Binding::key_by) and declares the states (weir/state.hpp); the host brings all rows
/// of a key to one copy. With a TimerState override on_timers(): it is called when times have come that were
/// set. With Binding::partial(), copies in mode kPartial run before the exchange and send partial rows to
/// those in mode kFinal: ask mode().
class KeyedTransform : public TransformNode {
 public:
  virtual Result<Binding> bind(std::span<const Input> inputs) = 0;
  Result<Binding> bind_ports(std::span<const Input> inputs) final { return bind(inputs); }
};

}  // namespace weir
