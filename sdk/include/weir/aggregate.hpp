#pragma once
// Handles that the host compiles from options: aggregates and formats.
#include "weir/abi.h"
#include "weir/host.hpp"

namespace weir {

/// One `compute` entry, compiled by the host. Borrows: as long as the node.
class Aggregate {
 public:
  Aggregate() = default;
  explicit Aggregate(const weir_aggregate* handle) : handle_(handle) {}
  explicit operator bool() const { return handle_ != nullptr; }
  const weir_aggregate* get() const { return handle_; }
  /// Returns its calls, layout, arguments and filter.
  weir_aggregate_info info() const {
    weir_aggregate_info out{};
    out.struct_size = sizeof(out);
    host()->aggregate_info(handle_, &out);
    return out;
  }

 private:
  const weir_aggregate* handle_ = nullptr;
};

}  // namespace weir
