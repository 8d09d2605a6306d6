#pragma once
// A server on this machine for tests: it listens, and what is said on each connection is a function.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace weir::notify {

/// The server's end of one connection; calls block. Closed by the other side, it has no more lines or bytes.
///
/// Threads: one at a time, but for hang_up().
class Connection {
 public:
  explicit Connection(int socket) : socket_(socket) {}
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Returns the next line without its end; nothing when there is none.
  std::optional<std::string> line() {
    size_t end = 0;
    while ((end = unread_.find("\r\n")) == std::string::npos)
      if (!receive()) return std::nullopt;
    std::string made = unread_.substr(0, end);
    unread_.erase(0, end + 2);
    return made;
  }
  /// Returns so many bytes, or fewer at the end.
  std::string bytes(size_t count) {
    while (unread_.size() < count && receive()) {
    }
    std::string made = unread_.substr(0, count);
    unread_.erase(0, count);
    return made;
  }
  void say(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<size_t>(sent));
    }
  }
  /// From any thread: whoever waits for a line gets none.
  void hang_up() { ::shutdown(socket_, SHUT_RDWR); }

 private:
  bool receive() {
    char bytes[4096];
    const ssize_t size = ::recv(socket_, bytes, sizeof(bytes), 0);
    if (size > 0) unread_.append(bytes, static_cast<size_t>(size));
    return size > 0;
  }

  const int socket_;
  std::string unread_;
};

/// Listens on a port of its own and has a thread for each connection.
///
/// Threads: take() and port() from any.
class Receiver {
 public:
  /// Keeps a line of what was received. It must be called before the sender is answered.
  using Note = std::function<void(std::string line)>;
  /// What is said on one connection; it ends when it returns.
  using Dialogue = std::function<void(Connection&, const Note&)>;

  explicit Receiver(Dialogue dialogue) : dialogue_(std::move(dialogue)) {
    ::setenv("no_proxy", "127.0.0.1", 1);  // libcurl takes the environment's proxy else.
    sockaddr_in address = local();
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || ::bind(listener_, any, size) != 0 || ::listen(listener_, SOMAXCONN) != 0 ||
        ::getsockname(listener_, any, &size) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot listen on 127.0.0.1");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }
  ~Receiver() {
    ::shutdown(listener_, SHUT_RDWR);  // accept() returns.
    thread_.join();
    for (Guest& guest : guests_) {
      guest.connection.hang_up();
      guest.thread.join();
    }
    ::close(listener_);
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  /// "127.0.0.1:4711"
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// Returns the lines since the last call.
  std::vector<std::string> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(lines_, {});
  }

 private:
  struct Guest {
    explicit Guest(int socket) : connection(socket) {}
    Connection connection;
    std::thread thread;
  };

  static sockaddr_in local() {
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return made;
  }
  void accept_all() {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0 && errno == ECONNABORTED) continue;  // Who came is gone.
      if (socket < 0) return;
      Guest& guest = guests_.emplace_back(socket);
      guest.thread = std::thread([this, &guest] {
        dialogue_(guest.connection, [this](std::string line) { note(std::move(line)); });
        guest.connection.hang_up();
      });
    }
  }
  void note(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }

  const Dialogue dialogue_;
  const int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  uint16_t port_ = 0;
  std::deque<Guest> guests_;  // The accepting thread's; the destructor's after it.
  std::mutex mutex_;
  std::vector<std::string> lines_;  // Guarded by mutex_.
  std::thread thread_;              // Last: it begins when all else is there.
};

/// Takes everything and answers nothing.
inline void say_nothing(Connection& connection, const Receiver::Note&) {
  while (connection.line()) {
  }
}

}  // namespace weir::notify
