#include "expr/cast.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>

#include "expr/bit_loop.hpp"
#include "expr/lexer.hpp"
#include "expr/numbers.hpp"
#include "expr/times.hpp"

namespace weir::expr {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\r\f\v";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// Divides by 10^digits, half away from zero.
Int128 divide_rounded(Int128 value, int digits) {
  if (digits > 38) return 0;
  const Int128 unit = power_of_ten(digits);
  const Int128 quotient = value / unit;
  const Int128 rest = value % unit;
  const Int128 size = rest < 0 ? -rest : rest;
  if (size < unit - size) return quotient;
  return quotient + (value < 0 ? -1 : 1);
}

std::optional<Int128> rescale(Int128 value, int from, int to) {
  if (to <= from) return divide_rounded(value, from - to);
  Int128 out = 0;
  if (value == 0) return out;
  if (to - from > 38 || __builtin_mul_overflow(value, power_of_ten(to - from), &out)) return std::nullopt;
  return out;
}

template <class T>
bool in_range(Int128 value) {
  return value >= static_cast<Int128>(std::numeric_limits<T>::min()) &&
         value <= static_cast<Int128>(std::numeric_limits<T>::max());
}

// One value to another. `from` and `to` give scales and precisions.
template <class From, class To>
bool convert(From value, To* out, const ValueType& from, const ValueType& to) {
  if constexpr (std::is_same_v<To, Int128>) {
    if constexpr (std::is_floating_point_v<From>) {
      const double scaled = std::round(static_cast<double>(value) * std::pow(10.0, to.scale));
      if (!(std::fabs(scaled) < 1e38)) return false;
      *out = static_cast<Int128>(scaled);
    } else {
      const std::optional<Int128> scaled = rescale(static_cast<Int128>(value), from.scale, to.scale);
      if (!scaled) return false;
      *out = *scaled;
    }
    return fits_precision(*out, to.precision);
  } else if constexpr (std::is_floating_point_v<To>) {
    if constexpr (std::is_same_v<From, Int128>) {
      *out = static_cast<To>(decimal_to_float(value, from.scale));
    } else {
      *out = static_cast<To>(value);
    }
    if constexpr (std::is_same_v<To, float> && std::is_same_v<From, double>)
      return std::isfinite(*out) || !std::isfinite(value);
    return true;
  } else if constexpr (std::is_floating_point_v<From>) {
    const double whole = std::nearbyint(static_cast<double>(value));
    // 2^64 and -2^63 are exact; the comparisons are false for NaN.
    if (!(whole >= static_cast<double>(std::numeric_limits<To>::min()) &&
          whole < std::ldexp(1.0, std::numeric_limits<To>::digits)))
      return false;
    *out = static_cast<To>(whole);
    return true;
  } else {
    Int128 whole = static_cast<Int128>(value);
    if constexpr (std::is_same_v<From, Int128>) whole = divide_rounded(value, from.scale);
    *out = static_cast<To>(whole);
    return in_range<To>(whole);
  }
}

struct CastTo {
  ValueType from;
  ValueType to;
  bool is_try = false;

