#pragma once
// Sockets through the host: nothing here waits, and pipelines with sockets run in simulation.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "weir/ext_net.h"
#include "weir/fault.hpp"
#include "weir/host.hpp"
#include "weir/progress.hpp"
#include "weir/text.hpp"

namespace weir {

namespace net {

/// Returns the host's calls. Fails: kUnsupported when it serves none.
inline Result<const weir_net_calls*> calls() {
  const void* const served = host()->extension(host(), as_str(WEIR_NET_EXTENSION));
  if (served == nullptr) return Status::unsupported("this host serves no sockets (" WEIR_NET_EXTENSION ")");
  return static_cast<const weir_net_calls*>(served);
}

/// Fails: kInvalid when the text is no address of a socket.
inline Status check(std::string_view url) {
  WEIR_ASSIGN_OR_RETURN(const weir_net_calls* const net, calls());
  weir_fault fault{};
  return status_of(net->check(as_str(url), &fault), fault);
}

}  // namespace net

inline namespace sdk {

/// What a read or a write came to.
struct SocketTransfer {
  weir_net_outcome outcome = WEIR_NET_WOULD_BLOCK;
  size_t bytes = 0;
};

/// A listener or a connection; closes itself. See weir/ext_net.h.
class Socket {
 public:
  Socket() = default;
  /// Streams accept(), datagrams are read. Port 0 becomes a free one.
  static Result<Socket> listen(std::string_view url) {
    WEIR_ASSIGN_OR_RETURN(const weir_net_calls* const net, net::calls());
    return opened(net, [&](weir_socket** out, weir_fault* fault) {
      return net->listen(host(), as_str(url), out, fault);
    });
  }
  /// What becomes of it is seen at the first read or write.
  static Result<Socket> connect(std::string_view url) {
    WEIR_ASSIGN_OR_RETURN(const weir_net_calls* const net, net::calls());
    return opened(net, [&](weir_socket** out, weir_fault* fault) {
      return net->connect(host(), as_str(url), out, fault);
    });
  }
  Socket(Socket&& other) noexcept : net_(other.net_), socket_(std::exchange(other.socket_, nullptr)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(net_, other.net_);
    std::swap(socket_, other.socket_);
    return *this;
  }
  ~Socket() {
    if (socket_ != nullptr) net_->close(socket_);
  }
  explicit operator bool() const { return socket_ != nullptr; }

  /// Returns the next caller, or an empty socket when nobody waits.
  Result<Socket> accept() {
    return opened(net_,
                  [&](weir_socket** out, weir_fault* fault) { return net_->accept(socket_, out, fault); });
  }
  Result<SocketTransfer> read(std::span<uint8_t> into) {
    return moved([&](weir_net_transfer* out, weir_fault* fault) {
      return net_->read(socket_, into.data(), into.size(), out, fault);
    });
  }
  Result<SocketTransfer> write(std::string_view bytes) {
    return moved([&](weir_net_transfer* out, weir_fault* fault) {
      return net_->write(socket_, bytes.data(), bytes.size(), out, fault);
    });
  }
  Status finish_writing() {
    weir_fault fault{};
    return status_of(net_->finish_writing(socket_, &fault), fault);
  }
  /// Borrows the handle: it outlives the socket.
  void wake_when(uint32_t what, const Handle& handle) { net_->wake_when(socket_, what, handle.get()); }
  /// Whether a read or an accept may bring something.
  bool is_readable() const { return (net_->is_ready(socket_) & WEIR_NET_READABLE) != 0; }
  std::string name() const { return std::string(as_view(net_->name(socket_))); }

 private:
  Socket(const weir_net_calls* net, weir_socket* socket) : net_(net), socket_(socket) {}
  template <class Call>
  static Result<Socket> opened(const weir_net_calls* net, Call call) {
    weir_fault fault{};
    weir_socket* socket = nullptr;
    const int32_t code = call(&socket, &fault);
    if (code != 0) return status_of(code, fault);
    return Socket(net, socket);
  }
  template <class Call>
  static Result<SocketTransfer> moved(Call call) {
    weir_fault fault{};
    weir_net_transfer transfer{};
    transfer.struct_size = sizeof(transfer);
    const int32_t code = call(&transfer, &fault);
    if (code != 0) return status_of(code, fault);
    return SocketTransfer{static_cast<weir_net_outcome>(transfer.outcome), transfer.bytes};
  }
  const weir_net_calls* net_ = nullptr;
  weir_socket* socket_ = nullptr;
};

}  // namespace sdk
}  // namespace weir
