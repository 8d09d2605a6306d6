#pragma once
// Byte streams between machines as the engine sees them; nothing here ever blocks but Network::wait().
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <weir/status.hpp>

namespace weir {

/// What a read or write without waiting came to.
struct Transfer {
  enum class Outcome { kDone, kWouldBlock, kClosed };
  Outcome outcome = Outcome::kWouldBlock;
  size_t bytes = 0;  ///< How many were moved when kDone; may be fewer than asked for.
  bool operator==(const Transfer&) const = default;
};

/// One that can be waited for. Threads: one at a time.
class Waitable {
 public:
  virtual ~Waitable() = default;
  /// Returns the number that the Network which made it knows it by.
  virtual int handle() const = 0;
};

class Connection : public Waitable {
 public:
  /// Answers kClosed when the other side has sent all it will.
  virtual Result<Transfer> read(void* into, size_t size) = 0;
  /// Answers kClosed when the other side reads no more. While connecting: kWouldBlock.
  virtual Result<Transfer> write(const void* bytes, size_t size) = 0;
  /// Says that no more will be written; reading goes on.
  virtual Status finish_writing() = 0;
};

class Listener : public Waitable {
 public:
  virtual uint16_t port() const = 0;
  /// Returns the next caller, or nothing (null) when none waits.
  virtual Result<std::unique_ptr<Connection>> accept() = 0;
};

struct Interest {
  enum class In { kReading, kWriting };
  const Waitable* waitable;
  In in;
};

/// Threads: any, at once.
class Network {
 public:
  virtual ~Network() = default;
  /// `address` is a numeric IPv4 or IPv6 address; port 0 lets the system choose one.
  virtual Result<std::unique_ptr<Listener>> listen(const std::string& address, uint16_t port) = 0;
  /// Begins to connect; the outcome shows at the first read or write.
  virtual Result<std::unique_ptr<Connection>> connect(const std::string& address, uint16_t port) = 0;
  /// Waits until one of them is ready or `timeout_ms` has passed (negative: for ever).
  /// Returns the places in `interests` that are ready, none after the timeout.
  virtual Result<std::vector<size_t>> wait(std::span<const Interest> interests, int timeout_ms) = 0;
};

}  // namespace weir
