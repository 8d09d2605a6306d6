// Sends lines to whoever stands between two sockets and measures when they come out behind:
// latency_probe IN_PORT OUT_PORT RATE SECONDS.
//
// It listens on OUT_PORT, connects to IN_PORT and sends lines `{"t":NS,"n":N,"text":"..."}`, RATE a second,
// or as fast as they are taken with RATE 0. `t` is when the line was due, so that whoever makes the sender
// wait makes its lines older. Prints the lines a second, and the 50th, 99th and 99.9th percentile and the
// largest age [us] in JSON. The first fifth of the time is not counted: it is what caches and connections
// take to get warm.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr int64_t kTickNs = 200'000;
constexpr size_t kBurst = 4096;

int64_t now_ns() { return Clock::now().time_since_epoch().count(); }

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

sockaddr_in at_port(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int listen_at(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = at_port(port);
  if (bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
  if (listen(socket, 4) != 0) fail("listen");
  return socket;
}

int connect_to(int port) {
  for (int attempt = 0; attempt < 600; ++attempt) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = at_port(port);
    if (connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
      const int on = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return socket;
    }
    close(socket);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  fail("connect");
}

void send_all(int socket, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t sent = send(socket, text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (sent < 0) fail("send");
    done += static_cast<size_t>(sent);
  }
}

void append_line(std::string& text, int64_t due_ns, int64_t number) {
  char line[160];
  const int length = std::snprintf(
      line, sizeof line, "{\"t\":%lld,\"n\":%lld,\"text\":\"a line of the length that log lines have\"}\n",
      static_cast<long long>(due_ns), static_cast<long long>(number));
  text.append(line, static_cast<size_t>(length));
}

/// Returns how many lines were sent.
int64_t send_lines(int socket, int64_t rate, int64_t seconds) {
  const int64_t begin = now_ns();
  const int64_t end = begin + seconds * 1'000'000'000;
  int64_t sent = 0;
  std::string text;
  while (now_ns() < end) {
    text.clear();
    if (rate == 0) {
      for (size_t i = 0; i < kBurst; ++i) append_line(text, now_ns(), sent++);
    } else {
      const int64_t due = (now_ns() - begin) * rate / 1'000'000'000;
      for (; sent < due; ++sent) append_line(text, begin + sent * 1'000'000'000 / rate, sent);
    }
    if (!text.empty()) send_all(socket, text);
    if (rate != 0) std::this_thread::sleep_for(std::chrono::nanoseconds(kTickNs));
  }
  shutdown(socket, SHUT_WR);
  return sent;
}

struct Received {
  std::vector<uint32_t> ages_us;  // In the order of arrival.
  int64_t first_ns = 0;
  int64_t last_ns = 0;
};

/// Until `expected` lines came, which is 0 as long as they are sent, or nothing more does for ten seconds.
Received receive(int socket, const std::atomic<int64_t>& expected) {
  constexpr int64_t kLongestNs = 10'000'000'000;
  timeval look{0, 50'000};  // Behind the last line nothing wakes whoever waits for more.
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &look, sizeof look);
  Received received;
  std::vector<char> buffer(1 << 20);
  size_t kept = 0;
  for (;;) {
    const int64_t wanted = expected.load();
    if (wanted != 0 && static_cast<int64_t>(received.ages_us.size()) >= wanted) return received;
    const ssize_t got = recv(socket, buffer.data() + kept, buffer.size() - kept, 0);
    const int64_t now = now_ns();
    if (got < 0 && errno == EAGAIN && (wanted == 0 || now - received.last_ns < kLongestNs)) continue;
    if (got <= 0) return received;
    if (received.first_ns == 0) received.first_ns = now;
    received.last_ns = now;
    const char* at = buffer.data();
    const char* const end = at + kept + static_cast<size_t>(got);
    for (;;) {
      const auto* const stop = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
      if (stop == nullptr) break;
      const int64_t due = std::strtoll(at + 5, nullptr, 10);  // Behind {"t":
      received.ages_us.push_back(static_cast<uint32_t>(std::clamp<int64_t>((now - due) / 1000, 0, 1 << 30)));
      at = stop + 1;
    }
    kept = static_cast<size_t>(end - at);
    std::memmove(buffer.data(), at, kept);
  }
}

uint32_t quantile(std::vector<uint32_t>& ages, double q) {
  const auto rank = static_cast<size_t>(q * static_cast<double>(ages.size() - 1));
  std::nth_element(ages.begin(), ages.begin() + static_cast<std::ptrdiff_t>(rank), ages.end());
  return ages[rank];
}

}  // namespace

int main(int count, char** words) {
  if (count != 5) return std::fputs("usage: latency_probe IN_PORT OUT_PORT RATE SECONDS\n", stderr), 2;
  const int64_t rate = std::atoll(words[3]);
  const int listener = listen_at(std::atoi(words[2]));
  const int out = connect_to(std::atoi(words[1]));
  std::atomic<int64_t> expected{0};
  Received received;
  // One line first: whoever connects when it has something to send does it now.
  std::string first;
  append_line(first, now_ns(), -1);
  send_all(out, first);
  const int in = accept(listener, nullptr, nullptr);
  if (in < 0) fail("accept");
  std::thread receiver([&] { received = receive(in, expected); });
  const int64_t sent = send_lines(out, rate, std::atoll(words[4]));
  expected = sent + 1;
  receiver.join();
  auto& ages = received.ages_us;
  const auto lines = static_cast<int64_t>(ages.size());
  const double seconds = static_cast<double>(received.last_ns - received.first_ns) / 1e9;
  if (lines < 1000) return std::fprintf(stderr, "only %lld lines came\n", static_cast<long long>(lines)), 1;
  ages.erase(ages.begin(), ages.begin() + lines / 5);
  std::printf(
      "{\"sent\": %lld, \"came\": %lld, \"rate\": %.0f, \"p50\": %u, \"p99\": %u, \"p999\": %u, \"max\": "
      "%u}\n",
      static_cast<long long>(sent + 1), static_cast<long long>(lines), static_cast<double>(lines) / seconds,
      quantile(ages, 0.5), quantile(ages, 0.99), quantile(ages, 0.999), quantile(ages, 1));
  return 0;
}
