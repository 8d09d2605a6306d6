#pragma once
// Where somebody listens or is called, as people write it.
#include <cstdint>
#include <string>
#include <string_view>

#include <weir/status.hpp>

namespace weir {

/// `tcp://127.0.0.1:9000`, `udp://[::1]:9000`, `unix:///run/x.sock`, `unixgram:///run/x.sock`.
struct Endpoint {
  enum class Kind { kTcp, kUdp, kUnix, kUnixDatagram };
  Kind kind = Kind::kTcp;
  std::string host;   ///< A numeric address or a name; of unix kinds the path.
  uint16_t port = 0;  ///< When listening, 0 lets the system choose.

  /// Reads a URL. A missing host, as in `tcp://:9000`, is this machine alone: 127.0.0.1.
  /// Fails: kInvalid, saying what was found and what is expected.
  static Result<Endpoint> parse(std::string_view url);
  std::string to_url() const;
  bool is_datagram() const { return kind == Kind::kUdp || kind == Kind::kUnixDatagram; }
  bool is_unix() const { return kind == Kind::kUnix || kind == Kind::kUnixDatagram; }
  bool operator==(const Endpoint&) const = default;
};

}  // namespace weir
