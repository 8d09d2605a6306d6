// plugin_name(x): the distance between the smallest and the largest value.
#include <algorithm>
#include <utility>
#include <vector>

#include <weir/aggregate_function.hpp>

namespace {

// Begins zeroed, is moved and stored as bytes.
struct Slot {
  double lowest, highest;
  int64_t count;
  void add(double low, double high) {
    lowest = count == 0 ? low : std::min(lowest, low);
    highest = count == 0 ? high : std::max(highest, high);
    ++count;
  }
};

class PluginName final : public weir::AggregateFunction<Slot> {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    if (args.size() != 1 || args[0].type != weir::Type::kFloat64)
      return weir::Status::invalid("plugin_name takes one float64");
    return weir::AggregateTypes{{{"lowest", weir::Type::kFloat64}, {"highest", weir::Type::kFloat64}},
                                {"plugin_name", weir::Type::kFloat64}};
  }

  weir::Status update(const Rows& rows, std::span<const weir::Column> args) const override {
    const auto x = args[0].view<double>();
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t row = rows.row(i);
      if (!x.is_null(row)) rows.slot(i).add(x[row], x[row]);
    }
    return {};
  }

  // Where rows come from several copies, each sends its groups as these columns, and merge() brings them
  // together.
  weir::Result<std::vector<weir::Column>> save(const Rows& rows) const override {
    weir::ColumnBuilder<double> lowest;
    weir::ColumnBuilder<double> highest;
    for (size_t i = 0; i < rows.size(); ++i) {
      const Slot& slot = rows.slot(i);
      slot.count == 0 ? lowest.append_null() : lowest.append(slot.lowest);
      slot.count == 0 ? highest.append_null() : highest.append(slot.highest);
    }
    return std::vector<weir::Column>{std::move(lowest).finish(), std::move(highest).finish()};
  }

  weir::Status merge(const Rows& rows, std::span<const weir::Column> partial) const override {
    const auto lowest = partial[0].view<double>();
    const auto highest = partial[1].view<double>();
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t row = rows.row(i);
      if (!lowest.is_null(row)) rows.slot(i).add(lowest[row], highest[row]);
    }
    return {};
  }

  weir::Result<weir::Column> finish(const Rows& rows) const override {
    weir::ColumnBuilder<double> spreads;
    for (size_t i = 0; i < rows.size(); ++i) {
      const Slot& slot = rows.slot(i);
      slot.count == 0 ? spreads.append_null() : spreads.append(slot.highest - slot.lowest);
    }
    return std::move(spreads).finish();
  }
};

}  // namespace

WEIR_AGGREGATE(PluginName, "plugin_name", "The distance between the smallest and the largest value.",
               weir::example("plugin_name(x) over 1.0, 4.0, NULL => 3.0"));
