// distinct: count(DISTINCT x), how many different values, counted exactly.
#include <algorithm>
#include <bit>

#include "kept_value.hpp"
#include "resize_rows.hpp"
#include "value_set.hpp"

namespace {

using weir::Column;
using weir::Type;
using namespace weir::aggregates;

/// The form in which numbers are compared: one NaN, and -0 is 0.
uint64_t canonical(double value) {
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  return std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
}
uint64_t canonical(int64_t value) { return static_cast<uint64_t>(value); }
uint64_t canonical(uint64_t value) { return value; }

class Distinct final : public weir::AggregateFunction<ValueSetSlot> {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    if (args.size() != 1 || !is_ordered(args[0].type.type))
      return wrong_arguments("distinct", "one value that is no list and no struct", args);
    has_texts_ = is_text(args[0].type.type) || args[0].type.type == Type::kDecimal128;
    return weir::AggregateTypes{{{"values", Type::kBinary, false}}, {"distinct", Type::kInt64, false}};
  }
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    const ResizeBlock resize = resize_of(rows);
    for_kept(rows, args[0], [&](ValueSetSlot& slot, auto value, size_t) {
      using Value = decltype(value);
      if constexpr (std::is_same_v<Value, std::string_view>)
        TextSet(slot, resize).insert(value);
      else if constexpr (std::is_same_v<Value, weir::Decimal128>)
        TextSet(slot, resize).insert({reinterpret_cast<const char*>(&value), sizeof(value)});
      else
        NumberSet(slot, resize).insert(canonical(value));
    });
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    weir::StringBuilder sets(Type::kBinary);
    std::string bytes;
    for (size_t i = 0; i < rows.size(); ++i) {
      bytes.clear();
      has_texts_ ? TextSet::save(rows.slot(i), bytes) : NumberSet::save(rows.slot(i), bytes);
      sets.append(bytes);
    }
    return std::vector<Column>{std::move(sets).finish()};
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    const auto sets = partial[0].view<std::string_view>();
    const ResizeBlock resize = resize_of(rows);
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string_view saved = sets[rows.row(i)];
      has_texts_ ? TextSet(rows.slot(i), resize).merge(saved) : NumberSet(rows.slot(i), resize).merge(saved);
    }
    return {};
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    weir::ColumnBuilder<int64_t> counts(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) counts.values()[i] = static_cast<int64_t>(rows.slot(i).count);
    return std::move(counts).finish();
  }

 private:
  bool has_texts_ = false;
};

}  // namespace

WEIR_AGGREGATE(
    Distinct, "distinct", "How many different values there are, counted exactly.",
    weir::description("Keeps every different value of every group. Nulls "
                      "are left out; 0 where there is no value."),
    weir::example("count(DISTINCT x) over 1, 2, NULL, 1 => 2\ncount(DISTINCT x) over 'a', 'b', 'a' => 2"));