  void fail(Nulls& nulls, int64_t i, const std::string& value) const {
    if (is_try) return nulls.set_null(i);
    nulls.fault(i, "bad-cast", "cannot cast " + value + " to " + type_name(to));
  }
};

std::string shown(std::string_view text) {
  constexpr size_t kShownBytes = 60;
  size_t end = std::min(text.size(), kShownBytes);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  std::string out(1, '\'');
  out += printable(text.substr(0, end));
  out += end < text.size() ? "...'" : "'";
  return out;
}

template <class T>
T* new_values(Eval& eval, const Rows& rows) {
  return eval.arena().allocate_array<T>(std::max<int64_t>(1, rows.count));
}

template <class From, class To>
Vector cast_numbers(const CastTo& cast, Eval& eval, const Bits* mask, std::span<const Vector> args) {
  const Rows rows = rows_of(eval, mask, args);
  const From* const in = args[0].data<From>();
  To* const out = new_values<To>(eval, rows);
  Nulls nulls(eval, rows, joint_validity(eval, rows, args));
  bool good = true;
  for (int64_t i = 0; i < rows.count; ++i) good &= convert<From, To>(in[i], &out[i], cast.from, cast.to);
  for (int64_t i = 0; !good && i < rows.count; ++i)
    if (!convert<From, To>(in[i], &out[i], cast.from, cast.to) && nulls.is_valid(i))
      cast.fail(nulls, i, number_text(args[0], i));
  return result_vector(cast.to, rows, out, nulls.validity());
}

using CastFunction = Vector (*)(const CastTo&, Eval&, const Bits*, std::span<const Vector>);

template <class From>
CastFunction numbers_from(uint8_t to) {
  switch (to) {
    case WEIR_INT8:
      return cast_numbers<From, int8_t>;
    case WEIR_INT16:
      return cast_numbers<From, int16_t>;
    case WEIR_INT32:
      return cast_numbers<From, int32_t>;
    case WEIR_INT64:
      return cast_numbers<From, int64_t>;
    case WEIR_UINT8:
      return cast_numbers<From, uint8_t>;
    case WEIR_UINT16:
      return cast_numbers<From, uint16_t>;
    case WEIR_UINT32:
      return cast_numbers<From, uint32_t>;
    case WEIR_UINT64:
      return cast_numbers<From, uint64_t>;
    case WEIR_FLOAT32:
      return cast_numbers<From, float>;
    case WEIR_FLOAT64:
      return cast_numbers<From, double>;
    case WEIR_DECIMAL128:
      return cast_numbers<From, Int128>;
    default:
      return nullptr;
  }
}

CastFunction numbers(uint8_t from, uint8_t to) {
  switch (from) {
    case WEIR_INT8:
      return numbers_from<int8_t>(to);
    case WEIR_INT16:
      return numbers_from<int16_t>(to);
    case WEIR_INT32:
      return numbers_from<int32_t>(to);
    case WEIR_INT64:
      return numbers_from<int64_t>(to);
    case WEIR_UINT8:
      return numbers_from<uint8_t>(to);
    case WEIR_UINT16:
      return numbers_from<uint16_t>(to);
    case WEIR_UINT32:
      return numbers_from<uint32_t>(to);
    case WEIR_UINT64:
      return numbers_from<uint64_t>(to);
    case WEIR_FLOAT32:
      return numbers_from<float>(to);
    case WEIR_FLOAT64:
      return numbers_from<double>(to);
    case WEIR_DECIMAL128:
      return numbers_from<Int128>(to);
    default:
      return nullptr;
  }
}

// ---- bools

template <class T>
void from_bools(const Vector& in, T* out, int64_t count, T one) {
  for (int64_t i = 0; i < count; ++i) out[i] = get_bit(in.data<Bits>(), i) ? one : T{0};
}

template <class T>
Vector cast_bool(const CastTo& cast, Eval& eval, const Bits* mask, std::span<const Vector> args) {
  const Rows rows = rows_of(eval, mask, args);
  T* const out = new_values<T>(eval, rows);
  from_bools<T>(args[0], out, rows.count, T{1});
  return result_vector(cast.to, rows, out, joint_validity(eval, rows, args));
}

CastFunction bools(uint8_t to) {
  switch (to) {
    case WEIR_INT8:
      return cast_bool<int8_t>;
    case WEIR_INT16:
      return cast_bool<int16_t>;
    case WEIR_INT32:
      return cast_bool<int32_t>;
    case WEIR_INT64:
      return cast_bool<int64_t>;
    case WEIR_UINT8:
      return cast_bool<uint8_t>;
    case WEIR_UINT16:
      return cast_bool<uint16_t>;
    case WEIR_UINT32:
      return cast_bool<uint32_t>;
    case WEIR_UINT64:
      return cast_bool<uint64_t>;
    case WEIR_FLOAT32:
      return cast_bool<float>;
    case WEIR_FLOAT64:
      return cast_bool<double>;
    default:
      return nullptr;
  }
}

template <class T>
Vector number_to_bool(const CastTo& cast, Eval& eval, const Bits* mask, std::span<const Vector> args) {
  const Rows rows = rows_of(eval, mask, args);
  Bits* const out = new_values<Bits>(eval, {static_cast<int64_t>(rows.words()), false, nullptr});
  const T* const in = args[0].data<T>();
  fill_bits(out, rows.count, [in](int64_t i) { return in[i] != T{0}; });
  return result_vector(cast.to, rows, out, joint_validity(eval, rows, args));
}

CastFunction to_bool(uint8_t from) {
  switch (from) {
    case WEIR_INT8:
    case WEIR_UINT8:
      return number_to_bool<uint8_t>;
    case WEIR_INT16:
    case WEIR_UINT16:
      return number_to_bool<uint16_t>;
    case WEIR_INT32:
    case WEIR_UINT32:
      return number_to_bool<uint32_t>;
    case WEIR_INT64:
    case WEIR_UINT64:
      return number_to_bool<uint64_t>;
    case WEIR_FLOAT32:
      return number_to_bool<float>;
    case WEIR_FLOAT64:
      return number_to_bool<double>;
    case WEIR_DECIMAL128:
      return number_to_bool<Int128>;
    default:
      return nullptr;
  }
}

// ---- texts

template <class T>
bool read_text(std::string_view text, T* out, const ValueType& to) {
  if constexpr (std::is_same_v<T, Int128>) {
    const std::optional<Int128> value = parse_decimal(text, to.scale);
    if (value) *out = *value;
    return value && fits_precision(*value, to.precision);
  } else if constexpr (std::is_floating_point_v<T>) {
    const std::optional<double> value = parse_float(text);
    if (value) *out = static_cast<T>(*value);
    return value && (std::isfinite(*out) || !std::isfinite(*value));
  } else if constexpr (std::is_same_v<T, Interval>) {
    const std::optional<Interval> value = parse_interval(text);
    if (value) *out = *value;
    return value.has_value();
  } else {
    const std::string_view digits = trimmed(text);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), *out);
    if (read.ec == std::errc() && read.ptr == digits.data() + digits.size()) return true;
    const std::optional<Int128> value = parse_decimal(text, 0);
    if (!value || !in_range<T>(*value)) return false;
    *out = static_cast<T>(*value);
    return true;
  }
}

