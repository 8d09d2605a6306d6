#include "data/memory.hpp"

#include <utility>

#include <weir/status.hpp>

namespace weir {
namespace {
// Looked at for each call of an operator: without a function call.
[[gnu::tls_model("initial-exec")]] thread_local MemoryAccount* account_of_thread = nullptr;
}  // namespace

MemoryAccount::MemoryAccount(std::string name, std::shared_ptr<MemoryAccount> parent, size_t limit_bytes)
    : name_(std::move(name)), parent_(std::move(parent)), limit_bytes_(limit_bytes) {}

std::shared_ptr<MemoryAccount> MemoryAccount::make(std::string name, std::shared_ptr<MemoryAccount> parent,
                                                   size_t limit_bytes) {
  // The constructor is private so that every account can give out references to itself.
  struct Made : MemoryAccount {
    Made(std::string n, std::shared_ptr<MemoryAccount> p, size_t l)
        : MemoryAccount(std::move(n), std::move(p), l) {}
  };
  return std::make_shared<Made>(std::move(name), std::move(parent), limit_bytes);
}

bool MemoryAccount::add(size_t bytes) {
  const size_t before = now_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (bytes > limit_bytes_ || before > limit_bytes_ - bytes) {
    now_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    return false;
  }
  const size_t now = before + bytes;
  size_t peak = peak_bytes_.load(std::memory_order_relaxed);
  while (now > peak && !peak_bytes_.compare_exchange_weak(peak, now, std::memory_order_relaxed)) {
  }
  return true;
}

bool MemoryAccount::try_charge(size_t bytes) {
  for (MemoryAccount* at = this; at != nullptr; at = at->parent_.get()) {
    if (at->add(bytes)) continue;
    for (MemoryAccount* undo = this; undo != at; undo = undo->parent_.get())
      undo->now_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    return false;
  }
  return true;
}

void MemoryAccount::uncharge(size_t bytes) {
  for (MemoryAccount* at = this; at != nullptr; at = at->parent_.get()) {
    const size_t before = at->now_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    WEIR_CHECK(before >= bytes);
  }
}

MemoryAccount& process_account() {
  // Never destroyed: buffers that static objects hold are given back after main().
  static const auto* const account = new std::shared_ptr<MemoryAccount>(MemoryAccount::make("process"));
  return **account;
}

MemoryAccount& current_account() { return account_of_thread ? *account_of_thread : process_account(); }

AccountScope::AccountScope(MemoryAccount& account) : outer_(account_of_thread) {
  account_of_thread = &account;
}

AccountScope::~AccountScope() { account_of_thread = outer_; }

}  // namespace weir
