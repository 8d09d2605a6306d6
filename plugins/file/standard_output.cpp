#include "standard_output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace weir::file {

bool is_standard_output(const std::string& path) { return path == "-" || path == "/dev/stdout"; }

Status write_standard_output(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (put >= 0) {
      bytes.remove_prefix(static_cast<size_t>(put));
      continue;
    }
    if (errno == EAGAIN) {  // A terminal that somebody else made non-blocking.
      pollfd output{STDOUT_FILENO, POLLOUT, 0};
      ::poll(&output, 1, -1);
    } else if (errno != EINTR) {
      return Status::io("cannot write to standard output: " + std::generic_category().message(errno));
    }
  }
  return {};
}

}  // namespace weir::file
