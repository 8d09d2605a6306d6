#pragma once
// Sockets as the engine sees them; nothing here ever blocks but Network::wait() and the name of a listener.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <weir/status.hpp>

#include "world/endpoint.hpp"

namespace weir {

/// What a read or write without waiting came to.
struct Transfer {
  enum class Outcome { kDone, kWouldBlock, kClosed };
  Outcome outcome = Outcome::kWouldBlock;
  size_t bytes = 0;  ///< How many were moved when kDone; may be fewer than asked for.
  bool operator==(const Transfer&) const = default;
};

struct Interest;

/// One that can be waited for. Threads: one at a time.
class Waitable {
 public:
  virtual ~Waitable() = default;
  /// Returns the number that the Network which made it knows it by; negative: it has none yet.
  virtual int handle() const = 0;
  /// Calls `then` once, from any thread, when it may be possible to read or write. A later call for the same
  /// direction replaces an earlier one. Needs: what `then` uses lives until forget() or the destructor
  /// returns.
  virtual void when_ready(bool is_for_writing, std::function<void()> then) = 0;
  /// When this returns no `then` runs and none will.
  virtual void forget() = 0;
};

/// A stream, or a socket of datagrams: then a read gives one whole datagram (a longer one than `size` is cut
/// to it, and `bytes` is its true length) and a write sends one.
class Connection : public Waitable {
 public:
  /// Answers kClosed when the other side has sent all it will.
  virtual Result<Transfer> read(void* into, size_t size) = 0;
  /// Answers kClosed when the other side reads no more. While connecting: kWouldBlock.
  virtual Result<Transfer> write(const void* bytes, size_t size) = 0;
  /// Says that no more will be written; reading goes on.
  virtual Status finish_writing() = 0;
  /// The other side, for messages; of bound datagrams the own address.
  virtual std::string name() const = 0;
};

class Listener : public Waitable {
 public:
  /// Where it listens, with the port that the system chose.
  virtual const Endpoint& endpoint() const = 0;
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
  /// Streams. A name is looked up at once, which may take a moment. A unix socket that nobody serves any more
  /// is replaced, and removed with the listener. Fails: kUnavailable when somebody listens there; kDenied;
  /// kInvalid for an address that is not this machine's.
  virtual Result<std::unique_ptr<Listener>> listen(const Endpoint& at) = 0;
  /// Datagrams, as listen().
  virtual Result<std::unique_ptr<Connection>> bind(const Endpoint& at) = 0;
  /// Begins to look up the name and to connect; the outcome shows at the first read or write.
  virtual Result<std::unique_ptr<Connection>> connect(const Endpoint& to) = 0;
  /// Waits until one of them is ready or `timeout_ms` has passed (negative: for ever).
  /// Returns the places in `interests` that are ready, none after the timeout.
  virtual Result<std::vector<size_t>> wait(std::span<const Interest> interests, int timeout_ms) = 0;
};

}  // namespace weir
