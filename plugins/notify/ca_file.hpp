#pragma once
// Whose certificates are trusted, where a team signs its own.
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>

#include <weir/options.hpp>
#include <weir/status.hpp>

namespace weir::notify {

inline constexpr const char* kCaFileText =
    "A file of certificates (PEM) by which the receiver's must be signed, in place of the system's.";

/// Fails when the file is named and cannot be read.
inline Status check_ca_file(const std::optional<std::string>& path) {
  if (!path || ::access(path->c_str(), R_OK) == 0) return {};
  return Status::invalid("ca_file: cannot read '" + *path + "': " + std::generic_category().message(errno));
}

}  // namespace weir::notify
