#pragma once
// Arithmetic on whole columns.
#include <optional>
#include <string>

#include "expr/eval.hpp"

namespace weir::expr {

enum class Arithmetic { kAdd, kSubtract, kMultiply, kDivide, kIntegerDivide, kModulo };

/// How an operator works on two numbers: both operands are first cast to `operand` (for * and decimals: each
/// to its own), the result is `result`.
struct ArithmeticTypes {
  ValueType left;
  ValueType right;
  ValueType result;
};

/// The types for two numbers, or nothing when the result would need more than 38 digits.
/// + - * of integers have the wider operand's type (int64 with uint64: decimal), `/` is float64, `//` and `%`
/// as +. Decimals: + and - have one digit more before the point, * adds precisions and scales (precision at
/// most 38), `%` the common type, `/` and `//` float64. Any float makes it float64 (two float32: float32).
std::optional<ArithmeticTypes> arithmetic_types(Arithmetic op, const ValueType& a, const ValueType& b);

/// The kernel for operands of those types. Overflow is a row fault ("overflow"); x/0, x//0 and x%0 are null.
Kernel arithmetic_kernel(Arithmetic op, const ArithmeticTypes& types);

/// -x and abs(x) for any number; the smallest integer of a width overflows.
Kernel negate_kernel(const ValueType& type);
Kernel absolute_kernel(const ValueType& type);

/// 10^exponent, for 0 <= exponent <= 38.
Int128 power_of_ten(int exponent);
/// Whether a decimal of `precision` digits holds the value.
bool fits_precision(Int128 value, int precision);
/// The value at `row` as text, as CAST to string gives it. Needs: a present number.
std::string number_text(const Vector& vector, int64_t row);

std::string decimal_text(Int128 value, int scale);
std::string float_text(double value);
std::string float_text(float value);

}  // namespace weir::expr
