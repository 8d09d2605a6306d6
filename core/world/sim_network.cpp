#include "world/sim_network.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "world/os_error.hpp"

namespace weir {
namespace {
constexpr uint16_t kFirstChosenPort = 40000;
}  // namespace

// Parts of SimNetwork::Core, which is no local of this file.
namespace sim_network {

/// What lies ready for one end. A stream is one piece that grows, datagrams are pieces each.
struct Inbox {
  std::deque<std::string> pieces;
  size_t bytes = 0;
  bool is_finished = false;  // Nothing more comes.
};

/// One end, as the network knows it.
struct End {
  std::string name;
  bool is_datagram = false;
  std::shared_ptr<Inbox> inbox = nullptr;                // What it reads.
  std::shared_ptr<Inbox> outbox = nullptr;               // What it writes; null: nowhere.
  std::optional<Status> fault = std::nullopt;            // Of a connection that came to nothing.
  std::deque<std::unique_ptr<Connection>> callers = {};  // Of a listener.
  std::function<void()> reading = nullptr;
  std::function<void()> writing = nullptr;

  bool is_readable() const {
    const bool has_bytes = inbox && (!inbox->pieces.empty() || inbox->is_finished);
    return fault || !callers.empty() || has_bytes;
  }
  bool is_writable() const {
    // The inbox alone is left of an end that has gone.
    const bool is_gone = outbox && outbox.use_count() == 1;
    return fault || is_datagram || is_gone || (outbox && outbox->bytes < SimNetwork::kPipeBytes);
  }
};

}  // namespace sim_network

using sim_network::End;
using sim_network::Inbox;

struct SimNetwork::Core {
  std::mutex mutex;
  // Guarded by mutex from here on.
  std::map<int, End*> ends;              // By handle.
  std::map<std::string, int> listening;  // By URL.
  int next_handle = 1;
  uint16_t next_port = kFirstChosenPort;

  int add(End& end) {
    ends.emplace(next_handle, &end);
    return next_handle++;
  }
  /// Takes what waits for something that has come.
  std::vector<std::function<void()>> take_ready() {
    std::vector<std::function<void()>> ready;
    for (const auto& [handle, end] : ends) {
      if (end->reading && end->is_readable()) ready.push_back(std::exchange(end->reading, nullptr));
      if (end->writing && end->is_writable()) ready.push_back(std::exchange(end->writing, nullptr));
    }
    return ready;
  }
};

namespace {

using Core = SimNetwork::Core;

/// Runs `change` under the lock, and then tells whoever waited for what came of it.
template <class Change>
auto changed(Core& core, Change change) {
  std::vector<std::function<void()>> ready;
  std::unique_lock lock(core.mutex);
  auto result = change();
  ready = core.take_ready();
  lock.unlock();
  for (const std::function<void()>& then : ready) then();
  return result;
}

/// What connections and listeners have in common.
class Member {
 public:
  Member(Core& core, End end) : core_(core), end_(std::move(end)) {
    // Whoever makes one holds the lock.
    handle_ = core_.add(end_);
  }
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;
  ~Member() {
    changed(core_, [&] {
      core_.ends.erase(handle_);
      std::erase_if(core_.listening, [&](const auto& entry) { return entry.second == handle_; });
      if (end_.outbox && !end_.is_datagram) end_.outbox->is_finished = true;
      end_.inbox.reset();
      return 0;
    });
  }
  void when_ready(bool is_for_writing, std::function<void()> then) {
    changed(core_, [&] {
      (is_for_writing ? end_.writing : end_.reading) = std::move(then);
      return 0;
    });
  }
  void forget() {
    const std::lock_guard lock(core_.mutex);
    end_.reading = nullptr;
    end_.writing = nullptr;
  }

  Core& core_;
  End end_;
  int handle_ = 0;
};

class SimConnection final : public Connection {
 public:
  SimConnection(Core& core, End end) : member_(core, std::move(end)) {}
  int handle() const override { return member_.handle_; }
  std::string name() const override { return member_.end_.name; }
  void when_ready(bool is_for_writing, std::function<void()> then) override {
    member_.when_ready(is_for_writing, std::move(then));
  }
  void forget() override { member_.forget(); }

  Result<Transfer> read(void* into, size_t size) override {
    return changed(member_.core_, [&]() -> Result<Transfer> {
      if (member_.end_.fault) return *member_.end_.fault;
      Inbox& inbox = *member_.end_.inbox;
      if (inbox.pieces.empty())
        return Transfer{inbox.is_finished ? Transfer::Outcome::kClosed : Transfer::Outcome::kWouldBlock, 0};
      std::string& first = inbox.pieces.front();
      const size_t taken = std::min(size, first.size());
      std::copy_n(first.data(), taken, static_cast<char*>(into));
      const size_t gone = member_.end_.is_datagram ? first.size() : taken;
      first.erase(0, gone);
      inbox.bytes -= gone;
      if (first.empty()) inbox.pieces.pop_front();
      return Transfer{Transfer::Outcome::kDone, gone};
    });
  }
  Result<Transfer> write(const void* bytes, size_t size) override {
    return changed(member_.core_, [&]() -> Result<Transfer> {
      if (member_.end_.fault) return *member_.end_.fault;
      if (!member_.end_.outbox || member_.end_.outbox.use_count() == 1)
        return Transfer{Transfer::Outcome::kClosed, 0};
      return put({static_cast<const char*>(bytes), size});
    });
  }
  Status finish_writing() override {
    return changed(member_.core_, [&] {
      if (member_.end_.outbox && !member_.end_.is_datagram) member_.end_.outbox->is_finished = true;
      return Status();
    });
  }

