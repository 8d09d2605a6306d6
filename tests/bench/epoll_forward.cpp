// What one thread with epoll can do at best: epoll_forward IN_PORT OUT_PORT takes whole lines from one
// connection and sends them on over another.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

sockaddr_in at_port(const char* port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool send_all(int socket, const char* at, size_t count) {
  while (count > 0) {
    const ssize_t sent = send(socket, at, count, MSG_NOSIGNAL);
    if (sent < 0) return false;
    at += sent;
    count -= static_cast<size_t>(sent);
  }
  return true;
}

int forward(int in, int out) {
  const int poller = epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  epoll_ctl(poller, EPOLL_CTL_ADD, in, &event);
  std::vector<char> buffer(256 << 10);
  size_t kept = 0;
  for (;;) {
    if (epoll_wait(poller, &event, 1, -1) < 0) return 1;
    const ssize_t got = recv(in, buffer.data() + kept, buffer.size() - kept, 0);
    if (got <= 0) return got == 0 ? 0 : 1;
    const size_t filled = kept + static_cast<size_t>(got);
    const auto* const last = static_cast<const char*>(memrchr(buffer.data(), '\n', filled));
    const size_t whole = last == nullptr ? 0 : static_cast<size_t>(last - buffer.data()) + 1;
    if (!send_all(out, buffer.data(), whole)) return 1;
    kept = filled - whole;
    std::memmove(buffer.data(), buffer.data() + whole, kept);
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return std::fputs("usage: epoll_forward IN_PORT OUT_PORT\n", stderr), 2;
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in here = at_port(words[1]);
  if (bind(listener, reinterpret_cast<sockaddr*>(&here), sizeof here) != 0 || listen(listener, 1) != 0)
    return std::perror("listen"), 1;
  const int in = accept(listener, nullptr, nullptr);
  const int out = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in there = at_port(words[2]);
  if (connect(out, reinterpret_cast<sockaddr*>(&there), sizeof there) != 0) return std::perror("connect"), 1;
  setsockopt(out, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return forward(in, out);
}
