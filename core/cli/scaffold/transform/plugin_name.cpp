// plugin_name: keep the values of one column between two bounds.
//
//   calm: {type: plugin_name, inputs: readings, column: t, lowest: -40, highest: 60}
//
// In:  `column`, float64, nulls allowed.
// Out: the same rows in the same order, the column's values within [lowest, highest]; a row whose value is no
//      number goes to `errors`.
#include <algorithm>
#include <cmath>
#include <utility>

#include <weir/map_transform.hpp>

namespace {

struct Options {
  weir::ColumnRef column;
  double lowest = 0;
  double highest = 0;
};

class PluginName final : public weir::MapTransform {
 public:
  explicit PluginName(Options options) : options_(std::move(options)) {}

  // Runs once, before any data: says what becomes of each column.
  weir::Result<weir::Binding> bind(const weir::Schema& input) override {
    if (options_.lowest > options_.highest) return weir::Status::invalid("lowest: it is above highest");
    return weir::Binding::keep_all(input).derive(options_.column);
  }

  weir::Result<weir::Batch> map(weir::Batch batch, weir::RowErrors& errors) override {
    const weir::ColumnView<double> from = batch.column<double>(options_.column);
    weir::ColumnBuilder<double> to(from.size(), from.validity());  // Shares the null mask.
    for (size_t row = 0; row < from.size(); ++row) {
      if (!from.is_null(row) && std::isnan(from[row]))
        errors.add(row, "no-number", "found NaN, expected a number", options_.column.name);
      to.values()[row] = std::clamp(from[row], options_.lowest, options_.highest);
    }
    return std::move(batch).with_column(options_.column, std::move(to).finish());
  }

 private:
  const Options options_;
};

}  // namespace

WEIR_TRANSFORM(PluginName, Options, "plugin_name", "Keep the values of one column between two bounds.",
               weir::required("column", &Options::column, weir::Type::kFloat64, "The column."),
               weir::required("lowest", &Options::lowest, "What is below becomes this."),
               weir::required("highest", &Options::highest, "What is above becomes this."));
