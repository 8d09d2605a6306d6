#pragma once
// Blocks of slots, for code that takes a ResizeBlock.
#include <weir/aggregate_function.hpp>

namespace weir::aggregates {

/// Borrows: `rows`. What it returns throws FaultException when the host has no memory.
template <class Rows>
auto resize_of(const Rows& rows) {
  return [&rows](weir_block*& block, size_t size) {
    if (Status status = rows.resize_block(block, size); !status.is_ok()) throw FaultException(status);
  };
}

}  // namespace weir::aggregates
