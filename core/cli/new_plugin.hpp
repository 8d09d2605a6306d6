#pragma once
// weir new plugin NAME --kind KIND
#include "cli/verb.hpp"

namespace weir {

/// Adds it below the verb `new`.
void add_new_plugin(CLI::App& verb, Chosen& chosen);

}  // namespace weir
