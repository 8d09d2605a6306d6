#pragma once
// Who holds how much memory: accounts in a tree, and which of them pays for what this thread allocates.
#include <atomic>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>

#include <weir/abi.h>

namespace weir {

/// The bytes that one owner (the process, a run, a node, an instance, an edge) holds now and held at most.
///
/// What is charged here is charged to every account above as well, so a run's limit holds whatever its nodes
/// do. Buffers keep their account alive: one may outlive the instance that it was made for.
///
/// Threads: all calls from any thread. The counts are exact; they order nothing (relaxed), because no one
/// reads memory because of them.
class MemoryAccount : public std::enable_shared_from_this<MemoryAccount> {
 public:
  static constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

  static std::shared_ptr<MemoryAccount> make(std::string name,
                                             std::shared_ptr<MemoryAccount> parent = nullptr,
                                             size_t limit_bytes = kNoLimit);
  MemoryAccount(const MemoryAccount&) = delete;
  MemoryAccount& operator=(const MemoryAccount&) = delete;

  /// Returns false, with nothing charged anywhere, when this account or one above would pass its limit.
  bool try_charge(size_t bytes);
  /// Needs: `bytes` were charged to this account before.
  void uncharge(size_t bytes);

  size_t now_bytes() const { return now_bytes_.load(std::memory_order_relaxed); }
  size_t peak_bytes() const { return peak_bytes_.load(std::memory_order_relaxed); }
  size_t limit_bytes() const { return limit_bytes_; }
  const std::string& name() const { return name_; }

 private:
  MemoryAccount(std::string name, std::shared_ptr<MemoryAccount> parent, size_t limit_bytes);
  bool add(size_t bytes);

  const std::string name_;
  const std::shared_ptr<MemoryAccount> parent_;
  const size_t limit_bytes_;
  std::atomic<size_t> now_bytes_ = 0;
  std::atomic<size_t> peak_bytes_ = 0;
};

/// The account above all others, which pays where no instance runs.
MemoryAccount& process_account();

/// The account that pays for what this thread allocates: that of the innermost AccountScope, else the
/// process's.
MemoryAccount& current_account();

/// Lets `account` pay for this thread's allocations until the scope ends. Scopes nest.
///
/// Threads: made and destroyed on one thread.
class AccountScope {
 public:
  /// Borrows `account` until the scope ends.
  explicit AccountScope(MemoryAccount& account);
  ~AccountScope();
  AccountScope(const AccountScope&) = delete;
  AccountScope& operator=(const AccountScope&) = delete;

 private:
  MemoryAccount* const outer_;
};

}  // namespace weir

/// The host's side of an instance as far as this room needs it; the runtime's context derives from it.
struct weir_context {
  weir::MemoryAccount* account =
      nullptr;  ///< Pays for what is allocated in its name. Null: current_account().
};
