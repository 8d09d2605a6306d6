// to_celsius: convert one temperature column.
//
//   celsius: {type: to_celsius, inputs: readings, column: t}
//
// In:  column `t`, float64 [degF], nulls allowed.
// Out: the same rows in the same order, `t` in [degC], nulls kept; other columns shared, not copied.
#include <algorithm>
#include <string>
#include <utility>

#include <weir/map_transform.hpp>

namespace {
struct ToCelsiusOptions {
  weir::ColumnRef column;  // Resolved and typed by the host before bind().
};

class ToCelsius final : public weir::MapTransform {
 public:
  explicit ToCelsius(ToCelsiusOptions options) : options_(std::move(options)) {}

  // Runs once, before any data: says what becomes of each column, so that labels and lineage follow.
  weir::Result<weir::Binding> bind(const weir::Schema& input) override {
    return weir::Binding::keep_all(input).derive(options_.column);
  }

  weir::Result<weir::Batch> map(weir::Batch batch, weir::RowErrors&) override {
    const weir::ColumnView<double> degf = batch.column<double>(options_.column);
    weir::ColumnBuilder<double> degc(degf.size(), degf.validity());  // Shares the null mask.
    // Slots under a null hold any value; converting them is cheaper than testing for them.
    std::ranges::transform(degf.values(), degc.values().begin(),
                           [](double f) { return (f - 32.0) * 5.0 / 9.0; });
    return std::move(batch).with_column(options_.column, std::move(degc).finish());
  }

 private:
  const ToCelsiusOptions options_;
};
}  // namespace

WEIR_TRANSFORM(ToCelsius, ToCelsiusOptions, "to_celsius", "Convert one temperature column to Celsius.",
               weir::required("column", &ToCelsiusOptions::column, weir::Type::kFloat64,
                              "The column to convert."));
