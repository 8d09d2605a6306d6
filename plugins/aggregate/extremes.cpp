// min(x) and max(x), of every type that has an order.
#include "kept_value.hpp"

namespace {

using weir::Column;
using weir::aggregates::KeptValue;

struct ExtremeSlot {
  KeptValue value;
  int64_t is_set;
  static std::vector<uint32_t> ref_offsets() {
    return {offsetof(ExtremeSlot, value) + offsetof(KeptValue, text)};
  }
};

template <class Value>
bool is_less(Value a, Value b) {
  if constexpr (std::is_floating_point_v<Value>)
    return a < b || (std::isnan(b) && !std::isnan(a));  // NaN stands above all numbers.
  else
    return a < b;
}

template <bool kIsMax>
class Extreme final : public weir::AggregateFunction<ExtremeSlot> {
 public:
  static constexpr std::string_view kName = kIsMax ? "max" : "min";
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    if (args.size() != 1 || !weir::aggregates::is_ordered(args[0].type.type))
      return weir::aggregates::wrong_arguments(kName, "one value that has an order", args);
    type_ = args[0].type;
    const weir::Field value{std::string(kName), type_};
    return weir::AggregateTypes{{value}, value};
  }
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    weir::aggregates::for_kept(rows, args[0], [&](ExtremeSlot& slot, auto value, size_t) {
      if (slot.is_set != 0) {
        decltype(value) kept;
        slot.value.get(kept);
        if (!(kIsMax ? is_less(kept, value) : is_less(value, kept))) return;
      }
      slot.value.set(rows, value);
      slot.is_set = 1;
    });
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    WEIR_ASSIGN_OR_RETURN(Column values, finish(rows));
    return std::vector<Column>{std::move(values)};
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    return update(rows, partial);
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    return weir::aggregates::kept_column(type_, rows.size(), [&](size_t i) {
      const ExtremeSlot& slot = rows.slot(i);
      return slot.is_set == 0 ? nullptr : &slot.value;
    });
  }

 private:
  weir::DataType type_;
};
using Min = Extreme<false>;
using Max = Extreme<true>;

}  // namespace

WEIR_AGGREGATE(
    Min, "min", "The smallest value, of any type that has an order.",
    weir::description("Texts by their bytes; NaN above all numbers. Null where there is no value."),
    weir::example("min(x) over 3, NULL, 1 => 1\nmin(x) over 'b', 'a' => 'a'"));
WEIR_AGGREGATE(
    Max, "max", "The largest value, of any type that has an order.",
    weir::description("Texts by their bytes; NaN above all numbers. Null where there is no value."),
    weir::example("max(x) over 3, NULL, 1 => 3\nmax(x) over true, false => true"));
