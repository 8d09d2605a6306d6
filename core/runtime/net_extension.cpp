#include "runtime/net_extension.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include <weir/fault.hpp>
#include <weir/host.hpp>
#include <weir/text.hpp>

#include "data/give_out.hpp"
#include "runtime/host_table.hpp"

/// A listener, or a connection.
struct weir_socket {
  std::string name;
  std::atomic<uint32_t> ready{WEIR_NET_READABLE | WEIR_NET_WRITABLE};
  // One of the two. Last: when they go nobody sets `ready` any more.
  std::unique_ptr<weir::Listener> listener = nullptr;
  std::unique_ptr<weir::Connection> connection = nullptr;

  weir::Waitable& waitable() { return listener ? static_cast<weir::Waitable&>(*listener) : *connection; }
};

// Names of their own: several files of a room may be compiled as one.
namespace weir::net {
namespace {

// No exception crosses the ABI.
template <class Body>
int32_t served(weir_fault* fault, Body body) {
  Status status;
  try {
    status = body();
  } catch (...) {
    status = current_exception_status();
  }
  return fill_fault(status, fault);
}

Network& network_of(const weir_host* host) { return static_cast<HostTable*>(host->world)->world().network; }

weir_socket* of_connection(std::unique_ptr<Connection> connection) {
  auto made = std::make_unique<weir_socket>();
  made->name = connection->name();
  made->connection = std::move(connection);
  return made.release();
}

int32_t check(weir_str url, weir_fault* fault) {
  return served(fault, [&] { return Endpoint::parse(as_view(url)).status(); });
}

int32_t listen(const weir_host* host, weir_str url, weir_socket** out, weir_fault* fault) {
  return served(fault, [&]() -> Status {
    WEIR_ASSIGN_OR_RETURN(const Endpoint at, Endpoint::parse(as_view(url)));
    if (at.is_datagram()) {
      WEIR_ASSIGN_OR_RETURN(auto bound, network_of(host).bind(at));
      *out = of_connection(std::move(bound));
      return {};
    }
    WEIR_ASSIGN_OR_RETURN(auto listener, network_of(host).listen(at));
    auto made = std::make_unique<weir_socket>();
    made->name = listener->endpoint().to_url();
    made->listener = std::move(listener);
    *out = made.release();
    return {};
  });
}

int32_t accept(weir_socket* socket, weir_socket** out, weir_fault* fault) {
  return served(fault, [&]() -> Status {
    *out = nullptr;
    if (!socket->listener) return Status::invalid("'" + socket->name + "' is no listener: it is read");
    WEIR_ASSIGN_OR_RETURN(auto caller, socket->listener->accept());
    if (caller) *out = of_connection(std::move(caller));
    return {};
  });
}

int32_t connect(const weir_host* host, weir_str url, weir_socket** out, weir_fault* fault) {
  return served(fault, [&]() -> Status {
    WEIR_ASSIGN_OR_RETURN(const Endpoint to, Endpoint::parse(as_view(url)));
    WEIR_ASSIGN_OR_RETURN(auto made, network_of(host).connect(to));
    *out = of_connection(std::move(made));
    return {};
  });
}

template <class Call>
int32_t moved(weir_socket* socket, weir_net_transfer* out, weir_fault* fault, Call call) {
  return served(fault, [&]() -> Status {
    WEIR_RETURN_IF_ERROR(check_room(out, "weir_net_transfer"));
    if (!socket->connection) return Status::invalid("'" + socket->name + "' is a listener: it only accepts");
    WEIR_ASSIGN_OR_RETURN(const Transfer transfer, call(*socket->connection));
    weir_net_transfer made{};
    switch (transfer.outcome) {
      case Transfer::Outcome::kDone:
        made.outcome = WEIR_NET_DONE;
        break;
      case Transfer::Outcome::kWouldBlock:
        made.outcome = WEIR_NET_WOULD_BLOCK;
        break;
      case Transfer::Outcome::kClosed:
        made.outcome = WEIR_NET_CLOSED;
        break;
    }
    made.bytes = transfer.bytes;
    give_out(made, out);
    return {};
  });
}

int32_t read(weir_socket* socket, void* into, size_t size, weir_net_transfer* out, weir_fault* fault) {
  return moved(socket, out, fault, [&](Connection& from) { return from.read(into, size); });
}

int32_t write(weir_socket* socket, const void* bytes, size_t size, weir_net_transfer* out,
              weir_fault* fault) {
  return moved(socket, out, fault, [&](Connection& to) { return to.write(bytes, size); });
}

int32_t finish_writing(weir_socket* socket, weir_fault* fault) {
  return served(fault, [&] { return socket->connection ? socket->connection->finish_writing() : Status(); });
}

void wake_when(weir_socket* socket, uint32_t what, weir_handle* handle) {
  for (const uint32_t direction : {WEIR_NET_READABLE, WEIR_NET_WRITABLE}) {
    if ((what & direction) == 0) continue;
    socket->ready.fetch_and(~direction);
    socket->waitable().when_ready(direction == WEIR_NET_WRITABLE, [socket, direction, handle] {
      socket->ready.fetch_or(direction);
      host()->handle_signal(handle);
    });
  }
}

uint32_t is_ready(const weir_socket* socket) { return socket->ready.load(); }

weir_str name(const weir_socket* socket) { return as_str(socket->name); }

void close(weir_socket* socket) { const std::unique_ptr<weir_socket> owned(socket); }

}  // namespace
}  // namespace weir::net

namespace weir {

const weir_net_calls& net_extension() {
  static constexpr weir_net_calls kCalls = {
      sizeof(weir_net_calls), 0,         net::check, net::listen,         net::accept,
      net::connect,           net::read, net::write, net::finish_writing, net::wake_when,
      net::is_ready,          net::name, net::close};
  return kCalls;
}

}  // namespace weir
