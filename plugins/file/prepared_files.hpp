#pragma once
// What a checkpoint keeps of the files that a sink writes.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

namespace weir::file {

/// One file at the moment of a barrier.
struct PreparedFile {
  enum class State : char {
    kOpen = 'o',    ///< Staged, and written further after the barrier.
    kFinal = 'f',   ///< Staged and whole: to be renamed.
    kInPlace = 'i'  ///< Has its name already; good up to `length`.
  };
  State state = State::kOpen;
  uint64_t length = 0;  ///< [bytes] that belong to the checkpoint.
  std::string target;
  std::string staging;  ///< Empty when in place.
  bool operator==(const PreparedFile&) const = default;
};

/// The token of a file sink.
struct PreparedFiles {
  uint64_t next_part = 0;
  std::vector<PreparedFile> files;

  std::string to_token() const;
  /// Fails: kCorrupt.
  static Result<PreparedFiles> parse(std::string_view token);
};

}  // namespace weir::file
