#pragma once
// Loads a plugin library into this process, checked before and after.
#include <memory>
#include <string>
#include <string_view>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "plugin/elf_descriptor.hpp"
#include "plugin/host.hpp"

namespace weir {

/// A library that is part of this process for good: code is never unloaded, because nobody can know who still
/// holds a pointer into it.
///
/// Threads: constant.
struct LoadedLibrary {
  std::string path;
  LibraryDescriptor descriptor;
  const weir_library* library = nullptr;  ///< Lives until the process ends.
  /// Returns the component, or null.
  const weir_component* find(uint32_t kind, std::string_view name) const;
};

/// Loads a library, calls its entry once with the host's table and checks all that it hands out. A second
/// call for the same file answers the same library and runs nothing.
///
/// Needs: the host's table lives until the process ends.
/// Fails: naming the path and one reason: the file is refused (see inspect_library), a library or a symbol
/// that it needs is missing, its entry threw, what it handed out breaks the ABI's promises. Threads: any, one
/// load at a time.
Result<std::shared_ptr<const LoadedLibrary>> load_library(const std::string& path, const Host& host);

}  // namespace weir