 private:
  Transfer put(std::string_view bytes) {
    Inbox& outbox = *member_.end_.outbox;
    const size_t room = SimNetwork::kPipeBytes - std::min(SimNetwork::kPipeBytes, outbox.bytes);
    if (member_.end_.is_datagram) {
      if (bytes.size() <= room) outbox.pieces.emplace_back(bytes);
      if (bytes.size() <= room) outbox.bytes += bytes.size();
      return {Transfer::Outcome::kDone, bytes.size()};
    }
    const size_t taken = std::min(room, bytes.size());
    if (taken == 0) return {};
    if (outbox.pieces.empty()) outbox.pieces.emplace_back();
    outbox.pieces.back().append(bytes.substr(0, taken));
    outbox.bytes += taken;
    return {Transfer::Outcome::kDone, taken};
  }

  Member member_;
};

class SimListener final : public Listener {
 public:
  SimListener(Core& core, Endpoint at) : at_(std::move(at)), member_(core, End{.name = at_.to_url()}) {
    core.listening.emplace(at_.to_url(), member_.handle_);
  }
  ~SimListener() override {
    // Who was never accepted is hung up on, outside of the lock.
    std::deque<std::unique_ptr<Connection>> callers;
    const std::lock_guard lock(member_.core_.mutex);
    callers.swap(member_.end_.callers);
    unaccepted_.swap(callers);
  }
  int handle() const override { return member_.handle_; }
  const Endpoint& endpoint() const override { return at_; }
  void when_ready(bool is_for_writing, std::function<void()> then) override {
    member_.when_ready(is_for_writing, std::move(then));
  }
  void forget() override { member_.forget(); }
  Result<std::unique_ptr<Connection>> accept() override {
    const std::lock_guard lock(member_.core_.mutex);
    if (member_.end_.callers.empty()) return std::unique_ptr<Connection>();
    auto first = std::move(member_.end_.callers.front());
    member_.end_.callers.pop_front();
    return first;
  }

 private:
  const Endpoint at_;
  Member member_;
  std::deque<std::unique_ptr<Connection>> unaccepted_;
};

// Needs: the lock is held.
Result<Endpoint> free_endpoint(Core& core, Endpoint at) {
  if (!at.is_unix() && at.port == 0) at.port = core.next_port++;
  if (!core.listening.contains(at.to_url())) return at;
  return os_error("listen on", at.to_url(), EADDRINUSE);
}

}  // namespace

SimNetwork::SimNetwork() : core_(std::make_unique<Core>()) {}
SimNetwork::~SimNetwork() = default;

Result<std::unique_ptr<Listener>> SimNetwork::listen(const Endpoint& at) {
  const std::lock_guard lock(core_->mutex);
  WEIR_ASSIGN_OR_RETURN(Endpoint bound, free_endpoint(*core_, at));
  return std::unique_ptr<Listener>(std::make_unique<SimListener>(*core_, std::move(bound)));
}

Result<std::unique_ptr<Connection>> SimNetwork::bind(const Endpoint& at) {
  const std::lock_guard lock(core_->mutex);
  WEIR_ASSIGN_OR_RETURN(const Endpoint bound, free_endpoint(*core_, at));
  auto made = std::make_unique<SimConnection>(
      *core_, End{.name = bound.to_url(), .is_datagram = true, .inbox = std::make_shared<Inbox>()});
  core_->listening.emplace(bound.to_url(), made->handle());
  return std::unique_ptr<Connection>(std::move(made));
}

Result<std::unique_ptr<Connection>> SimNetwork::connect(const Endpoint& to) {
  return changed(*core_, [&]() -> Result<std::unique_ptr<Connection>> {
    End end{.name = to.to_url(), .is_datagram = to.is_datagram(), .inbox = std::make_shared<Inbox>()};
    const auto found = core_->listening.find(to.to_url());
    if (found == core_->listening.end()) {
      end.fault = os_error("connect to", to.to_url(), ECONNREFUSED);
    } else if (to.is_datagram()) {
      end.outbox = core_->ends.at(found->second)->inbox;
    } else {
      end.outbox = std::make_shared<Inbox>();
      End other{.name = "a caller of " + to.to_url(), .inbox = end.outbox, .outbox = end.inbox};
      core_->ends.at(found->second)
          ->callers.push_back(std::make_unique<SimConnection>(*core_, std::move(other)));
    }
    return std::unique_ptr<Connection>(std::make_unique<SimConnection>(*core_, std::move(end)));
  });
}

Result<std::vector<size_t>> SimNetwork::wait(std::span<const Interest> interests, int) {
  const std::lock_guard lock(core_->mutex);
  std::vector<size_t> ready;
  for (size_t i = 0; i < interests.size(); ++i) {
    const End& end = *core_->ends.at(interests[i].waitable->handle());
    if (interests[i].in == Interest::In::kReading ? end.is_readable() : end.is_writable()) ready.push_back(i);
  }
  return ready;
}

}  // namespace weir
