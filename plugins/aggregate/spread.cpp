// var(x) and stddev(x): of the sample, by Welford; parts are joined by Chan's formula.
#include "number_rows.hpp"

namespace {

using weir::Column;
using weir::Type;

struct SpreadSlot {
  double mean, squares;  // squares: sum of squared distances from the mean
  int64_t count;
  void add(double x) {
    ++count;
    const double distance = x - mean;
    mean += distance / static_cast<double>(count);
    squares += distance * (x - mean);
  }
  void add(double other_mean, double other_squares, int64_t other_count) {
    if (other_count == 0) return;
    const auto n = static_cast<double>(count);
    const auto m = static_cast<double>(other_count);
    const double distance = other_mean - mean;
    mean += distance * (m / (n + m));
    squares += other_squares + distance * distance * (n * m / (n + m));
    count += other_count;
  }
};

template <bool kIsRoot>
class Spread final : public weir::AggregateFunction<SpreadSlot> {
 public:
  static constexpr std::string_view kName = kIsRoot ? "stddev" : "var";
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    if (args.size() != 1 || !weir::is_number(args[0].type.type))
      return weir::aggregates::wrong_arguments(kName, "one number", args);
    return weir::AggregateTypes{
        {{"mean", Type::kFloat64, false}, {"squares", Type::kFloat64, false}, {"count", Type::kInt64, false}},
        {std::string(kName), Type::kFloat64}};
  }
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    weir::aggregates::for_doubles(rows, args[0], [](SpreadSlot& slot, double value) { slot.add(value); });
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    weir::ColumnBuilder<double> means(rows.size());
    weir::ColumnBuilder<double> squares(rows.size());
    weir::ColumnBuilder<int64_t> counts(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      means.values()[i] = rows.slot(i).mean;
      squares.values()[i] = rows.slot(i).squares;
      counts.values()[i] = rows.slot(i).count;
    }
    return std::vector<Column>{std::move(means).finish(), std::move(squares).finish(),
                               std::move(counts).finish()};
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    const auto means = partial[0].view<double>();
    const auto squares = partial[1].view<double>();
    const auto counts = partial[2].view<int64_t>();
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t row = rows.row(i);
      rows.slot(i).add(means[row], squares[row], counts[row]);
    }
    return {};
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    weir::ColumnBuilder<double> values;
    for (size_t i = 0; i < rows.size(); ++i) {
      const SpreadSlot& slot = rows.slot(i);
      if (slot.count < 2) {
        values.append_null();
        continue;
      }
      const double variance = slot.squares / static_cast<double>(slot.count - 1);
      values.append(kIsRoot ? std::sqrt(variance) : variance);
    }
    return std::move(values).finish();
  }
};
using Variance = Spread<false>;
using StandardDeviation = Spread<true>;

}  // namespace

WEIR_AGGREGATE(Variance, "var", "The variance of a sample.",
               weir::description("Divides by n - 1. Nulls are left out; null below two values."),
               weir::example("var(x) over 1, 2, 3, 4 => 1.6666666666666667\nvar(x) over 1 => NULL"));
WEIR_AGGREGATE(StandardDeviation, "stddev", "The standard deviation of a sample.",
               weir::description("The root of var(x). Nulls are left out; null below two values."),
               weir::example("stddev(x) over 2, 4 => 1.4142135623730951"));
