#include "world/fault_point.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <vector>

#include <unistd.h>

#include "world/sim_crash.hpp"

namespace weir {
namespace {

struct Order {
  std::string_view name;
  uint64_t at_hit = 0;
  FaultMode mode = FaultMode::kNone;
};

std::optional<FaultMode> mode_of(std::string_view word) {
  if (word == "kill") return FaultMode::kKill;
  if (word == "exit") return FaultMode::kExit;
  if (word == "skip") return FaultMode::kSkip;
  if (word == "error") return FaultMode::kError;
  return std::nullopt;
}

std::optional<Order> order_of(std::string_view text) {
  const size_t last = text.rfind(':');
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  const size_t first = text.rfind(':', last - 1);
  if (first == std::string_view::npos || first == 0) return std::nullopt;
  const std::string_view count = text.substr(first + 1, last - first - 1);
  Order order{text.substr(0, first)};
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), order.at_hit);
  const std::optional<FaultMode> mode = mode_of(text.substr(last + 1));
  if (error != std::errc() || end != count.data() + count.size() || !mode) return std::nullopt;
  order.mode = *mode;
  return order;
}

}  // namespace

void FaultPoints::arm(std::string_view name, FaultMode mode, uint64_t at_hit) {
  const std::lock_guard lock(mutex_);
  points_.insert_or_assign(std::string(name), Point{0, at_hit, mode});
  is_active_.store(true, std::memory_order_relaxed);
}

Status FaultPoints::arm_from_text(std::string_view text) {
  std::vector<Order> orders;
  for (size_t from = 0; from <= text.size();) {
    const size_t comma = std::min(text.find(',', from), text.size());
    const std::string_view part = text.substr(from, comma - from);
    const std::optional<Order> order = order_of(part);
    if (!order) {
      return Status::invalid("WEIR_FAULT: found '" + std::string(part) +
                             "', expected name:hit:mode with mode kill, exit, skip or error, "
                             "such as state.manifest.sync:1:kill");
    }
    orders.push_back(*order);
    from = comma + 1;
  }
  for (const Order& order : orders) arm(order.name, order.mode, order.at_hit);
  return Status::ok();
}

Status FaultPoints::arm_from_environment() {
  const char* const text = std::getenv("WEIR_FAULT");
  return text == nullptr || *text == '\0' ? Status::ok() : arm_from_text(text);
}

void FaultPoints::record() {
  const std::lock_guard lock(mutex_);
  is_active_.store(true, std::memory_order_relaxed);
}

void FaultPoints::clear() {
  const std::lock_guard lock(mutex_);
  points_.clear();
  is_active_.store(false, std::memory_order_relaxed);
}

std::map<std::string, uint64_t, std::less<>> FaultPoints::hits() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, uint64_t, std::less<>> counts;
  for (const auto& [name, point] : points_) counts.emplace(name, point.hits);
  return counts;
}

FaultMode FaultPoints::hit(std::string_view name) {
  FaultMode mode = FaultMode::kNone;
  {
    const std::lock_guard lock(mutex_);
    Point& point = points_.try_emplace(std::string(name)).first->second;
    ++point.hits;
    if (point.at_hit == kEveryHit || point.at_hit == point.hits) mode = point.mode;
  }
  if (mode == FaultMode::kCrash) throw SimCrash{std::string(name)};
  if (mode == FaultMode::kKill) {
    ::raise(SIGKILL);
    ::_exit(137);  // A process that may not be killed (the first of its namespace) still ends here.
  }
  if (mode == FaultMode::kExit) ::_exit(137);
  return mode;
}

Status FaultPoints::injected(std::string_view name) {
  return Status::io("fault point '" + std::string(name) + "' was told to fail");
}

}  // namespace weir
