#pragma once
// Rows as JSON objects.
#include <string>
#include <vector>

#include <weir/encoder.hpp>

#include "cell_text.hpp"

namespace weir::formats {

/// Writes rows as objects whose members are the columns in their order.
class JsonRowEncoder {
 public:
  void bind(const Schema& schema);
  /// Calls `separate` before each row and appends it.
  template <class Separate, class End>
  void encode(const Batch& batch, EncodeOutput& out, const Separate& separate, const End& end) const {
    std::vector<CellText> cells;
    for (size_t i = 0; i < batch.column_count(); ++i) cells.emplace_back(schema_[i], batch.raw_column(i));
    for (size_t row = 0; row < batch.row_count(); ++row) {
      separate();
      for (size_t i = 0; i < cells.size(); ++i) {
        out.append(before_[i]);
        cells[i].write_json(out, row);
      }
      out.append(cells.empty() ? std::string_view("{}") : std::string_view("}"));
      end();
    }
  }

 private:
  Schema schema_;
  std::vector<std::string> before_;  // `{"a":` and `,"b":`
};

}  // namespace weir::formats
