// apdex(x, t): the share of satisfied users, as the Apdex Alliance's Technical Specification 1.1 counts it.
#include <charconv>

#include <weir/aggregate_function.hpp>
#include <weir/numbers.hpp>

namespace {

struct Samples {
  int64_t satisfied;
  int64_t tolerating;
  int64_t total;
};

class Apdex final : public weir::AggregateFunction<Samples> {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view> literals) override {
    if (args.size() != 2 || !weir::is_number(args[0].type.type) || !read_target(literals[1]))
      return weir::Status::invalid(
          "apdex takes a number and a constant above 0, its target time: apdex(latency_ms, 500)");
    const auto count = [](const char* name) { return weir::Field{name, weir::Type::kInt64, false}; };
    return weir::AggregateTypes{{count("satisfied"), count("tolerating"), count("total")},
                                {"apdex", weir::Type::kFloat64}};
  }
  weir::Status update(const Rows& rows, std::span<const weir::Column> args) const override {
    const double unit = args[0].type() == weir::Type::kDecimal128 ? std::pow(10.0, args[0]->scale) : 1.0;
    weir::with_numbers(*args[0].get(), [&](const auto& view) {
      for (size_t i = 0; i < rows.size(); ++i) {
        const size_t row = rows.row(i);
        if (view.is_null(row)) continue;
        const double value = static_cast<double>(view[row]) / unit;
        Samples& slot = rows.slot(i);
        ++slot.total;
        if (value <= target_)
          ++slot.satisfied;
        else if (value <= 4 * target_)  // False for NaN.
          ++slot.tolerating;
      }
    });
    return {};
  }
  weir::Result<std::vector<weir::Column>> save(const Rows& rows) const override {
    weir::ColumnBuilder<int64_t> satisfied(rows.size()), tolerating(rows.size()), total(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      satisfied.values()[i] = rows.slot(i).satisfied;
      tolerating.values()[i] = rows.slot(i).tolerating;
      total.values()[i] = rows.slot(i).total;
    }
    return std::vector<weir::Column>{std::move(satisfied).finish(), std::move(tolerating).finish(),
                                     std::move(total).finish()};
  }
  weir::Status merge(const Rows& rows, std::span<const weir::Column> partial) const override {
    const auto satisfied = partial[0].view<int64_t>();
    const auto tolerating = partial[1].view<int64_t>();
    const auto total = partial[2].view<int64_t>();
    for (size_t i = 0; i < rows.size(); ++i) {
      Samples& slot = rows.slot(i);
      slot.satisfied += satisfied[rows.row(i)];
      slot.tolerating += tolerating[rows.row(i)];
      slot.total += total[rows.row(i)];
    }
    return {};
  }
  weir::Result<weir::Column> finish(const Rows& rows) const override {
    weir::ColumnBuilder<double> scores;
    for (size_t i = 0; i < rows.size(); ++i) {
      const Samples& slot = rows.slot(i);
      if (slot.total == 0)
        scores.append_null();
      else
        scores.append((static_cast<double>(slot.satisfied) + static_cast<double>(slot.tolerating) / 2) /
                      static_cast<double>(slot.total));
    }
    return std::move(scores).finish();
  }

 private:
  bool read_target(std::string_view text) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), target_);
    return error == std::errc{} && end == text.data() + text.size() && target_ > 0 && std::isfinite(target_);
  }
  double target_ = 0;
};

}  // namespace

WEIR_AGGREGATE(
    Apdex, "apdex", "The application performance index: 1 when all users are satisfied, 0 when none is.",
    weir::description(
        "With the target t, a sample up to t is satisfied, one up to 4t is tolerating, a slower one is "
        "frustrated; "
        "`apdex = (satisfied + tolerating / 2) / all` (Apdex Alliance, Technical Specification 1.1), not "
        "rounded. "
        "x and t have one unit. Nulls are left out, NaN is frustrated; null where there is no value. The "
        "specification counts failed requests as frustrated: `apdex(CASE WHEN status >= 500 THEN 1e9 ELSE "
        "latency_ms END, 500)`."),
    weir::example("apdex(x, 2) over 1, 2, 8, 9 => 0.625\napdex(x, 2) over NULL => NULL"));
