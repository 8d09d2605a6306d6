#pragma once
// A transform that makes one row of each row.
#include <utility>

#include "weir/transform_node.hpp"

namespace weir {

/// One input, one output, the same rows in the same order. Rows that cannot be used are added to the
/// RowErrors: the SDK takes them out of the result and sends them to the node's errors port.
class MapTransform : public TransformNode {
 public:
  static constexpr uint64_t kDefaultTraits =
      WEIR_TRAIT_DETERMINISTIC | WEIR_TRAIT_KEEPS_ORDER | WEIR_TRAIT_STATELESS;

  /// Runs once, before any data: says what becomes of each column.
  virtual Result<Binding> bind(const Schema& input) = 0;
  /// Takes a batch; returns one with as many rows, in the same order, with the columns of the binding.
  virtual Result<Batch> map(Batch batch, RowErrors& errors) = 0;

  Result<Binding> bind_ports(std::span<const Input> inputs) final { return bind(inputs.front().schema); }
  Result<Progress> process(Batch batch, size_t port, Emitter& emitter) final {
    RowErrors errors;
    // Kept for the errors port, which shows the row as it came.
    const Batch original = batch.share();
    WEIR_ASSIGN_OR_RETURN(Batch made, map(std::move(batch), errors));
    if (made.row_count() != original.row_count())
      return Status::internal("map() was given " + std::to_string(original.row_count()) +
                              " rows and returned " + std::to_string(made.row_count()));
    if (!errors.is_empty()) {
      emitter.reject(original, errors, static_cast<uint32_t>(port));
      made = made.select(errors.good_rows(made.row_count()));
    }
    emitter.emit(std::move(made));
    return Progress::done();
  }
};

}  // namespace weir
