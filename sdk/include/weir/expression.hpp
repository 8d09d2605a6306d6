#pragma once
// An expression of the pipeline's author, compiled by the host against an input.
#include <vector>

#include "weir/batch.hpp"
#include "weir/c_schema.hpp"
#include "weir/row_errors.hpp"

namespace weir {

/// A handle. Borrows: as long as the node.
///
/// Threads: any; expressions keep nothing between calls.
class Expression {
 public:
  Expression() = default;
  explicit Expression(weir_expression* handle) : handle_(handle) {}
  explicit operator bool() const { return handle_ != nullptr; }
  weir_expression* get() const { return handle_; }

  /// Returns one value for each row of `batch`. Rows that fail are added to `errors` and are null.
  Result<Column> evaluate(const Batch& batch, RowErrors& errors) const {
    detail::RowFaultSink faults(errors);
    weir_fault fault{};
    weir_column* out = nullptr;
    const int32_t code = host()->evaluate(handle_, batch.get(), &out, &faults, &fault);
    if (code != 0) return status_of(code, fault);
    return Column::adopt(out);
  }
  /// Returns the name, type and nullability of its result.
  Field field() const {
    weir_field out{};
    host()->expression_field(handle_, &out);
    return to_field(out);
  }
  /// Returns the indices of the input columns that it reads.
  std::vector<uint32_t> columns() const {
    std::vector<uint32_t> read(host()->expression_columns(handle_, nullptr, 0));
    read.resize(host()->expression_columns(handle_, read.data(), read.size()));
    return read;
  }

 private:
  weir_expression* handle_ = nullptr;
};

}  // namespace weir
