#include "world/real_network.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "world/os_error.hpp"

namespace weir {
namespace {

/// An open socket; closes itself.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  // The socket calls take every family of address through one pointer type.
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

std::string name_of(const std::string& address, uint16_t port) {
  return address + ":" + std::to_string(port);
}

Result<Address> parse(const std::string& text, uint16_t port) {
  Address address;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address.size = sizeof v4;
    std::memcpy(&address.storage, &v4, sizeof v4);
    return address;
  }
  if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    address.size = sizeof v6;
    std::memcpy(&address.storage, &v6, sizeof v6);
    return address;
  }
  return Status::invalid("'" + text + "' is not a numeric network address, such as 127.0.0.1 or ::1");
}

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == EINPROGRESS ||
         error == ENOTCONN;
}

class RealConnection final : public Connection {
 public:
  RealConnection(Socket socket, std::string peer) : socket_(std::move(socket)), peer_(std::move(peer)) {
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  int handle() const override { return socket_.get(); }

  Result<Transfer> read(void* into, size_t size) override {
    const ssize_t got = ::recv(socket_.get(), into, size, 0);
    if (got > 0) return Transfer{Transfer::Outcome::kDone, static_cast<size_t>(got)};
    if (got == 0) return Transfer{size == 0 ? Transfer::Outcome::kDone : Transfer::Outcome::kClosed, 0};
    if (would_block(errno)) return Transfer{};
    return os_error("receive from", peer_, errno);
  }

  Result<Transfer> write(const void* bytes, size_t size) override {
    const ssize_t put = ::send(socket_.get(), bytes, size, MSG_NOSIGNAL);
    if (put >= 0) return Transfer{Transfer::Outcome::kDone, static_cast<size_t>(put)};
    if (would_block(errno)) return Transfer{};
    if (errno == EPIPE || errno == ECONNRESET) return Transfer{Transfer::Outcome::kClosed, 0};
    return os_error("send to", peer_, errno);
  }

  Status finish_writing() override {
    if (::shutdown(socket_.get(), SHUT_WR) == 0) return Status::ok();
    return os_error("end the connection to", peer_, errno);
  }

 private:
  const Socket socket_;
  const std::string peer_;
};

class RealListener final : public Listener {
 public:
  RealListener(Socket socket, uint16_t port, std::string name)
      : socket_(std::move(socket)), port_(port), name_(std::move(name)) {}
  int handle() const override { return socket_.get(); }
  uint16_t port() const override { return port_; }

  Result<std::unique_ptr<Connection>> accept() override {
    Socket caller(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (caller.get() >= 0) {
      return std::unique_ptr<Connection>(
          std::make_unique<RealConnection>(std::move(caller), "a caller of " + name_));
    }
    // A caller who hung up while waiting is no fault of the listener.
    if (would_block(errno) || errno == ECONNABORTED) return std::unique_ptr<Connection>();
    return os_error("accept on", name_, errno);
  }

 private:
  const Socket socket_;
  const uint16_t port_;
  const std::string name_;
};

Result<uint16_t> bound_port(const Socket& socket, const std::string& name) {
  Address bound;
  bound.size = sizeof bound.storage;
  if (::getsockname(socket.get(), bound.get(), &bound.size) < 0) return os_error("listen on", name, errno);
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  std::memcpy(&v4, &bound.storage, sizeof v4);
  std::memcpy(&v6, &bound.storage, sizeof v6);
  return ntohs(bound.storage.ss_family == AF_INET ? v4.sin_port : v6.sin6_port);
}

}  // namespace

Result<std::unique_ptr<Listener>> RealNetwork::listen(const std::string& address, uint16_t port) {
  const std::string name = name_of(address, port);
  WEIR_ASSIGN_OR_RETURN(Address at, parse(address, port));
  Socket socket(::socket(at.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return os_error("listen on", name, errno);
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.get(), at.get(), at.size) < 0 || ::listen(socket.get(), SOMAXCONN) < 0) {
    return os_error("listen on", name, errno);
  }
  WEIR_ASSIGN_OR_RETURN(const uint16_t chosen, bound_port(socket, name));
  return std::unique_ptr<Listener>(
      std::make_unique<RealListener>(std::move(socket), chosen, name_of(address, chosen)));
}

Result<std::unique_ptr<Connection>> RealNetwork::connect(const std::string& address, uint16_t port) {
  const std::string name = name_of(address, port);
  WEIR_ASSIGN_OR_RETURN(Address to, parse(address, port));
  Socket socket(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return os_error("connect to", name, errno);
  if (::connect(socket.get(), to.get(), to.size) < 0 && errno != EINPROGRESS) {
    return os_error("connect to", name, errno);
  }
  return std::unique_ptr<Connection>(std::make_unique<RealConnection>(std::move(socket), name));
}

Result<std::vector<size_t>> RealNetwork::wait(std::span<const Interest> interests, int timeout_ms) {
  std::vector<pollfd> polled;
  polled.reserve(interests.size());
  for (const Interest& interest : interests) {
    const short events = interest.in == Interest::In::kReading ? POLLIN : POLLOUT;
    polled.push_back({interest.waitable->handle(), events, 0});
  }
  const int count = ::poll(polled.data(), polled.size(), timeout_ms);
  if (count < 0 && errno != EINTR) return os_error("wait for", "sockets", errno);
  std::vector<size_t> ready;
  for (size_t i = 0; i < polled.size() && count > 0; ++i) {
    if (polled[i].revents != 0) ready.push_back(i);
  }
  return ready;
}

}  // namespace weir
