#include "cli/run_service.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <list>
#include <thread>
#include <vector>

#include "cli/control_socket.hpp"
#include "world/os_error.hpp"

namespace weir {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Somebody who opens connections and says nothing must not hold up the others, nor use up descriptors.
constexpr size_t kMostConnections = 32;
constexpr size_t kMostRequestBytes = 8192;
constexpr auto kPatience = std::chrono::seconds(5);

struct HttpAddress {
  std::string host = "127.0.0.1";
  uint16_t port = 0;
};

Status bad_address(const std::string& text) {
  return Status::invalid("--metrics " + text +
                         ": expected a port (on loopback) or a numeric address and a port, such as 9100, "
                         "127.0.0.1:9100 or [::1]:9100");
}

Result<HttpAddress> parse_address(const std::string& text) {
  HttpAddress address;
  const size_t colon = text.rfind(':');
  if (colon != std::string::npos && colon > 0) address.host = text.substr(0, colon);
  if (address.host.starts_with('[') && address.host.ends_with(']'))
    address.host = address.host.substr(1, address.host.size() - 2);
  if (address.host == "localhost") address.host = "127.0.0.1";
  const std::string port = colon == std::string::npos ? text : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size()) return bad_address(text);
  return address;
}

Result<OwnedDescriptor> listen_for_http(const std::string& text, std::string& bound) {
  WEIR_ASSIGN_OR_RETURN(const HttpAddress address, parse_address(text));
  sockaddr_storage storage{};
  socklen_t size = 0;
  if (auto* const v4 = reinterpret_cast<sockaddr_in*>(&storage);
      ::inet_pton(AF_INET, address.host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(address.port);
    size = sizeof(sockaddr_in);
  } else if (auto* const v6 = reinterpret_cast<sockaddr_in6*>(&storage);
             ::inet_pton(AF_INET6, address.host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(address.port);
    size = sizeof(sockaddr_in6);
  } else {
    return bad_address(text);
  }
  OwnedDescriptor listener(::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (listener.get() < 0) return os_error("make a socket for", text, errno);
  const int on = 1;
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  auto* const named = reinterpret_cast<sockaddr*>(&storage);
  if (::bind(listener.get(), named, size) != 0) return os_error("listen for --metrics at", text, errno);
  if (::listen(listener.get(), 16) != 0) return os_error("listen for --metrics at", text, errno);
  ::getsockname(listener.get(), named, &size);
  const uint16_t port =
      ntohs(storage.ss_family == AF_INET ? reinterpret_cast<sockaddr_in*>(&storage)->sin_port
                                         : reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port);
  bound =
      (storage.ss_family == AF_INET ? address.host : "[" + address.host + "]") + ":" + std::to_string(port);
  return listener;
}

/// One caller: it is read from until its request is whole, then written to, then left.
///
///   kReading --request whole--> kWriting --answer sent--> closed, or kHeld (a stop: until the process ends)
struct Caller {
  enum class State { kReading, kWriting, kHeld };
  OwnedDescriptor connection;
  bool is_http = false;
  State state = State::kReading;
  bool is_stop = false;
  std::string request;
  std::string answer;
  SteadyClock::time_point deadline = SteadyClock::now() + kPatience;
};

class ServiceThread final : public RunService {
 public:
  ServiceThread(OwnedDescriptor control, OwnedDescriptor web, std::string web_address, ServedRun run)
      : control_(std::move(control)),
        web_(std::move(web)),
        web_address_(std::move(web_address)),
        run_(std::move(run)),
        end_(::eventfd(0, EFD_CLOEXEC)),
        thread_([this] { serve(); }) {}
  ~ServiceThread() override {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t put = ::write(end_.get(), &one, sizeof(one));
    thread_.join();
  }
  const std::string& http_address() const override { return web_address_; }

 private:
  void serve() {
    for (;;) {
      std::vector<pollfd> waited{
          {end_.get(), POLLIN, 0}, {control_.get(), POLLIN, 0}, {web_.get(), POLLIN, 0}};
      for (const Caller& caller : callers_)
        waited.push_back({caller.connection.get(),
                          static_cast<short>(caller.state == Caller::State::kWriting ? POLLOUT : POLLIN), 0});
      const int timeout_ms = std::ranges::any_of(callers_, is_timed) ? 1000 : -1;
      if (::poll(waited.data(), waited.size(), timeout_ms) < 0 && errno != EINTR) return;
      if (waited[0].revents != 0) return;
      auto socket = waited.begin() + 3;
      for (auto caller = callers_.begin(); caller != callers_.end(); ++socket) {
        const bool is_late = is_timed(*caller) && SteadyClock::now() > caller->deadline;
        const bool is_over = (socket->revents != 0 && !go_on(*caller)) || is_late;
        caller = is_over ? callers_.erase(caller) : std::next(caller);
      }
      if (waited[1].revents != 0) accept(control_.get(), false);
      if (waited[2].revents != 0) accept(web_.get(), true);
    }
  }

  static bool is_timed(const Caller& caller) { return caller.state != Caller::State::kHeld; }

  void accept(int listener, bool is_http) {
    OwnedDescriptor connection(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (connection.get() < 0 || callers_.size() >= kMostConnections) return;
    Caller caller;
    caller.connection = std::move(connection);
    caller.is_http = is_http;
    callers_.push_back(std::move(caller));
  }

  /// Returns whether the caller is still wanted.
  bool go_on(Caller& caller) {
    if (caller.state == Caller::State::kWriting) return write_to(caller);
    char bytes[4096];
    const ssize_t got = ::recv(caller.connection.get(), bytes, sizeof(bytes), 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return false;
    if (caller.state == Caller::State::kHeld) return true;
    caller.request.append(bytes, static_cast<size_t>(got));
    const size_t end = caller.is_http ? caller.request.find("\r\n\r\n") : caller.request.find('\n');
    if (end == std::string::npos) return caller.request.size() < kMostRequestBytes;
    const std::string_view request = std::string_view(caller.request).substr(0, end);
    caller.answer =
        caller.is_http ? answer_http(request, run_) : answer_control(request, run_, caller.is_stop) + "\n";
    caller.state = Caller::State::kWriting;
    return write_to(caller);
  }

  bool write_to(Caller& caller) {
    const ssize_t put =
        ::send(caller.connection.get(), caller.answer.data(), caller.answer.size(), MSG_NOSIGNAL);
    if (put < 0) return errno == EAGAIN || errno == EINTR;
    caller.answer.erase(0, static_cast<size_t>(put));
    if (!caller.answer.empty()) return true;
    if (caller.is_stop) caller.state = Caller::State::kHeld;
    return caller.is_stop;
  }

  const OwnedDescriptor control_;
  const OwnedDescriptor web_;  // -1: no HTTP; poll() leaves it out.
  const std::string web_address_;
  const ServedRun run_;
  const OwnedDescriptor end_;
  std::list<Caller> callers_;  // The thread's.
  std::thread thread_;         // Last: it uses all of the above.
};

}  // namespace

Result<std::unique_ptr<RunService>> RunService::start(const std::string& directory,
                                                      const std::string& address, ServedRun run) {
  OwnedDescriptor web;
  std::string web_address;
  if (!address.empty()) {
    WEIR_ASSIGN_OR_RETURN(web, listen_for_http(address, web_address));
  }
  WEIR_ASSIGN_OR_RETURN(OwnedDescriptor control, listen_for_control(directory));
  return std::unique_ptr<RunService>(std::make_unique<ServiceThread>(std::move(control), std::move(web),
                                                                     std::move(web_address), std::move(run)));
}

}  // namespace weir
