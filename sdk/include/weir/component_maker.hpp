#pragma once
// What a registration leaves in the ELF section "weir_components", over which its library's entry runs.
#include "weir/abi_component.h"

namespace weir {

/// Makes (at the first call) and returns a component that lives as long as its library.
using ComponentMaker = const weir_component* (*)();

}  // namespace weir
