#pragma once
// The machine's sockets and their addresses.
#include <memory>
#include <string>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <weir/status.hpp>

#include "world/endpoint.hpp"

namespace weir {

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
  bool is_open() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

/// An address in the form that the socket calls take.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  // The socket calls take every family of address through one pointer type.
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
  /// Of a TCP or UDP address.
  uint16_t port() const;
};

/// Whether the endpoint needs no lookup: a path or a numeric address.
bool is_numeric(const Endpoint& endpoint);
/// Returns the address; of a name with several the first of IPv4, or else the first. Looks names up, which
/// may take a while. Fails: kUnavailable or kNotFound for a name that cannot be looked up.
Result<SocketAddress> address_of(const Endpoint& endpoint);

/// Returns a socket of the right kind for `address` that never blocks.
Result<Socket> make_socket(const Endpoint& endpoint, const SocketAddress& address);

/// A unix socket's name in the file system; removes it when the listener goes.
class BoundPath {
 public:
  explicit BoundPath(const Endpoint& endpoint) : path_(endpoint.is_unix() ? endpoint.host : std::string()) {}
  ~BoundPath() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  BoundPath(BoundPath&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  BoundPath(const BoundPath&) = delete;
  BoundPath& operator=(const BoundPath&) = delete;
  BoundPath& operator=(BoundPath&&) = delete;

 private:
  std::string path_;
};

/// A socket that has the address of an endpoint.
struct BoundSocket {
  Socket socket;
  Endpoint endpoint;  ///< With the port that the system chose.
  BoundPath path;
};
/// Fails: as Network::listen().
Result<BoundSocket> bind_socket(const Endpoint& endpoint);

}  // namespace weir
