#pragma once
// What a simulated crash looks like to the code that it interrupts.
#include <string>

namespace weir {

/// Thrown where a simulation lets the process die; only the simulation catches it. It derives from nothing,
/// so that no handler for std::exception survives a "death".
struct SimCrash {
  std::string where;  ///< The fault point or disk call at which the process died.
};

}  // namespace weir
