#pragma once
// Checks the options that a component describes.
#include <string>

#include <weir/abi.h>
#include <weir/status.hpp>

namespace weir {

/// Fails with the first broken promise of a component's options: an unknown kind, an improper, reserved or
/// repeated name, a list without a description of its items, nesting deeper than 16.
Status validate_options(const weir_component& component);

}  // namespace weir
