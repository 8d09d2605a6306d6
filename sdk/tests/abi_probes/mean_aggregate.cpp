// mean(x): a mean kept as sum and count; the sum is Neumaier's, so that order matters little.
#include <weir/aggregate_function.hpp>

#include <cmath>

namespace {

struct MeanSlot {
  double sum, correction;
  int64_t count;
  void add(double x) {
    const double t = sum + x;
    correction += std::fabs(sum) >= std::fabs(x) ? (sum - t) + x : (x - t) + sum;
    sum = t;
  }
};

class Mean final : public weir::AggregateFunction<MeanSlot> {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    if (args.size() != 1 || args[0].type != weir::Type::kFloat64)
      return weir::Status::invalid("mean takes one float64");
    return weir::AggregateTypes{{{"sum", weir::Type::kFloat64}, {"count", weir::Type::kInt64}},
                                {"mean", weir::Type::kFloat64}};
  }
  weir::Status update(const Rows& rows, std::span<const weir::Column> args) const override {
    const auto x = args[0].view<double>();
    for (size_t i = 0; i < rows.size(); ++i) {
      if (x.is_null(rows.row(i))) continue;
      rows.slot(i).add(x[rows.row(i)]);
      ++rows.slot(i).count;
    }
    return {};
  }
  weir::Result<std::vector<weir::Column>> save(const Rows& rows) const override {
    weir::ColumnBuilder<double> sums(rows.size());
    weir::ColumnBuilder<int64_t> counts(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      sums.values()[i] = rows.slot(i).sum + rows.slot(i).correction;
      counts.values()[i] = rows.slot(i).count;
    }
    return std::vector<weir::Column>{std::move(sums).finish(), std::move(counts).finish()};
  }
  weir::Status merge(const Rows& rows, std::span<const weir::Column> partial) const override {
    const auto sums = partial[0].view<double>();
    const auto counts = partial[1].view<int64_t>();
    for (size_t i = 0; i < rows.size(); ++i) {
      rows.slot(i).add(sums[rows.row(i)]);
      rows.slot(i).count += counts[rows.row(i)];
    }
    return {};
  }
  weir::Result<weir::Column> finish(const Rows& rows) const override {
    weir::ColumnBuilder<double> means;
    for (size_t i = 0; i < rows.size(); ++i) {
      const MeanSlot& slot = rows.slot(i);
      if (slot.count == 0)
        means.append_null();
      else
        means.append((slot.sum + slot.correction) / static_cast<double>(slot.count));
    }
    return std::move(means).finish();
  }
};

}  // namespace

WEIR_AGGREGATE(Mean, "mean", "The mean of a column.", weir::example("mean(x) over 1.0, 2.0, NULL => 1.5"));