template <class T>
Vector cast_text(const CastTo& cast, Eval& eval, const Bits* mask, std::span<const Vector> args) {
  const Rows rows = rows_of(eval, mask, args);
  T* const out = new_values<T>(eval, rows);
  Nulls nulls(eval, rows, joint_validity(eval, rows, args));
  for (int64_t i = 0; i < rows.count; ++i) {
    out[i] = T{};
    if (!nulls.is_valid(i) || !rows.wants(i)) continue;
    const std::string_view text = args[0].text(i);
    bool good = false;
    if (cast.to.is(WEIR_TIMESTAMP)) {
      if constexpr (std::is_same_v<T, int64_t>)
        if (const auto value = parse_timestamp(text)) good = true, out[i] = *value;
    } else if (cast.to.is(WEIR_DATE32)) {
      if constexpr (std::is_same_v<T, int32_t>)
        if (const auto value = parse_date(text)) good = true, out[i] = *value;
    } else {
      good = read_text<T>(text, &out[i], cast.to);
    }
    if (!good) cast.fail(nulls, i, shown(text));
  }
  return result_vector(cast.to, rows, out, nulls.validity());
}

Vector text_to_bool(const CastTo& cast, Eval& eval, const Bits* mask, std::span<const Vector> args) {
  const Rows rows = rows_of(eval, mask, args);
  Bits* const out = eval.new_bits(false);
  Nulls nulls(eval, rows, joint_validity(eval, rows, args));
  for (int64_t i = 0; i < rows.count; ++i) {
    if (!nulls.is_valid(i)) continue;
    const std::optional<bool> value = parse_bool(args[0].text(i));
    if (!value) {
      cast.fail(nulls, i, shown(args[0].text(i)));
    } else if (*value) {
      set_bit(out, i);
    }
  }
  return result_vector(cast.to, rows, out, nulls.validity());
}

