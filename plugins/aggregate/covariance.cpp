// covar(x, y), covar_pop(x, y) and corr(x, y): of pairs, by Welford; parts are joined by Chan's formula.
#include <optional>

#include "number_rows.hpp"

namespace {

using weir::Column;
using weir::Type;

struct PairSlot {
  double mean_x, mean_y;
  double xx, yy, xy;  // Sums of products of the distances from the means.
  int64_t count;

  void add(double x, double y) { join({x, y, 0, 0, 0, 1}); }
  void join(const PairSlot& other) {
    if (other.count == 0) return;
    const auto n = static_cast<double>(count);
    const auto m = static_cast<double>(other.count);
    const double dx = other.mean_x - mean_x;
    const double dy = other.mean_y - mean_y;
    const double weight = n * m / (n + m);
    xx += other.xx + dx * dx * weight;
    yy += other.yy + dy * dy * weight;
    xy += other.xy + dx * dy * weight;
    mean_x += dx * (m / (n + m));
    mean_y += dy * (m / (n + m));
    count += other.count;
  }
};

enum class PairAnswer { kSample, kPopulation, kCorrelation };

std::string name_of_pair(PairAnswer answer) {
  if (answer == PairAnswer::kCorrelation) return "corr";
  return answer == PairAnswer::kSample ? "covar" : "covar_pop";
}

template <PairAnswer kAnswer>
class OfPairs final : public weir::AggregateFunction<PairSlot> {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    const std::string name = name_of_pair(kAnswer);
    const bool fits =
        args.size() == 2 && weir::is_number(args[0].type.type) && weir::is_number(args[1].type.type);
    if (!fits) return weir::aggregates::wrong_arguments(name, "two numbers", args);
    weir::AggregateTypes types{{}, {name, Type::kFloat64}};
    for (const char* part : {"mean_x", "mean_y", "xx", "yy", "xy"})
      types.partial.push_back({part, Type::kFloat64, false});
    types.partial.push_back({"count", Type::kInt64, false});
    return types;
  }
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    std::vector<double> x;
    std::vector<double> y;
    weir::read_doubles(*args[0], x);
    weir::read_doubles(*args[1], y);
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t row = rows.row(i);
      if (!args[0].is_null(row) && !args[1].is_null(row)) rows.slot(i).add(x[row], y[row]);
    }
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    std::vector<Column> made;
    for (double PairSlot::* const part : kParts) {
      weir::ColumnBuilder<double> values(rows.size());
      for (size_t i = 0; i < rows.size(); ++i) values.values()[i] = rows.slot(i).*part;
      made.push_back(std::move(values).finish());
    }
    weir::ColumnBuilder<int64_t> counts(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) counts.values()[i] = rows.slot(i).count;
    made.push_back(std::move(counts).finish());
    return made;
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    const auto counts = partial[5].view<int64_t>();
    std::vector<weir::ColumnView<double>> parts;
    for (size_t part = 0; part < 5; ++part) parts.push_back(partial[part].view<double>());
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t row = rows.row(i);
      rows.slot(i).join(
          {parts[0][row], parts[1][row], parts[2][row], parts[3][row], parts[4][row], counts[row]});
    }
    return {};
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    weir::ColumnBuilder<double> values;
    for (size_t i = 0; i < rows.size(); ++i) values.append_optional(answer(rows.slot(i)));
    return std::move(values).finish();
  }

 private:
  static constexpr double PairSlot::* kParts[] = {&PairSlot::mean_x, &PairSlot::mean_y, &PairSlot::xx,
                                                  &PairSlot::yy, &PairSlot::xy};
  static std::optional<double> answer(const PairSlot& slot) {
    const auto n = static_cast<double>(slot.count);
    if (kAnswer == PairAnswer::kPopulation) return slot.count < 1 ? std::nullopt : std::optional(slot.xy / n);
    if (slot.count < 2) return std::nullopt;
    if (kAnswer == PairAnswer::kSample) return slot.xy / (n - 1);
    const double spread = std::sqrt(slot.xx) * std::sqrt(slot.yy);
    return spread == 0 ? std::nullopt : std::optional(slot.xy / spread);
  }
};
using Covariance = OfPairs<PairAnswer::kSample>;
using PopulationCovariance = OfPairs<PairAnswer::kPopulation>;
using Correlation = OfPairs<PairAnswer::kCorrelation>;

}  // namespace

WEIR_AGGREGATE(
    Covariance, "covar", "The covariance of a sample of pairs.",
    weir::description("The sum of (x - mean of x) * (y - mean of y), divided by n - 1 (COVAR_SAMP of SQL). "
                      "Pairs with a null are left out; null below two pairs."),
    weir::example("covar(x, 2 * x) over 1, 2, 3, 4 => 3.3333333333333335"));
WEIR_AGGREGATE(
    PopulationCovariance, "covar_pop", "The covariance of all pairs there are.",
    weir::description("As covar(x, y), divided by n. Pairs with a null are left out; null without pairs."),
    weir::example("covar_pop(x, 2 * x) over 1, 2, 3, 4 => 2.5"));
WEIR_AGGREGATE(
    Correlation, "corr", "Pearson's correlation of pairs, from -1 to 1.",
    weir::description("The covariance divided by both standard deviations. Pairs with a null are left out; "
                      "null below two pairs, and where one side is always the same."),
    weir::example("corr(x, -x) over 1, 2, 4 => -1\ncorr(x, 5) over 1, 2 => NULL"));
