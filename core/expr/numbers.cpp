#include "expr/numbers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <type_traits>

namespace weir::expr {
namespace {

// Calls f(i, a, b) for all rows; a constant operand is read once.
template <class T, class F>
inline void for_pairs(const Rows& rows, std::span<const Vector> args, F f) {
  const T* const a = args[0].data<T>();
  const T* const b = args[1].data<T>();
  if (args[1].is_constant) {
    const T c = b[0];
    for (int64_t i = 0; i < rows.count; ++i) f(i, a[args[0].is_constant ? 0 : i], c);
  } else if (args[0].is_constant) {
    const T c = a[0];
    for (int64_t i = 0; i < rows.count; ++i) f(i, c, b[i]);
  } else {
    for (int64_t i = 0; i < rows.count; ++i) f(i, a[i], b[i]);
  }
}

template <class T>
std::string number_of(T value) {
  if constexpr (std::is_floating_point_v<T>) {
    return float_text(value);
  } else {
    return std::to_string(value);
  }
}

template <class T>
T* new_values(Eval& eval, const Rows& rows) {
  return eval.arena().allocate_array<T>(std::max<int64_t>(1, rows.count));
}

constexpr std::array<const char*, 6> kVerbs = {"adding",   "subtracting", "multiplying",
                                               "dividing", "dividing",    "dividing"};
constexpr std::array<const char*, 6> kSigns = {" + ", " - ", " * ", " / ", " // ", " % "};

struct OverflowNote {
  Arithmetic op;
  ValueType result;
  std::string operator()(const std::string& a, const std::string& b) const {
    const auto i = static_cast<size_t>(op);
    return std::string("overflow in ") + kVerbs[i] + " two " + type_name(result) + ": " + a + kSigns[i] + b;
  }
};

template <Arithmetic kOp, class T>
inline bool checked(T a, T b, T* out) {
  if constexpr (kOp == Arithmetic::kAdd) return __builtin_add_overflow(a, b, out);
  if constexpr (kOp == Arithmetic::kSubtract) return __builtin_sub_overflow(a, b, out);
  return __builtin_mul_overflow(a, b, out);
}

// Integers: all rows are computed first, nulls and unwanted rows too, and only if any overflowed is it asked
// which of them count.
template <Arithmetic kOp, class T>
Vector checked_integers(Eval& eval, const Bits* mask, std::span<const Vector> args, const ValueType& result) {
  const Rows rows = rows_of(eval, mask, args);
  T* const out = new_values<T>(eval, rows);
  bool any = false;
  for_pairs<T>(rows, args, [&](int64_t i, T a, T b) { any |= checked<kOp, T>(a, b, &out[i]); });
  Nulls nulls(eval, rows, joint_validity(eval, rows, args));
  if (any) {
    const OverflowNote note{kOp, result};
    for_pairs<T>(rows, args, [&](int64_t i, T a, T b) {
      T value;
      if (checked<kOp, T>(a, b, &value) && nulls.is_valid(i))
        nulls.fault(i, "overflow", note(number_of(a), number_of(b)));
    });
  }
  return result_vector(result, rows, out, nulls.validity());
}

template <Arithmetic kOp>
Vector checked_decimals(Eval& eval, const Bits* mask, std::span<const Vector> args, const ValueType& result) {
  const Rows rows = rows_of(eval, mask, args);
  auto* const out = new_values<Int128>(eval, rows);
  Nulls nulls(eval, rows, joint_validity(eval, rows, args));
  const OverflowNote note{kOp, result};
  for_pairs<Int128>(rows, args, [&](int64_t i, Int128 a, Int128 b) {
    const bool bad = checked<kOp, Int128>(a, b, &out[i]) || !fits_precision(out[i], result.precision);
    if (bad && nulls.is_valid(i))
      nulls.fault(i, "overflow",
                  note(decimal_text(a, args[0].type.scale), decimal_text(b, args[1].type.scale)));
  });
  return result_vector(result, rows, out, nulls.validity());
}

template <Arithmetic kOp, class T>
Vector floats(Eval& eval, const Bits* mask, std::span<const Vector> args, const ValueType& result) {
  const Rows rows = rows_of(eval, mask, args);
  T* const out = new_values<T>(eval, rows);
  for_pairs<T>(rows, args, [&](int64_t i, T a, T b) {
    if constexpr (kOp == Arithmetic::kAdd) out[i] = a + b;
    if constexpr (kOp == Arithmetic::kSubtract) out[i] = a - b;
    if constexpr (kOp == Arithmetic::kMultiply) out[i] = a * b;
    if constexpr (kOp == Arithmetic::kDivide) out[i] = a / b;
    if constexpr (kOp == Arithmetic::kModulo) out[i] = std::fmod(a, b);
  });
  Nulls nulls(eval, rows, joint_validity(eval, rows, args));
  if constexpr (kOp == Arithmetic::kDivide || kOp == Arithmetic::kModulo) {
    const bool may_be_zero = !args[1].is_constant || args[1].data<T>()[0] == 0;
    if (may_be_zero)
      for_pairs<T>(rows, args, [&](int64_t i, T, T b) {
        if (b == 0) nulls.set_null(i);
      });
  }
  return result_vector(result, rows, out, nulls.validity());
}

// // and % of integers and decimals.
template <Arithmetic kOp, class T>
Vector whole_division(Eval& eval, const Bits* mask, std::span<const Vector> args, const ValueType& result) {
  const Rows rows = rows_of(eval, mask, args);
  T* const out = new_values<T>(eval, rows);
  Nulls nulls(eval, rows, joint_validity(eval, rows, args));
  for_pairs<T>(rows, args, [&](int64_t i, T a, T b) {
    out[i] = 0;
    if (b == 0) return nulls.set_null(i);
    if constexpr (std::is_signed_v<T> || std::is_same_v<T, Int128>) {
      if (b == -1) {  // The one quotient that can overflow, which the processor would trap.
        if (kOp == Arithmetic::kModulo) return;
        if (__builtin_sub_overflow(T{0}, a, &out[i]) && nulls.is_valid(i)) {
          if constexpr (!std::is_same_v<T, Int128>)
            nulls.fault(i, "overflow", OverflowNote{kOp, result}(number_of(a), number_of(b)));
        }
        return;
      }
    }
    out[i] = static_cast<T>(kOp == Arithmetic::kModulo ? a % b : a / b);
  });
  return result_vector(result, rows, out, nulls.validity());
}

using Function = Vector (*)(Eval&, const Bits*, std::span<const Vector>, const ValueType&);

template <Arithmetic kOp, class T>
constexpr Function integer_function() {
  if constexpr (kOp == Arithmetic::kIntegerDivide || kOp == Arithmetic::kModulo)
    return whole_division<kOp, T>;
  if constexpr (kOp == Arithmetic::kAdd || kOp == Arithmetic::kSubtract || kOp == Arithmetic::kMultiply)
    return checked_integers<kOp, T>;
  return nullptr;
}

template <Arithmetic kOp>
Function function_for(uint8_t id) {
  switch (id) {
    case WEIR_INT8:
      return integer_function<kOp, int8_t>();
    case WEIR_INT16:
      return integer_function<kOp, int16_t>();
    case WEIR_INT32:
      return integer_function<kOp, int32_t>();
    case WEIR_INT64:
      return integer_function<kOp, int64_t>();
    case WEIR_UINT8:
      return integer_function<kOp, uint8_t>();
    case WEIR_UINT16:
      return integer_function<kOp, uint16_t>();
    case WEIR_UINT32:
      return integer_function<kOp, uint32_t>();
    case WEIR_UINT64:
      return integer_function<kOp, uint64_t>();
    case WEIR_FLOAT32:
      return floats<kOp, float>;
    case WEIR_FLOAT64:
      return floats<kOp, double>;
    case WEIR_DECIMAL128:
      if constexpr (kOp == Arithmetic::kModulo) return whole_division<kOp, Int128>;
      if constexpr (kOp == Arithmetic::kAdd || kOp == Arithmetic::kSubtract || kOp == Arithmetic::kMultiply)
        return checked_decimals<kOp>;
      return nullptr;
    default:
      return nullptr;
  }
}

Function function_for(Arithmetic op, uint8_t id) {
  switch (op) {
    case Arithmetic::kAdd:
      return function_for<Arithmetic::kAdd>(id);
    case Arithmetic::kSubtract:
      return function_for<Arithmetic::kSubtract>(id);
    case Arithmetic::kMultiply:
      return function_for<Arithmetic::kMultiply>(id);
    case Arithmetic::kDivide:
      return function_for<Arithmetic::kDivide>(id);
    case Arithmetic::kIntegerDivide:
      return function_for<Arithmetic::kIntegerDivide>(id);
    case Arithmetic::kModulo:
      return function_for<Arithmetic::kModulo>(id);
  }
  return nullptr;
}

ValueType as_decimal(const ValueType& type) {
  return type.is_decimal() ? type : decimal_type(integer_digits(type), 0);
}

std::optional<ArithmeticTypes> decimal_types(Arithmetic op, const ValueType& a, const ValueType& b) {
  const ValueType x = as_decimal(a);
  const ValueType y = as_decimal(b);
  if (op == Arithmetic::kMultiply) {
    const int scale = x.scale + y.scale;
    if (scale > 38) return std::nullopt;
    return ArithmeticTypes{x, y, decimal_type(std::min(38, x.precision + y.precision), scale)};
  }
  const int scale = std::max(x.scale, y.scale);
  const int whole = std::max(x.precision - x.scale, y.precision - y.scale);
  const int carry = op == Arithmetic::kModulo ? 0 : 1;
  const ValueType type = decimal_type(std::min(38, whole + scale + carry), scale);
  return ArithmeticTypes{type, type, type};
}

}  // namespace

std::optional<ArithmeticTypes> arithmetic_types(Arithmetic op, const ValueType& a, const ValueType& b) {
  if (!a.is_number() || !b.is_number()) return std::nullopt;
  if (op == Arithmetic::kIntegerDivide && !(a.is_integer() && b.is_integer())) return std::nullopt;
  const ValueType f64 = simple(WEIR_FLOAT64);
  const ArithmeticTypes floating{f64, f64, f64};
  if (a.is(WEIR_FLOAT32) && b.is(WEIR_FLOAT32)) return ArithmeticTypes{a, a, a};
  if (op == Arithmetic::kDivide || a.is_float() || b.is_float()) return floating;
  const std::optional<ValueType> common = common_type(a, b);
  if (a.is_integer() && b.is_integer() && common->is_integer())
    return ArithmeticTypes{*common, *common, *common};
  // int64 // uint64 has no integer type that holds both.
  if (op == Arithmetic::kIntegerDivide) return std::nullopt;
  return decimal_types(op, a, b);
}

Kernel arithmetic_kernel(Arithmetic op, const ArithmeticTypes& types) {
  const Function function = function_for(op, types.result.id);
  return [function, result = types.result](Eval& eval, const Bits* mask, std::span<const Vector> args) {
    return function(eval, mask, args, result);
  };
}

namespace {

enum class SignRule { kNegate, kAbsolute };

template <class T>
Vector signed_rule(Eval& eval, const Bits* mask, std::span<const Vector> args, SignRule rule) {
  const Rows rows = rows_of(eval, mask, args);
  const T* const a = args[0].data<T>();
  T* const out = new_values<T>(eval, rows);
  Nulls nulls(eval, rows, joint_validity(eval, rows, args));
  for (int64_t i = 0; i < rows.count; ++i) {
    if constexpr (std::is_floating_point_v<T>) {
      out[i] = rule == SignRule::kNegate ? -a[i] : std::fabs(a[i]);
    } else {
      out[i] = a[i];
      if (rule == SignRule::kAbsolute && !(a[i] < 0)) continue;
      if (!__builtin_sub_overflow(T{0}, a[i], &out[i]) || !nulls.is_valid(i)) continue;
      const Vector& in = args[0];
      nulls.fault(i, "overflow",
                  "overflow in " + std::string(rule == SignRule::kNegate ? "negating " : "abs of ") +
                      type_name(in.type) + " " + number_text(in, i));
    }
  }
  return result_vector(args[0].type, rows, out, nulls.validity());
}

Kernel sign_kernel(const ValueType& type, SignRule rule) {
  using SignFunction = Vector (*)(Eval&, const Bits*, std::span<const Vector>, SignRule);
  const SignFunction function = [&]() -> SignFunction {
    switch (type.id) {
      case WEIR_INT8:
        return signed_rule<int8_t>;
      case WEIR_INT16:
        return signed_rule<int16_t>;
      case WEIR_INT32:
        return signed_rule<int32_t>;
      case WEIR_INT64:
        return signed_rule<int64_t>;
      case WEIR_UINT8:
        return signed_rule<uint8_t>;
      case WEIR_UINT16:
        return signed_rule<uint16_t>;
      case WEIR_UINT32:
        return signed_rule<uint32_t>;
      case WEIR_UINT64:
        return signed_rule<uint64_t>;
      case WEIR_FLOAT32:
        return signed_rule<float>;
      case WEIR_DECIMAL128:
        return signed_rule<Int128>;
      default:
        return signed_rule<double>;
    }
  }();
  return [=](Eval& eval, const Bits* mask, std::span<const Vector> args) {
    return function(eval, mask, args, rule);
  };
}

}  // namespace

Kernel negate_kernel(const ValueType& type) { return sign_kernel(type, SignRule::kNegate); }
Kernel absolute_kernel(const ValueType& type) { return sign_kernel(type, SignRule::kAbsolute); }

Int128 power_of_ten(int exponent) {
  static const std::array<Int128, 39> all = [] {
    std::array<Int128, 39> powers{};
    Int128 power = 1;
    for (Int128& entry : powers) {
      entry = power;
      if (&entry != &powers.back()) power *= 10;
    }
    return powers;
  }();
  return all[static_cast<size_t>(exponent)];
}

bool fits_precision(Int128 value, int precision) {
  const Int128 limit = power_of_ten(precision);
  return value < limit && value > -limit;
}

std::string decimal_text(Int128 value, int scale) {
  const bool is_negative = value < 0;
  auto rest = is_negative ? Uint128{0} - static_cast<Uint128>(value) : static_cast<Uint128>(value);
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  while (static_cast<int>(digits.size()) <= scale) digits += '0';
  if (scale > 0) digits.insert(static_cast<size_t>(scale), 1, '.');
  if (is_negative) digits += '-';
  return {digits.rbegin(), digits.rend()};
}

namespace {
// Shortest digits that read back as the same value; always with a point or exponent, so that a float is seen
// to be one.
template <class T>
std::string shortest(T value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 64> buffer;
  const T size = std::fabs(value);
  const bool is_scientific = size != 0 && (size >= static_cast<T>(1e16) || size < static_cast<T>(1e-4));
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 is_scientific ? std::chars_format::scientific : std::chars_format::fixed);
  std::string text(buffer.data(), end.ptr);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}
}  // namespace

