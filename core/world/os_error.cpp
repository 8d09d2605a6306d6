#include "world/os_error.hpp"

#include <cerrno>
#include <string>
#include <system_error>

namespace weir {
namespace {

Code code_of(int error_number) {
  switch (error_number) {
    case ENOENT:
      return Code::kNotFound;
    case EEXIST:
      return Code::kExists;
    case EACCES:
    case EPERM:
    case EROFS:
      return Code::kDenied;
    case ENOSPC:
    case EDQUOT:
      return Code::kNoSpace;
    case EAGAIN:
    case EADDRINUSE:
    case ECONNREFUSED:
    case ETIMEDOUT:
      return Code::kUnavailable;
    default:
      return Code::kIo;
  }
}

}  // namespace

Status os_error(std::string_view action, std::string_view subject, int error_number) {
  std::string message = "cannot ";
  message.append(action).append(" '").append(subject).append("': ");
  // strerror() may share one buffer between threads; this does not.
  message += std::generic_category().message(error_number);
  return {code_of(error_number), std::move(message)};
}

}  // namespace weir
