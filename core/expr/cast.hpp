#pragma once
// Values of one type as values of another.
#include <optional>
#include <string_view>

#include "expr/eval.hpp"

namespace weir::expr {

/// Returns the kernel for CAST(from AS to), or nothing when no value of `from` is one of `to`. A value that
/// does not fit is a row fault ("bad-cast"); with `is_try` it is null.
///
/// Texts are read with spaces around them; `'1.5'` to an integer rounds half away from zero, as decimals do;
/// floats round half to even. Timestamps and dates do not convert to numbers: epoch() and to_timestamp() do.
std::optional<Kernel> cast_kernel(const ValueType& from, const ValueType& to, bool is_try);

/// Whether such a cast can fail for some value.
bool cast_can_fail(const ValueType& from, const ValueType& to);

/// Reads a number exactly, as an integer times 10^-scale, rounded half away from zero. Nothing: not a number,
/// or more than 38 digits.
std::optional<Int128> parse_decimal(std::string_view text, int scale);
std::optional<double> parse_float(std::string_view text);
std::optional<bool> parse_bool(std::string_view text);

double decimal_to_float(Int128 value, int scale);

}  // namespace weir::expr
