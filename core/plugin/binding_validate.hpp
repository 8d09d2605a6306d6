#pragma once
// Checks what a component answers to bind() before the plan relies on it.
#include <weir/abi.h>
#include <weir/status.hpp>

namespace weir {

/// Fails with kInvalid when `binding` is missing, a struct in it does not say the size that this ABI demands,
/// or an array or text is claimed that is not there.
Status validate_binding(const weir_binding* binding);

}  // namespace weir
