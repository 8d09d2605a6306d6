#include "world/real_network.hpp"

#include <cerrno>
#include <utility>

#include <netinet/tcp.h>
#include <poll.h>

#include "world/os_error.hpp"
#include "world/real_socket.hpp"

namespace weir {
namespace {

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == EINPROGRESS ||
         error == ENOTCONN;
}

class RealConnection final : public Connection {
 public:
  RealConnection(Poller& poller, Socket socket, Endpoint::Kind kind, std::string name)
      : poller_(poller), socket_(std::move(socket)), kind_(kind), name_(std::move(name)), path_(Endpoint()) {
    const int on = 1;
    if (kind == Endpoint::Kind::kTcp) ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  RealConnection(Poller& poller, BoundSocket bound)
      : poller_(poller),
        socket_(std::move(bound.socket)),
        kind_(bound.endpoint.kind),
        name_(bound.endpoint.to_url()),
        path_(std::move(bound.path)) {}
  ~RealConnection() override { poller_.forget(socket_.get()); }
  int handle() const override { return socket_.get(); }
  std::string name() const override { return name_; }
  void when_ready(bool is_for_writing, std::function<void()> then) override {
    poller_.when_ready(socket_.get(), is_for_writing, std::move(then));
  }
  void forget() override { poller_.forget(socket_.get()); }

  Result<Transfer> read(void* into, size_t size) override {
    // Of a datagram MSG_TRUNC tells the true length; of a stream it would throw the bytes away.
    const ssize_t got = ::recv(socket_.get(), into, size, is_datagram() ? MSG_TRUNC : 0);
    if (got > 0) return Transfer{Transfer::Outcome::kDone, static_cast<size_t>(got)};
    const bool is_closed = got == 0 && size > 0 && !is_datagram();
    if (got == 0) return Transfer{is_closed ? Transfer::Outcome::kClosed : Transfer::Outcome::kDone, 0};
    if (would_block(errno)) return Transfer{};
    return os_error("receive from", name_, errno);
  }

  Result<Transfer> write(const void* bytes, size_t size) override {
    const ssize_t put = ::send(socket_.get(), bytes, size, MSG_NOSIGNAL);
    if (put >= 0) return Transfer{Transfer::Outcome::kDone, static_cast<size_t>(put)};
    if (would_block(errno)) return Transfer{};
    if (errno == EPIPE || errno == ECONNRESET) return Transfer{Transfer::Outcome::kClosed, 0};
    return os_error("send to", name_, errno);
  }

  Status finish_writing() override {
    if (is_datagram() || ::shutdown(socket_.get(), SHUT_WR) == 0) return Status::ok();
    return os_error("end the connection to", name_, errno);
  }

 private:
  bool is_datagram() const { return kind_ == Endpoint::Kind::kUdp || kind_ == Endpoint::Kind::kUnixDatagram; }

  Poller& poller_;
  const Socket socket_;
  const Endpoint::Kind kind_;
  const std::string name_;
  const BoundPath path_;
};

class RealListener final : public Listener {
 public:
  RealListener(Poller& poller, BoundSocket bound) : poller_(poller), bound_(std::move(bound)) {}
  ~RealListener() override { poller_.forget(bound_.socket.get()); }
  int handle() const override { return bound_.socket.get(); }
  const Endpoint& endpoint() const override { return bound_.endpoint; }
  void when_ready(bool is_for_writing, std::function<void()> then) override {
    poller_.when_ready(bound_.socket.get(), is_for_writing, std::move(then));
  }
  void forget() override { poller_.forget(bound_.socket.get()); }

  Result<std::unique_ptr<Connection>> accept() override {
    Socket caller(::accept4(bound_.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (caller.is_open())
      return std::unique_ptr<Connection>(std::make_unique<RealConnection>(
          poller_, std::move(caller), bound_.endpoint.kind, "a caller of " + bound_.endpoint.to_url()));
    // A caller who hung up while waiting is no fault of the listener.
    if (would_block(errno) || errno == ECONNABORTED) return std::unique_ptr<Connection>();
    return os_error("accept on", bound_.endpoint.to_url(), errno);
  }

 private:
  Poller& poller_;
  const BoundSocket bound_;
};

Result<std::unique_ptr<Connection>> connect_now(Poller& poller, const Endpoint& to) {
  WEIR_ASSIGN_OR_RETURN(SocketAddress address, address_of(to));
  WEIR_ASSIGN_OR_RETURN(Socket socket, make_socket(to, address));
  if (::connect(socket.get(), address.get(), address.size) < 0 && errno != EINPROGRESS)
    return os_error("connect to", to.to_url(), errno);
  return std::unique_ptr<Connection>(
      std::make_unique<RealConnection>(poller, std::move(socket), to.kind, to.to_url()));
}

}  // namespace

Result<std::unique_ptr<Listener>> RealNetwork::listen(const Endpoint& at) {
  WEIR_ASSIGN_OR_RETURN(BoundSocket bound, bind_socket(at));
  return std::unique_ptr<Listener>(std::make_unique<RealListener>(poller_, std::move(bound)));
}

Result<std::unique_ptr<Connection>> RealNetwork::bind(const Endpoint& at) {
  WEIR_ASSIGN_OR_RETURN(BoundSocket bound, bind_socket(at));
  return std::unique_ptr<Connection>(std::make_unique<RealConnection>(poller_, std::move(bound)));
}

Result<std::unique_ptr<Connection>> RealNetwork::connect(const Endpoint& to) {
  if (is_numeric(to)) return connect_now(poller_, to);
  return lookup_.connect_later(to.to_url(), [this, to] { return connect_now(poller_, to); });
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
