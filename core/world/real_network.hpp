#pragma once
// The machine's own sockets.
#include "world/name_lookup.hpp"
#include "world/network.hpp"
#include "world/poller.hpp"

namespace weir {

/// Threads: any, at once. What it made must not outlive it.
class RealNetwork final : public Network {
 public:
  Result<std::unique_ptr<Listener>> listen(const Endpoint& at) override;
  Result<std::unique_ptr<Connection>> bind(const Endpoint& at) override;
  Result<std::unique_ptr<Connection>> connect(const Endpoint& to) override;
  Result<std::vector<size_t>> wait(std::span<const Interest> interests, int timeout_ms) override;

 private:
  Poller poller_;
  NameLookup lookup_;  // Its thread makes connections that use poller_.
};

}  // namespace weir
