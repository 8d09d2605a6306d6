#include "cli/control_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "world/os_error.hpp"

namespace weir {
namespace {

constexpr const char* kName = "/control.sock";
constexpr int kAnswerMs = 10'000;

/// A socket's address is at most 107 bytes long, and a path need not be: the directory is named by its
/// descriptor.
class SocketAddress {
 public:
  explicit SocketAddress(const std::string& directory)
      : directory_(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    address_.sun_family = AF_UNIX;
    const std::string path = "/proc/self/fd/" + std::to_string(directory_.get()) + kName;
    std::memcpy(address_.sun_path, path.c_str(), path.size() + 1);
  }
  bool is_good() const { return directory_.get() >= 0; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  const char* path() const { return address_.sun_path; }
  static constexpr socklen_t kSize = sizeof(sockaddr_un);

 private:
  OwnedDescriptor directory_;
  sockaddr_un address_{};
};

}  // namespace

OwnedDescriptor& OwnedDescriptor::operator=(OwnedDescriptor&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}
OwnedDescriptor::~OwnedDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}
int OwnedDescriptor::release() { return std::exchange(descriptor_, -1); }

Result<OwnedDescriptor> listen_for_control(const std::string& directory) {
  const std::string path = directory + kName;
  const SocketAddress address(directory);
  if (!address.is_good()) return os_error("open directory", directory, errno);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return os_error("remove", path, errno);
  OwnedDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (listener.get() < 0) return os_error("make a socket for", path, errno);
  // Nobody can connect before it listens, and then only this user may.
  if (::bind(listener.get(), address.get(), SocketAddress::kSize) != 0) return os_error("bind", path, errno);
  if (::chmod(path.c_str(), 0600) != 0) return os_error("change the mode of", path, errno);
  if (::listen(listener.get(), 16) != 0) return os_error("listen at", path, errno);
  return listener;
}

Result<OwnedDescriptor> connect_to_control(const std::string& directory) {
  const std::string path = directory + kName;
  const SocketAddress address(directory);
  if (!address.is_good()) return Status::not_found("'" + path + "': nobody listens");
  OwnedDescriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connection.get() < 0) return os_error("make a socket for", path, errno);
  if (::connect(connection.get(), address.get(), SocketAddress::kSize) == 0) return connection;
  if (errno == ENOENT || errno == ECONNREFUSED) return Status::not_found("'" + path + "': nobody listens");
  return os_error("connect to", path, errno);
}

Result<std::string> ask_control(int connection, std::string_view line) {
  const std::string request = std::string(line) + "\n";
  if (::send(connection, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size()))
    return os_error("write to", "the control socket", errno);
  std::string answer;
  while (!answer.ends_with('\n')) {
    pollfd readable{connection, POLLIN, 0};
    const int ready = ::poll(&readable, 1, kAnswerMs);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return Status(Code::kUnavailable, "the running process does not answer");
    char bytes[65536];
    const ssize_t got = ::recv(connection, bytes, sizeof(bytes), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Status(Code::kUnavailable, "the running process ended before it answered");
    answer.append(bytes, static_cast<size_t>(got));
  }
  answer.pop_back();
  return answer;
}

}  // namespace weir
