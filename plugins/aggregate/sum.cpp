// sum(x) and avg(x).
//
// A sum of integers is int64, kept in 128 bits until the end: only a total that does not fit is a fault, in
// whatever order the values came. Sums of decimals are decimal(38, s). Sums of floats are compensated, so
// that order and threads change at most the last bits.
#include <limits>

#include "number_rows.hpp"
#include "total.hpp"

namespace {

using weir::Column;
using weir::Decimal128;
using weir::Type;
using weir::aggregates::Total;

/// What sum and avg have in common: what lies in a slot and how it travels.
class Totals : public weir::AggregateFunction<Total> {
 public:
  weir::Status update(const Rows& rows, std::span<const Column> args) const override {
    if (is_float_) {
      weir::aggregates::for_doubles(rows, args[0], [](Total& slot, double value) { slot.add(value); });
      return {};
    }
    weir::with_numbers(args[0], [&](const auto& view) {
      weir::aggregates::for_values(rows, view,
                                   [](Total& slot, auto value) { slot.add(static_cast<Decimal128>(value)); });
    });
    return {};
  }
  weir::Result<std::vector<Column>> save(const Rows& rows) const override {
    weir::ColumnBuilder<int64_t> counts(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) counts.values()[i] = rows.slot(i).count;
    std::vector<Column> made{std::move(counts).finish()};
    if (is_float_) {
      weir::ColumnBuilder<double> sums(rows.size());
      weir::ColumnBuilder<double> corrections(rows.size());
      for (size_t i = 0; i < rows.size(); ++i) {
        sums.values()[i] = rows.slot(i).floating.sum;
        corrections.values()[i] = rows.slot(i).floating.correction;
      }
      made.push_back(std::move(sums).finish());
      made.push_back(std::move(corrections).finish());
      return made;
    }
    weir::ColumnBuilder<Decimal128> sums(rows.size(), {}, exact_type());
    for (size_t i = 0; i < rows.size(); ++i) {
      if (rows.slot(i).has_overflowed != 0) return too_large("38 digits");
      sums.values()[i] = rows.slot(i).exact;
    }
    made.push_back(std::move(sums).finish());
    return made;
  }
  weir::Status merge(const Rows& rows, std::span<const Column> partial) const override {
    const auto counts = partial[0].view<int64_t>();
    for (size_t i = 0; i < rows.size(); ++i) {
      Total& slot = rows.slot(i);
      const int64_t count = slot.count + counts[rows.row(i)];
      if (is_float_) {
        slot.add(partial[1].view<double>()[rows.row(i)]);
        slot.floating.correction += partial[2].view<double>()[rows.row(i)];
      } else {
        slot.add(partial[1].view<Decimal128>()[rows.row(i)]);
      }
      slot.count = count;
    }
    return {};
  }

 protected:
  weir::Result<std::vector<weir::Field>> resolve_argument(std::string_view name,
                                                          std::span<const weir::Field> args) {
    if (args.size() != 1 || !weir::is_number(args[0].type.type))
      return weir::aggregates::wrong_arguments(name, "one number", args);
    is_float_ = weir::is_float(args[0].type.type);
    scale_ = args[0].type.scale;
    const weir::Field count{"count", Type::kInt64, false};
    if (!is_float_) return std::vector<weir::Field>{count, {"sum", exact_type(), false}};
    return std::vector<weir::Field>{
        count, {"sum", Type::kFloat64, false}, {"correction", Type::kFloat64, false}};
  }
  weir::DataType exact_type() const { return weir::DataType::decimal(38, scale_); }
  static weir::Status too_large(std::string_view what) {
    return weir::Status::invalid("the sum does not fit into " + std::string(what));
  }

  bool is_float_ = false;
  int8_t scale_ = 0;
};

class Sum final : public Totals {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    WEIR_ASSIGN_OR_RETURN(std::vector<weir::Field> partial, resolve_argument("sum", args));
    is_decimal_ = args[0].type.type == Type::kDecimal128;
    weir::DataType type = Type::kInt64;
    if (is_float_) type = Type::kFloat64;
    if (is_decimal_) type = exact_type();
    return weir::AggregateTypes{std::move(partial), {"sum", std::move(type)}};
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    if (is_float_) {
      weir::ColumnBuilder<double> sums;
      for (size_t i = 0; i < rows.size(); ++i)
        rows.slot(i).count == 0 ? sums.append_null() : sums.append(rows.slot(i).floating_sum());
      return std::move(sums).finish();
    }
    return is_decimal_ ? finish_exact<Decimal128>(rows, exact_type())
                       : finish_exact<int64_t>(rows, Type::kInt64);
  }

 private:
  template <class Value>
  static weir::Result<Column> finish_exact(const Rows& rows, const weir::DataType& type) {
    weir::ColumnBuilder<Value> sums(type);
    for (size_t i = 0; i < rows.size(); ++i) {
      const Total& slot = rows.slot(i);
      if (slot.has_overflowed != 0) return too_large("38 digits");
      if constexpr (sizeof(Value) == 8)
        if (slot.exact > std::numeric_limits<int64_t>::max() ||
            slot.exact < std::numeric_limits<int64_t>::min())
          return too_large("int64; sum(CAST(x AS decimal(38,0))) holds up to 38 digits");
      slot.count == 0 ? sums.append_null() : sums.append(static_cast<Value>(slot.exact));
    }
    return std::move(sums).finish();
  }
  bool is_decimal_ = false;
};

class Average final : public Totals {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    WEIR_ASSIGN_OR_RETURN(std::vector<weir::Field> partial, resolve_argument("avg", args));
    return weir::AggregateTypes{std::move(partial), {"avg", Type::kFloat64}};
  }
  weir::Result<Column> finish(const Rows& rows) const override {
    const double unit = std::pow(10.0, scale_);
    weir::ColumnBuilder<double> means;
    for (size_t i = 0; i < rows.size(); ++i) {
      const Total& slot = rows.slot(i);
      if (slot.has_overflowed != 0) return too_large("38 digits");
      const double sum = is_float_ ? slot.floating_sum() : static_cast<double>(slot.exact) / unit;
      slot.count == 0 ? means.append_null() : means.append(sum / static_cast<double>(slot.count));
    }
    return std::move(means).finish();
  }
};

}  // namespace

WEIR_AGGREGATE(
    Sum, "sum", "The sum of a column.",
    weir::description("Of integers int64 (a total that does not fit is a fault, whatever the order), "
                      "of decimals decimal(38, s), of floats float64 with compensation. Nulls are "
                      "left out; null where there is no value."),
    weir::example("sum(x) over 1, NULL, 3 => 4\nsum(x) over 0.5, 0.25 => 0.75\nsum(x) over NULL => NULL"));
WEIR_AGGREGATE(Average, "avg", "The arithmetic mean of a column, as float64.",
               weir::description("Nulls are left out; null where there is no value."),
               weir::example("avg(x) over 1, NULL, 4 => 2.5"));
