#pragma once
// Functions from plugin libraries as kernels.
#include <weir/abi.h>

#include "expr/eval.hpp"

namespace weir::expr {

/// Calls a plugin's function with whole columns. Faults of rows that nobody wants do not count. A call that
/// fails as a whole is a fault of every wanted row.
/// Borrows `calls` for as long as the kernel lives.
Kernel plugin_kernel(const weir_function_calls& calls, const ValueType& result);

}  // namespace weir::expr