CastFunction texts(uint8_t to) {
  switch (to) {
    case WEIR_BOOL:
      return text_to_bool;
    case WEIR_INT8:
      return cast_text<int8_t>;
    case WEIR_INT16:
      return cast_text<int16_t>;
    case WEIR_INT32:
    case WEIR_DATE32:
      return cast_text<int32_t>;
    case WEIR_INT64:
    case WEIR_TIMESTAMP:
      return cast_text<int64_t>;
    case WEIR_UINT8:
      return cast_text<uint8_t>;
    case WEIR_UINT16:
      return cast_text<uint16_t>;
    case WEIR_UINT32:
      return cast_text<uint32_t>;
    case WEIR_UINT64:
      return cast_text<uint64_t>;
    case WEIR_FLOAT32:
      return cast_text<float>;
    case WEIR_FLOAT64:
      return cast_text<double>;
    case WEIR_DECIMAL128:
      return cast_text<Int128>;
    case kIntervalId:
      return cast_text<Interval>;
    default:
      return nullptr;
  }
}

Vector retyped(const CastTo& cast, Eval& eval, const Bits* mask, std::span<const Vector> args) {
  const Rows rows = rows_of(eval, mask, args);
  Vector out = result_vector(cast.to, rows, args[0].values, args[0].validity);
  out.heaps = args[0].heaps;
  if (!cast.from.is(WEIR_BINARY)) return out;
  Nulls nulls(eval, rows, out.validity);
  for (int64_t i = 0; i < rows.count; ++i) {
    const std::string_view bytes = nulls.is_valid(i) ? args[0].text(i) : std::string_view();
    if (!simdjson::validate_utf8(bytes.data(), bytes.size())) cast.fail(nulls, i, "bytes that are not UTF-8");
  }
  out.validity = nulls.validity();
  return out;
}

std::string value_text(const Vector& in, int64_t i) {
  switch (in.type.id) {
    case WEIR_BOOL:
      return get_bit(in.data<Bits>(), in.at(i)) ? "true" : "false";
    case WEIR_TIMESTAMP:
      return timestamp_text(in.data<int64_t>()[in.at(i)]);
    case WEIR_DATE32:
      return date_text(in.data<int32_t>()[in.at(i)]);
    case kIntervalId:
      return interval_text(in.data<Interval>()[in.at(i)]);
    default:
      return number_text(in, i);
  }
}

Vector to_text(const CastTo& cast, Eval& eval, const Bits* mask, std::span<const Vector> args) {
  const Rows rows = rows_of(eval, mask, args);
  TextWriter writer(eval.arena(), std::max<int64_t>(1, rows.count));
  const Bits* const validity = joint_validity(eval, rows, args);
  for (int64_t i = 0; i < rows.count; ++i)
    if (args[0].is_valid(i)) writer.put(i, value_text(args[0], i));
  Vector out = result_vector(cast.to, rows, writer.views(), validity);
  out.heaps = writer.heaps();
  return out;
}

// ---- times

Vector date_to_timestamp(const CastTo& cast, Eval& eval, const Bits* mask, std::span<const Vector> args) {
  const Rows rows = rows_of(eval, mask, args);
  auto* const out = new_values<int64_t>(eval, rows);
  Nulls nulls(eval, rows, joint_validity(eval, rows, args));
  for (int64_t i = 0; i < rows.count; ++i) {
    const int32_t days = args[0].data<int32_t>()[i];
    if (__builtin_mul_overflow(int64_t{days}, kMicrosPerDay, &out[i]) && nulls.is_valid(i))
      cast.fail(nulls, i, date_text(days));
  }
  return result_vector(cast.to, rows, out, nulls.validity());
}

Vector timestamp_to_date(const CastTo& cast, Eval& eval, const Bits* mask, std::span<const Vector> args) {
  const Rows rows = rows_of(eval, mask, args);
  auto* const out = new_values<int32_t>(eval, rows);
  for (int64_t i = 0; i < rows.count; ++i)
    out[i] = static_cast<int32_t>(day_of_micros(args[0].data<int64_t>()[i]));
  return result_vector(cast.to, rows, out, joint_validity(eval, rows, args));
}

