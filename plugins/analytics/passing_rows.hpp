#pragma once
// Rows that go on with new columns, and those that come out of order.
#include <utility>
#include <vector>

#include <weir/builder.hpp>
#include <weir/emitter.hpp>

namespace weir::analytics {

/// Which rows of a batch do which. Its memory is used again for the next batch.
struct PassingRows {
  std::vector<uint32_t> passing;
  std::vector<uint32_t> out_of_order;

  void clear() {
    passing.clear();
    out_of_order.clear();
  }
  /// Sends what passes, with the columns of `made` behind its own, to port 0, the others as they were to
  /// port 1.
  void give(const Batch& batch, std::vector<ColumnBuilder<double>> made, Emitter& emitter) const {
    if (!out_of_order.empty()) emitter.emit(batch.select(out_of_order), 1);
    if (passing.empty()) return;
    Batch out = batch.select(passing);
    std::vector<Column> columns = out.columns();
    for (ColumnBuilder<double>& builder : made) columns.push_back(std::move(builder).finish());
    emitter.emit(std::move(out).with_columns(columns));
  }
};

}  // namespace weir::analytics