std::string float_text(double value) { return shortest(value); }
std::string float_text(float value) { return shortest(value); }

std::string number_text(const Vector& vector, int64_t row) {
  const int64_t i = vector.at(row);
  switch (vector.type.id) {
    case WEIR_INT8:
      return std::to_string(vector.data<int8_t>()[i]);
    case WEIR_INT16:
      return std::to_string(vector.data<int16_t>()[i]);
    case WEIR_INT32:
      return std::to_string(vector.data<int32_t>()[i]);
    case WEIR_INT64:
      return std::to_string(vector.data<int64_t>()[i]);
    case WEIR_UINT8:
      return std::to_string(vector.data<uint8_t>()[i]);
    case WEIR_UINT16:
      return std::to_string(vector.data<uint16_t>()[i]);
    case WEIR_UINT32:
      return std::to_string(vector.data<uint32_t>()[i]);
    case WEIR_UINT64:
      return std::to_string(vector.data<uint64_t>()[i]);
    case WEIR_FLOAT32:
      return float_text(vector.data<float>()[i]);
    case WEIR_FLOAT64:
      return float_text(vector.data<double>()[i]);
    case WEIR_DECIMAL128:
      return decimal_text(vector.data<Int128>()[i], vector.type.scale);
    default:
      return {};
  }
}

}  // namespace weir::expr
