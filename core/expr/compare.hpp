#pragma once
// Comparisons of whole columns.
#include "expr/eval.hpp"

namespace weir::expr {

enum class Comparison { kEqual, kUnequal, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

/// Whether values of a type have an order (all but lists and structs).
bool is_comparable(const ValueType& type);

/// Returns the kernel for two columns of one type. NaN equals itself and is above all
/// other numbers; texts compare by their bytes; a day of an interval is 24 hours and a month 30 days.
/// Needs: is_comparable.
Kernel comparison_kernel(Comparison comparison, const ValueType& type);

/// As = and <>, but null is a value that equals null.
Vector distinct_kernel(Eval& eval, const Bits* mask, const Vector& a, const Vector& b, bool is_distinct);

/// Less than zero, zero or more, as the values at two rows compare. Needs: both present.
int compare_values(const Vector& a, int64_t row_a, const Vector& b, int64_t row_b);

}  // namespace weir::expr
