#pragma once
// TCP by the machine's own sockets.
#include "world/network.hpp"

namespace weir {

/// Threads: any, at once.
class RealNetwork final : public Network {
 public:
  Result<std::unique_ptr<Listener>> listen(const std::string& address, uint16_t port) override;
  Result<std::unique_ptr<Connection>> connect(const std::string& address, uint16_t port) override;
  Result<std::vector<size_t>> wait(std::span<const Interest> interests, int timeout_ms) override;
};

}  // namespace weir
