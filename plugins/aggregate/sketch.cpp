// sketch(x): what quantile(x, q) keeps of a group, as a value that can be stored and merged.
#include <string>

#include "number_rows.hpp"
#include "resize_rows.hpp"
#include "stored_sketch.hpp"

namespace {

using weir::Column;
using weir::Type;
using namespace weir::aggregates;

class Sketch final : public weir::AggregateFunction<QuantileSlot> {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    if (args.size() != 1 || !is_number(args[0].type.type))
      return wrong_arguments("sketch", "one number", args);
    return weir::AggregateTypes{{{"group", Type::kBinary, false}}, {"sketch", Type::kBinary}};
  }
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    const ResizeBlock resize = resize_of(rows);
    for_doubles(rows, args[0], [&](QuantileSlot& slot, double value) {
      if (!add_to_sketch(slot, value)) QuantileGroup(slot, kIsExactSketch, resize).add(value);
    });
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    return std::vector<Column>{stored(rows, false)};
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    const auto groups = partial[0].view<std::string_view>();
    const ResizeBlock resize = resize_of(rows);
    for (size_t i = 0; i < rows.size(); ++i) {
      WEIR_ASSIGN_OR_RETURN(const std::string_view body,
                            open_sketch(groups[rows.row(i)], SketchKind::kQuantiles, "sketch"));
      WEIR_RETURN_IF_ERROR(QuantileGroup(rows.slot(i), kIsExactSketch, resize).merge(body));
    }
    return {};
  }
  weir::Result<Column> finish(const Rows& rows) const override { return stored(rows, true); }

 private:
  static Column stored(const Rows& rows, bool has_nulls) {
    weir::StringBuilder made(Type::kBinary);
    std::string bytes;
    for (size_t i = 0; i < rows.size(); ++i) {
      bytes.clear();
      store_quantiles(rows.slot(i), bytes);
      has_nulls&& rows.slot(i).count == 0 ? made.append_null() : made.append(bytes);
    }
    return std::move(made).finish();
  }
};

}  // namespace

WEIR_AGGREGATE(
    Sketch, "sketch", "The distribution of the values, as a value that can be stored and merged.",
    weir::description(
        "What quantile(x, q) keeps of a group: every value up to 1,024, counts by logarithmic bucket beyond "
        "(as DDSketch: C. Masson, J. Rim, H. Lee, 2019), so that a quantile is at most 0.8 % of the value "
        "away. "
        "Store it for each day, and `quantile(merge(s), 0.99)` of a year's days is what the year's rows "
        "would "
        "have given. `quantile_of(s, q)` and `count_of(s)` read one. The bytes begin with `WQS1` and depend "
        "on nothing but the values; a file may keep them. Nulls are left out; null where there is no value. "
        "About 64 counts of 8 bytes for each doubling from the smallest to the largest value."),
    weir::example("sketch(latency_ms)"));
