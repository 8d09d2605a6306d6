#include "world/endpoint.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace weir {
namespace {

constexpr std::pair<std::string_view, Endpoint::Kind> kSchemes[] = {
    {"tcp", Endpoint::Kind::kTcp},
    {"udp", Endpoint::Kind::kUdp},
    {"unix", Endpoint::Kind::kUnix},
    {"unixgram", Endpoint::Kind::kUnixDatagram},
};
/// What fits into sockaddr_un with its final zero.
constexpr size_t kMaxPathBytes = 107;

Status wrong(std::string_view url, const std::string& how) {
  return Status::invalid("'" + std::string(url) + "' " + how);
}

std::optional<Endpoint::Kind> kind_of(std::string_view scheme) {
  for (const auto& [name, kind] : kSchemes) {
    if (name == scheme) return kind;
  }
  return std::nullopt;
}

Result<Endpoint> unix_endpoint(Endpoint::Kind kind, std::string_view url, std::string_view path) {
  if (!path.starts_with('/') || path.size() < 2)
    return wrong(url, "names no absolute path: write unix:///run/name.sock, with three slashes");
  if (path.size() > kMaxPathBytes)
    return wrong(url, "has a path of " + std::to_string(path.size()) +
                          " bytes: a socket's path has at most " + std::to_string(kMaxPathBytes));
  return Endpoint{kind, std::string(path), 0};
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view url) {
  const size_t colon = url.find("://");
  if (colon == std::string_view::npos)
    return wrong(url,
                 "is no address of a socket: write tcp://HOST:PORT, udp://HOST:PORT, unix:///PATH or "
                 "unixgram:///PATH");
  const std::optional<Kind> kind = kind_of(url.substr(0, colon));
  if (!kind)
    return wrong(url, "begins with '" + std::string(url.substr(0, colon)) +
                          "', and a socket is tcp, udp, unix or unixgram");
  const std::string_view rest = url.substr(colon + 3);
  if (*kind == Kind::kUnix || *kind == Kind::kUnixDatagram) return unix_endpoint(*kind, url, rest);

  Endpoint made{*kind, {}, 0};
  const bool is_bracketed = rest.starts_with('[');
  const size_t behind_host = is_bracketed ? rest.find(']') : rest.rfind(':');
  if (behind_host == std::string_view::npos)
    return wrong(
        url, is_bracketed ? "has a '[' without its ']'" : "names no port: add one, as in tcp://HOST:9000");
  const std::string_view host = is_bracketed ? rest.substr(1, behind_host - 1) : rest.substr(0, behind_host);
  if (!is_bracketed && host.find(':') != std::string_view::npos)
    return wrong(url, "has several ':': an IPv6 address stands in brackets, as in tcp://[::1]:9000");
  if (host.find_first_of("/?#@ ") != std::string_view::npos)
    return wrong(url, "has more than a host and a port, as in tcp://127.0.0.1:9000");
  std::string_view port = rest.substr(behind_host + (is_bracketed ? 1 : 0));
  if (!port.starts_with(':')) return wrong(url, "names no port: add one, as in tcp://[::1]:9000");
  port.remove_prefix(1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), made.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size())
    return wrong(url, "has the port '" + std::string(port) + "': a port is a number from 0 to 65535");
  made.host = host.empty() ? "127.0.0.1" : std::string(host);
  return made;
}

std::string Endpoint::to_url() const {
  std::string url;
  for (const auto& [name, known] : kSchemes) {
    if (known == kind) url = name;
  }
  url += "://";
  if (is_unix()) return url + host;
  const bool is_v6 = host.find(':') != std::string::npos;
  return url + (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace weir
