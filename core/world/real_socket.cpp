#include "world/real_socket.hpp"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/stat.h>

#include "world/os_error.hpp"

namespace weir {
namespace {

constexpr uint16_t kFirstFreePort = 1024;  // Below, an ordinary user may not listen.

Result<SocketAddress> unix_address(const Endpoint& endpoint) {
  sockaddr_un named{};
  WEIR_CHECK(endpoint.host.size() < sizeof named.sun_path);
  named.sun_family = AF_UNIX;
  std::memcpy(named.sun_path, endpoint.host.data(), endpoint.host.size());
  SocketAddress address;
  address.size = sizeof named;
  std::memcpy(&address.storage, &named, sizeof named);
  return address;
}

bool parse_numeric(const Endpoint& endpoint, SocketAddress& address) {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, endpoint.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    address.size = sizeof v4;
    std::memcpy(&address.storage, &v4, sizeof v4);
    return true;
  }
  if (::inet_pton(AF_INET6, endpoint.host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    address.size = sizeof v6;
    std::memcpy(&address.storage, &v6, sizeof v6);
    return true;
  }
  return false;
}

Result<SocketAddress> look_up(const Endpoint& endpoint) {
  addrinfo wanted{};
  wanted.ai_socktype = endpoint.is_datagram() ? SOCK_DGRAM : SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(endpoint.port);
  const int code = ::getaddrinfo(endpoint.host.c_str(), port.c_str(), &wanted, &found);
  if (code != 0) {
    const Code kind = code == EAI_NONAME ? Code::kNotFound : Code::kUnavailable;
    return Status(kind, "cannot look up '" + endpoint.host + "' of '" + endpoint.to_url() +
                            "': " + ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, ::freeaddrinfo);
  // What listens on one address only, mostly listens on 127.0.0.1.
  const addrinfo* chosen = all.get();
  for (const addrinfo* each = all.get(); each != nullptr && chosen->ai_family != AF_INET;
       each = each->ai_next) {
    if (each->ai_family == AF_INET) chosen = each;
  }
  SocketAddress address;
  address.size = chosen->ai_addrlen;
  std::memcpy(&address.storage, chosen->ai_addr, chosen->ai_addrlen);
  return address;
}

Status listen_fault(const Endpoint& endpoint, int error) {
  const Status fault = os_error("listen on", endpoint.to_url(), error);
  std::string hint;
  if (error == EADDRINUSE) {
    hint = ": somebody listens there already; stop it (ss -lnp names it) or choose another address";
  } else if (error == EACCES && !endpoint.is_unix() && endpoint.port < kFirstFreePort) {
    hint = ": ports below 1024 are the administrator's; choose a higher one";
  } else if (error == EADDRNOTAVAIL) {
    hint = ": this machine has no such address; 127.0.0.1 is itself alone, 0.0.0.0 every address it has";
  } else if (error == ENOENT) {
    hint = ": there is no such directory";
  }
  return {fault.code(), std::string(fault.message()) + hint};
}

// A name that a dead process left behind is no listener.
Status remove_if_stale(const Endpoint& endpoint, SocketAddress& address) {
  struct stat there{};
  if (::lstat(endpoint.host.c_str(), &there) != 0) return {};
  if (!S_ISSOCK(there.st_mode))
    return {Code::kExists,
            "cannot listen on '" + endpoint.to_url() + "': a file that is no socket has that name"};
  WEIR_ASSIGN_OR_RETURN(const Socket probe, make_socket(endpoint, address));
  if (::connect(probe.get(), address.get(), address.size) == 0 || errno != ECONNREFUSED)
    return listen_fault(endpoint, EADDRINUSE);
  if (::unlink(endpoint.host.c_str()) != 0) return os_error("remove the old socket", endpoint.host, errno);
  return {};
}

}  // namespace

uint16_t SocketAddress::port() const {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  std::memcpy(&v4, &storage, sizeof v4);
  std::memcpy(&v6, &storage, sizeof v6);
  return ntohs(storage.ss_family == AF_INET ? v4.sin_port : v6.sin6_port);
}

bool is_numeric(const Endpoint& endpoint) {
  SocketAddress ignored;
  return endpoint.is_unix() || parse_numeric(endpoint, ignored);
}

Result<SocketAddress> address_of(const Endpoint& endpoint) {
  if (endpoint.is_unix()) return unix_address(endpoint);
  SocketAddress address;
  if (parse_numeric(endpoint, address)) return address;
  return look_up(endpoint);
}

Result<Socket> make_socket(const Endpoint& endpoint, const SocketAddress& address) {
  const int type = (endpoint.is_datagram() ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
  Socket made(::socket(address.family(), type, 0));
  if (!made.is_open()) return os_error("make a socket for", endpoint.to_url(), errno);
  return made;
}

Result<BoundSocket> bind_socket(const Endpoint& endpoint) {
  WEIR_ASSIGN_OR_RETURN(SocketAddress address, address_of(endpoint));
  if (endpoint.is_unix()) WEIR_RETURN_IF_ERROR(remove_if_stale(endpoint, address));
  WEIR_ASSIGN_OR_RETURN(Socket socket, make_socket(endpoint, address));
  if (endpoint.kind == Endpoint::Kind::kTcp) {
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  }
  if (::bind(socket.get(), address.get(), address.size) < 0) return listen_fault(endpoint, errno);
  BoundPath path(endpoint);
  if (!endpoint.is_datagram() && ::listen(socket.get(), SOMAXCONN) < 0) return listen_fault(endpoint, errno);
  Endpoint bound = endpoint;
  if (!endpoint.is_unix()) {
    SocketAddress chosen;
    chosen.size = sizeof chosen.storage;
    if (::getsockname(socket.get(), chosen.get(), &chosen.size) < 0) return listen_fault(endpoint, errno);
    bound.port = chosen.port();
  }
  return BoundSocket{std::move(socket), std::move(bound), std::move(path)};
}

}  // namespace weir
