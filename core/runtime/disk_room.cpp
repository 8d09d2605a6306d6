#include "runtime/disk_room.hpp"

#include <algorithm>
#include <utility>

namespace weir {

void DiskRoom::full(const void* who, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  reasons_[who] = reason;
  is_full_.store(true, std::memory_order_relaxed);
}

void DiskRoom::roomy(const void* who) {
  std::vector<Actor*> woken;
  {
    const std::lock_guard lock(mutex_);
    if (reasons_.erase(who) == 0 || !reasons_.empty()) return;
    is_full_.store(false, std::memory_order_relaxed);
    woken = std::exchange(waiting_, {});
  }
  for (Actor* const source : woken) source->notify();
}

bool DiskRoom::must_wait(Actor& source) {
  if (!is_full_.load(std::memory_order_relaxed)) return false;
  const std::lock_guard lock(mutex_);
  if (reasons_.empty()) return false;
  if (std::ranges::find(waiting_, &source) == waiting_.end()) waiting_.push_back(&source);
  return true;
}

DiskStatus DiskRoom::status() const {
  const std::lock_guard lock(mutex_);
  if (reasons_.empty()) return {};
  return {true, reasons_.begin()->second};
}

}  // namespace weir
