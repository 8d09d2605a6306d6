#pragma once
// Checks that what a plugin library handed out keeps the ABI's promises before anything relies on it.
#include <weir/abi.h>
#include <weir/status.hpp>

#include "plugin/elf_descriptor.hpp"

namespace weir {

/// Fails with the first broken promise: a table that is too short, a missing call, an improper or reserved
/// name, a component that the file's descriptor does not name (or the other way round).
Status validate_library(const weir_library& library, const LibraryDescriptor& descriptor);
/// The same for one component by itself.
Status validate_component(const weir_component& component);

}  // namespace weir
