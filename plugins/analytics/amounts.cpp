#include "amounts.hpp"

#include <cmath>
#include <limits>

#include <weir/builder.hpp>
#include <weir/numbers.hpp>

namespace weir::analytics {
namespace {

constexpr int kMostDigits = 38;

bool fits_int64(Decimal128 value) {
  return value >= std::numeric_limits<int64_t>::min() && value <= std::numeric_limits<int64_t>::max();
}

}  // namespace

void Total::add(const Amount& amount) {
  if (amount.is_null) return;
  const Decimal128 sum = this->amount().whole + amount.whole;
  low = static_cast<uint64_t>(sum);
  high = static_cast<int64_t>(sum >> 64);
  real += amount.real;
  ++count;
}

Amount Total::amount() const {
  __extension__ using Bits = unsigned __int128;
  const Bits bits = (static_cast<Bits>(static_cast<uint64_t>(high)) << 64) | low;
  return {static_cast<Decimal128>(bits), real, count == 0};
}

AmountType::AmountType(const DataType& column) : result_(Type::kFloat64) {
  if (column.type == Type::kDecimal128) {
    result_ = column;
    result_.precision = kMostDigits;
  } else if (weir::is_integer(column.type) && column.type != Type::kUint64) {
    result_ = Type::kInt64;
  }
}

std::vector<Amount> AmountType::read(const weir_column& column) const {
  std::vector<Amount> made(static_cast<size_t>(column.row_count));
  weir::with_numbers(Column::retain(&column), [&](const auto& view) {
    for (size_t row = 0; row < made.size(); ++row) {
      if (view.is_null(row)) continue;
      made[row].is_null = false;
      if (is_real())
        made[row].real = static_cast<double>(view[row]);
      else
        made[row].whole = static_cast<Decimal128>(view[row]);
    }
  });
  return made;
}

Column AmountType::build(std::span<const Amount> amounts) const {
  const auto built = [&](auto builder, auto value_of) {
    for (const Amount& amount : amounts) builder.append_optional(value_of(amount));
    return std::move(builder).finish();
  };
  if (is_real())
    return built(ColumnBuilder<double>(), [](const Amount& amount) {
      return amount.is_null ? std::nullopt : std::optional(amount.real);
    });
  if (result_.type == Type::kDecimal128)
    return built(ColumnBuilder<Decimal128>(result_), [](const Amount& amount) {
      return amount.is_null ? std::nullopt : std::optional(amount.whole);
    });
  return built(ColumnBuilder<int64_t>(), [](const Amount& amount) {
    return amount.is_null || !fits_int64(amount.whole) ? std::nullopt
                                                       : std::optional(static_cast<int64_t>(amount.whole));
  });
}

Amount AmountType::difference(const Amount& a, const Amount& b) const {
  if (a.is_null || b.is_null) return {};
  return {a.whole - b.whole, a.real - b.real, false};
}

double AmountType::relative(const Amount& change, const Amount& base) const {
  if (is_real()) return change.real / std::fabs(base.real);
  return static_cast<double>(change.whole) / std::fabs(static_cast<double>(base.whole));
}

}  // namespace weir::analytics
