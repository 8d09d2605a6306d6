#pragma once
// Where a node puts its output.
#include <cstdint>
#include <string_view>

#include "weir/batch.hpp"
#include "weir/row_errors.hpp"

namespace weir {

/// Returns about how many bytes a batch holds: values by row, and the texts that it shares.
inline int64_t approximate_bytes(const weir_batch& batch) {
  int64_t bytes = 0;
  for (uint32_t i = 0; i < batch.column_count; ++i) {
    const weir_column& column = *batch.columns[i];
    for (uint32_t b = 0; b < column.buffer_count; ++b) bytes += static_cast<int64_t>(column.buffers[b]->size);
  }
  return bytes;
}

/// The outputs of one instance during one call. Emitting never fails; who sees has_room() turn false answers
/// Progress::more() and goes on when more() is called.
class Emitter {
 public:
  Emitter(weir_context* context, int64_t budget_bytes) : context_(context), left_(budget_bytes) {}
  /// Takes the batch. Batches without rows are not sent.
  void emit(Batch batch, uint32_t port = 0) {
    if (!batch || batch.row_count() == 0) return;
    left_ -= approximate_bytes(*batch);
    host()->emit(context_, port, batch.release());
  }
  bool has_room() const { return left_ > 0; }
  /// Sends one row of an input to the errors port.
  void reject(const Batch& batch, size_t row, std::string_view code, std::string_view message,
              std::string_view column = {}, uint32_t port = 0) {
    RowErrors errors;
    errors.add(row, code, message, column);
    errors.send(context_, port, batch.get());
  }
  void reject(const Batch& batch, const RowErrors& errors, uint32_t port = 0) {
    errors.send(context_, port, batch.get());
  }
  weir_context* context() const { return context_; }

 private:
  weir_context* context_;
  int64_t left_;
};

}  // namespace weir
