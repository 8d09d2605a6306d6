#include "cast.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include <weir/builder.hpp>

namespace weir::basic {
namespace {

constexpr int64_t kDayUs = 86'400'000'000;

bool is_number(Type type) { return type >= Type::kInt8 && type <= Type::kFloat64; }
bool is_plain(Type type) { return type == Type::kBool || is_number(type) || type == Type::kString; }
bool is_time(Type type) { return type == Type::kTimestamp || type == Type::kDate32; }

/// Calls `use(view)` with the typed view of a plain column.
template <class Use>
auto with_view(const weir_column& column, Use use) {
  switch (static_cast<Type>(column.type)) {
    case Type::kBool:
      return use(BoolColumn(column));
    case Type::kInt8:
      return use(ColumnView<int8_t>(column));
    case Type::kInt16:
      return use(ColumnView<int16_t>(column));
    case Type::kInt32:
      return use(ColumnView<int32_t>(column));
    case Type::kUint8:
      return use(ColumnView<uint8_t>(column));
    case Type::kUint16:
      return use(ColumnView<uint16_t>(column));
    case Type::kUint32:
      return use(ColumnView<uint32_t>(column));
    case Type::kUint64:
      return use(ColumnView<uint64_t>(column));
    case Type::kFloat32:
      return use(ColumnView<float>(column));
    case Type::kFloat64:
      return use(ColumnView<double>(column));
    case Type::kString:
      return use(StringColumn(column));
    default:
      return use(ColumnView<int64_t>(column));
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<bool> bool_of(std::string_view text) {
  std::string lower(trimmed(text));
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (lower == "true" || lower == "t" || lower == "1") return true;
  if (lower == "false" || lower == "f" || lower == "0") return false;
  return std::nullopt;
}

template <class To>
std::optional<To> integer_of(double value) {
  const double rounded = std::round(value);
  // The upper bound plus one is a power of two, which a double holds exactly.
  const double end = std::ldexp(1.0, std::numeric_limits<To>::digits);
  const bool fits = rounded < end && rounded >= (std::is_signed_v<To> ? -end : 0.0);  // NaN does not.
  return fits ? std::optional(static_cast<To>(rounded)) : std::nullopt;
}

template <class To, class From>
std::optional<To> number_of(From value) {
  if constexpr (std::is_same_v<From, bool>) {
    return static_cast<To>(value ? 1 : 0);
  } else if constexpr (std::is_same_v<From, std::string_view>) {
    std::string_view text = trimmed(value);
    if (text.starts_with('+')) text.remove_prefix(1);
    To made{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), made);
    if (error == std::errc() && end == text.data() + text.size() && !text.empty()) return made;
    // "2.0" and "1e3" are whole numbers too.
    if constexpr (std::is_integral_v<To>)
      if (const auto real = number_of<double>(text)) return integer_of<To>(*real);
    return std::nullopt;
  } else if constexpr (std::is_floating_point_v<To>) {
    return static_cast<To>(value);
  } else if constexpr (std::is_floating_point_v<From>) {
    return integer_of<To>(static_cast<double>(value));
  } else {
    return std::in_range<To>(value) ? std::optional(static_cast<To>(value)) : std::nullopt;
  }
}

template <class From>
std::string text_of(From value) {
  if constexpr (std::is_same_v<From, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_same_v<From, std::string_view>) {
    return std::string(value);
  } else {
    std::array<char, 40> digits;
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
  }
}

template <class From>
void reject(size_t row, From value, const DataType& to, std::string_view name, RowErrors& errors) {
  errors.add(row, "bad-cast", "'" + text_of(value).substr(0, 100) + "' is no " + to.to_string(), name);
}

/// Appends each value as `convert` gives it.
template <class View, class Builder, class Convert>
Column convert_each(const View& view, Builder builder, Convert convert, const DataType& to,
                    std::string_view name, RowErrors& errors) {
  for (size_t row = 0; row < view.size(); ++row) {
    if (view.is_null(row)) {
      builder.append_null();
      continue;
    }
    if (const auto made = convert(view[row])) {
      builder.append(*made);
      continue;
    }
    reject(row, view[row], to, name, errors);
    builder.append_null();
  }
  return std::move(builder).finish();
}

template <class To>
Column to_number(const weir_column& column, const DataType& to, std::string_view name, RowErrors& errors) {
  return with_view(column, [&](const auto& view) {
    using From = std::remove_cvref_t<decltype(view[0])>;
    return convert_each(
        view, ColumnBuilder<To>(to), [](From value) { return number_of<To>(value); }, to, name, errors);
  });
}

Column to_bool(const weir_column& column, const DataType& to, std::string_view name, RowErrors& errors) {
  return with_view(column, [&](const auto& view) {
    using From = std::remove_cvref_t<decltype(view[0])>;
    const auto convert = [](From value) -> std::optional<bool> {
      if constexpr (std::is_same_v<From, std::string_view>)
        return bool_of(value);
      else
        return value != From{};
    };
    return convert_each(view, BoolBuilder(), convert, to, name, errors);
  });
}

Column to_text(const weir_column& column, std::string_view name, RowErrors& errors) {
  return with_view(column, [&](const auto& view) {
    using From = std::remove_cvref_t<decltype(view[0])>;
    const auto convert = [](From value) { return std::optional<std::string>(text_of(value)); };
    return convert_each(view, StringBuilder(), convert, Type::kString, name, errors);
  });
}

Column cast_time(const weir_column& column, Type to) {
  if (to == Type::kTimestamp) {
    const ColumnView<int32_t> days(column);
    ColumnBuilder<int64_t> made(days.size(), days.validity(), to);
    for (size_t row = 0; row < days.size(); ++row) made.values()[row] = days[row] * kDayUs;
    return std::move(made).finish();
  }
  const ColumnView<int64_t> times(column);
  ColumnBuilder<int32_t> made(times.size(), times.validity(), to);
  for (size_t row = 0; row < times.size(); ++row) {
    const int64_t day = times[row] / kDayUs - (times[row] % kDayUs < 0 ? 1 : 0);
    made.values()[row] = static_cast<int32_t>(day);
  }
  return std::move(made).finish();
}

}  // namespace

bool can_cast(const DataType& from, const DataType& to) {
  if (from == to) return true;
  return (is_plain(from.type) && is_plain(to.type)) || (is_time(from.type) && is_time(to.type));
}

Column cast_column(const weir_column& column, const DataType& to, std::string_view name, RowErrors& errors) {
  if (column.type == static_cast<uint8_t>(to.type)) return Column::retain(&column);
  if (is_time(to.type)) return cast_time(column, to.type);
  switch (to.type) {
    case Type::kBool:
      return to_bool(column, to, name, errors);
    case Type::kInt8:
      return to_number<int8_t>(column, to, name, errors);
    case Type::kInt16:
      return to_number<int16_t>(column, to, name, errors);
    case Type::kInt32:
      return to_number<int32_t>(column, to, name, errors);
    case Type::kInt64:
      return to_number<int64_t>(column, to, name, errors);
    case Type::kUint8:
      return to_number<uint8_t>(column, to, name, errors);
    case Type::kUint16:
      return to_number<uint16_t>(column, to, name, errors);
    case Type::kUint32:
      return to_number<uint32_t>(column, to, name, errors);
    case Type::kUint64:
      return to_number<uint64_t>(column, to, name, errors);
    case Type::kFloat32:
      return to_number<float>(column, to, name, errors);
    case Type::kFloat64:
      return to_number<double>(column, to, name, errors);
    default:
      return to_text(column, name, errors);
  }
}

}  // namespace weir::basic
