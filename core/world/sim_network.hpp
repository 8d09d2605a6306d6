#pragma once
// Sockets in memory, for simulation.
#include <memory>
#include <string>

#include "world/network.hpp"

namespace weir {

/// Everything that is sent has arrived at once, up to kPipeBytes that nobody has read yet; a datagram that
/// finds no room is lost. Addresses are those of one machine: whoever connects reaches the listener of the
/// same URL, and port 0 becomes one that nobody uses. When something is ready, who waits for it is told in
/// the call that made it so.
///
/// Threads: any, at once. What it made must not outlive it.
class SimNetwork final : public Network {
 public:
  static constexpr size_t kPipeBytes = size_t{64} << 10;

  SimNetwork();
  ~SimNetwork() override;
  Result<std::unique_ptr<Listener>> listen(const Endpoint& at) override;
  Result<std::unique_ptr<Connection>> bind(const Endpoint& at) override;
  Result<std::unique_ptr<Connection>> connect(const Endpoint& to) override;
  /// Never waits: answers what is ready now.
  Result<std::vector<size_t>> wait(std::span<const Interest> interests, int timeout_ms) override;

  struct Core;

 private:
  const std::unique_ptr<Core> core_;
};

}  // namespace weir
