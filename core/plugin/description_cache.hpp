#pragma once
// Keeps the descriptions of libraries from one process to the next, by build id.
#include <optional>
#include <string>

#include "plugin/component_description.hpp"

namespace weir {

/// A directory of descriptions. Losing it or damaging it costs time and nothing else: every entry carries its
/// checksum, and one that does not fit is as good as absent.
///
/// Threads: any, and any number of processes.
class DescriptionCache {
 public:
  /// `directory` empty: nothing is kept. It is made when the first entry is.
  explicit DescriptionCache(std::string directory) : directory_(std::move(directory)) {}
  std::optional<LibraryDescription> find(const std::string& build_id) const;
  /// What cannot be written is not kept, without a word.
  void keep(const std::string& build_id, const LibraryDescription& description) const;

 private:
  std::string path_of(const std::string& build_id) const;
  const std::string directory_;
};

/// Returns $XDG_CACHE_HOME/weir, else $HOME/.cache/weir, else nothing.
std::string default_cache_directory();

}  // namespace weir
