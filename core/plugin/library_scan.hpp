#pragma once
// Finds plugin libraries on the search path and tells the usable from the refused, running none of them.
#include <string>
#include <vector>

#include <weir/status.hpp>

#include "plugin/elf_descriptor.hpp"

namespace weir {

struct FoundLibrary {
  std::string path;
  LibraryDescriptor descriptor;
};

/// A file that looked like a library and is not used. Refusals never stop a run: only a pipeline that names
/// one of its components meets them.
struct RefusedLibrary {
  std::string path;
  std::string reason;                     ///< "built for plugin ABI 2.0, this weir speaks 1.0; ..."
  std::vector<ComponentName> components;  ///< As far as its file tells.
  std::string sentence() const { return path + ": " + reason; }
};

struct LibraryScan {
  std::vector<FoundLibrary> libraries;  ///< In search order, then by file name.
  std::vector<RefusedLibrary> refused;
};

/// Returns the directories to scan: `../lib/weir/plugins` beside the running binary (or `weir/plugins` beside
/// libweir.so where a foreign program loaded it), then those of --plugin-path, then those of WEIR_PLUGIN_PATH
/// (separated by ':'; null: not set). No directory comes twice.
std::vector<std::string> plugin_search_path(const std::vector<std::string>& from_command_line,
                                            const char* from_environment);

/// Looks at every `*.so` of the directories, links followed; one file reached twice counts once. A directory
/// of the search path that does not exist is passed over, except that `must_exist` ones are listed as
/// refused.
LibraryScan scan_libraries(const std::vector<std::string>& directories,
                           const std::vector<std::string>& must_exist = {});

/// Judges one file by itself, without the path in the message: may it be loaded, as far as can be said
/// without running it? Fills `descriptor` (may be null) as soon as it is known, refused or not.
///
/// A file is refused when somebody else could write it: its mode lets everyone write, or its group, unless
/// that is the owner's private group. The directory's mode is not looked at.
Status inspect_library(const std::string& path, LibraryDescriptor* descriptor);

}  // namespace weir