CastFunction find_function(const ValueType& from, const ValueType& to) {
  if (from.is_nested() || to.is_nested() || to.is(WEIR_NULL)) return nullptr;
  if (from.is_text() && to.is(WEIR_BINARY)) return retyped;
  if (from.is(WEIR_BINARY)) return to.is_text() ? retyped : nullptr;
  if (from.is_text()) return texts(to.id);
  if (to.is_text()) return to_text;
  if (from.is(WEIR_BOOL)) return bools(to.id);
  if (to.is(WEIR_BOOL)) return to_bool(from.id);
  if (from.is(WEIR_DATE32) && to.is(WEIR_TIMESTAMP)) return date_to_timestamp;
  if (from.is(WEIR_TIMESTAMP) && to.is(WEIR_DATE32)) return timestamp_to_date;
  return numbers(from.id, to.id);
}

}  // namespace

std::optional<Kernel> cast_kernel(const ValueType& from, const ValueType& to, bool is_try) {
  const CastFunction function = find_function(from, to);
  if (function == nullptr) return std::nullopt;
  return [function, cast = CastTo{from, to, is_try}](Eval& eval, const Bits* mask,
                                                     std::span<const Vector> args) {
    return function(cast, eval, mask, args);
  };
}

bool cast_can_fail(const ValueType& from, const ValueType& to) {
  if (from == to || to.is_text() || to.is(WEIR_FLOAT64) || from.is(WEIR_BOOL))
    return from.is_text() || from.is(WEIR_BINARY);
  if (integer_fits(from, to)) return false;
  if (from.is_integer() && to.is_decimal()) return integer_digits(from) + to.scale > to.precision;
  if (from.is_decimal() && to.is_decimal())
    return to.scale < from.scale || to.precision - to.scale < from.precision - from.scale;
  return !(from.is_integer() && to.is_float()) && !to.is(WEIR_BOOL);
}

std::optional<Int128> parse_decimal(std::string_view text, int scale) {
  text = trimmed(text);
  const bool is_negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  Int128 value = 0;
  int digits = 0;
  int found_scale = 0;
  bool after_point = false;
  size_t i = 0;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    ++digits;
    // Digits far behind the point are not needed for rounding; they would not fit either.
    if (after_point && found_scale > 36) continue;
    if (__builtin_mul_overflow(value, Int128{10}, &value) ||
        __builtin_add_overflow(value, text[i] - '0', &value))
      return std::nullopt;
    if (after_point) ++found_scale;
  }
  if (digits == 0) return std::nullopt;
  int exponent = 0;
  if (i < text.size()) {
    std::string_view rest = text.substr(i + 1);
    if (!rest.empty() && rest[0] == '+') rest.remove_prefix(1);
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
    if (read.ec != std::errc() || read.ptr != rest.data() + rest.size()) return std::nullopt;
    if (exponent > 1000 || exponent < -1000) return std::nullopt;
  }
  return rescale(is_negative ? -value : value, found_scale - exponent, scale);
}

std::optional<double> parse_float(std::string_view text) {
  text = trimmed(text);
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec == std::errc::invalid_argument || read.ptr != text.data() + text.size())
    return std::nullopt;
  if (read.ec == std::errc::result_out_of_range) return std::nullopt;
  return value;
}

std::optional<bool> parse_bool(std::string_view text) {
  std::string word(trimmed(text));
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const char* yes : {"true", "t", "1", "yes", "y"})
    if (word == yes) return true;
  for (const char* no : {"false", "f", "0", "no", "n"})
    if (word == no) return false;
  return std::nullopt;
}

double decimal_to_float(Int128 value, int scale) {
  const auto small = static_cast<int64_t>(value);
  // Both exact as doubles: the quotient is rounded once.
  if (small == value && small > -(int64_t{1} << 53U) && small < (int64_t{1} << 53U) && scale <= 22)
    return static_cast<double>(small) / static_cast<double>(power_of_ten(scale));
  const std::string text = decimal_text(value, scale);
  double out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace weir::expr
