// number_rows: what a component must not do: it keeps its count in the object, where no checkpoint sees it,
// and counts batches besides.
//
//   numbered: {type: number_rows, inputs: readings}
#include <weir/map_transform.hpp>

namespace {

class NumberRows final : public weir::MapTransform {
 public:
  weir::Result<weir::Binding> bind(const weir::Schema& input) override {
    return weir::Binding::keep_all(input)
        .add_column({"row", weir::Type::kInt64}, {})
        .add_column({"batch", weir::Type::kInt64}, {});
  }

  weir::Result<weir::Batch> map(weir::Batch batch, weir::RowErrors&) override {
    weir::ColumnBuilder<int64_t> rows;
    weir::ColumnBuilder<int64_t> batches;
    for (size_t row = 0; row < batch.row_count(); ++row) {
      rows.append(++rows_);
      batches.append(batches_);
    }
    ++batches_;
    const size_t columns = batch.column_count();
    return std::move(batch)
        .with_column(columns, std::move(rows).finish())
        .with_column(columns + 1, std::move(batches).finish());
  }

 private:
  int64_t rows_ = 0;
  int64_t batches_ = 0;
};

}  // namespace

WEIR_TRANSFORM(NumberRows, weir::NoOptions, "number_rows", "Count rows and batches where nothing survives.");
