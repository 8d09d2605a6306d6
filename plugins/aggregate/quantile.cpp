// quantile(x, q), quantile_exact(x, q), and p50, p90, p99.

#include "number_rows.hpp"
#include "quantile_share.hpp"
#include "quantile_slot.hpp"
#include "resize_rows.hpp"

namespace {

using weir::Column;
using weir::Type;
using namespace weir::aggregates;

constexpr bool kKeepsAll = true;
constexpr bool kSketches = false;

/// `kPercent` below 0: the share is the second argument.
template <bool kIsExact, int kPercent>
class Quantile : public weir::AggregateFunction<QuantileSlot> {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view> literals) override {
    constexpr bool kHasShare = kPercent < 0;
    const bool fits = args.size() == (kHasShare ? 2 : 1) && is_number(args[0].type.type);
    if (!fits) return wrong_arguments(name(), kHasShare ? "a number and a share" : "one number", args);
    if constexpr (kHasShare) {
      WEIR_ASSIGN_OR_RETURN(share_, weir::aggregates::quantile_share(literals[1], "second"));
    }
    return weir::AggregateTypes{{{"group", Type::kBinary, false}}, {name(), Type::kFloat64}};
  }
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    const ResizeBlock resize = resize_of(rows);
    for_doubles(rows, args[0], [&](QuantileSlot& slot, double value) {
      if (!kIsExact && add_to_sketch(slot, value)) return;
      QuantileGroup(slot, kIsExact, resize).add(value);
    });
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    weir::StringBuilder groups(Type::kBinary);
    std::string bytes;
    for (size_t i = 0; i < rows.size(); ++i) {
      bytes.clear();
      save_quantile(rows.slot(i), kIsExact, bytes);
      groups.append(bytes);
    }
    return std::vector<Column>{std::move(groups).finish()};
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    const auto groups = partial[0].view<std::string_view>();
    const ResizeBlock resize = resize_of(rows);
    for (size_t i = 0; i < rows.size(); ++i)
      WEIR_RETURN_IF_ERROR(QuantileGroup(rows.slot(i), kIsExact, resize).merge(groups[rows.row(i)]));
    return {};
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    weir::ColumnBuilder<double> values;
    for (size_t i = 0; i < rows.size(); ++i) {
      const QuantileSlot& slot = rows.slot(i);
      slot.count == 0 ? values.append_null() : values.append(quantile_of(slot, share_, kIsExact));
    }
    return std::move(values).finish();
  }

 private:
  static std::string name() {
    if (kPercent >= 0) return "p" + std::to_string(kPercent);
    return kIsExact ? "quantile_exact" : "quantile";
  }
  double share_ = kPercent / 100.0;
};

using AnyQuantile = Quantile<kSketches, -1>;
using ExactQuantile = Quantile<kKeepsAll, -1>;
using P50 = Quantile<kSketches, 50>;
using P90 = Quantile<kSketches, 90>;
using P99 = Quantile<kSketches, 99>;

constexpr const char* kAccuracy =
    "Exact, with linear interpolation between the two values beside it (type 7), up to 1,024 values a group; "
    "beyond, "
    "at most 0.8 % of the value away from it (counts by logarithmic bucket). The result does not depend on "
    "order, "
    "batches or threads. Nulls are left out; NaN stands above all numbers; null where there is no value.";

}  // namespace

WEIR_AGGREGATE(
    AnyQuantile, "quantile", "The value below which a share of the values lies.",
    weir::description(kAccuracy),
    weir::example("quantile(x, 0.5) over 1, 2, 3 => 2\nquantile(x, 0.25) over 1, 2, NULL => 1.25"));
WEIR_AGGREGATE(
    ExactQuantile, "quantile_exact", "As quantile, exact however many values a group has.",
    weir::description("Keeps every value of every group: 8 bytes each. Linear interpolation between the two "
                      "values beside it (type 7)."),
    weir::example("quantile_exact(x, 0.9) over 1, 2, 3 => 2.8"));
WEIR_AGGREGATE(P50, "p50", "The median: quantile(x, 0.5).", weir::description(kAccuracy),
               weir::example("p50(x) over 5, 1, 3 => 3"));
WEIR_AGGREGATE(P90, "p90", "quantile(x, 0.9).", weir::description(kAccuracy),
               weir::example("p90(x) over 0, 10 => 9"));
WEIR_AGGREGATE(P99, "p99", "quantile(x, 0.99).", weir::description(kAccuracy),
               weir::example("p99(x) over 0, 100 => 99"));
