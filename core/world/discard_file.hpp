#pragma once
// The end of a temporary file.
#include <memory>

#include "world/disk.hpp"

namespace weir {

/// Closes and removes a file that nobody needs any more. Takes `file`, which may be null. For destructors:
/// what cannot be removed stays, and it is for whoever uses the directory next to look for it.
void discard_file(std::unique_ptr<File> file, Disk& disk) noexcept;

}  // namespace weir
