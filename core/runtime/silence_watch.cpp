#include "runtime/silence_watch.hpp"

#include <algorithm>

namespace weir {

void SilenceWatch::asked(int64_t now_ns, int64_t wanted_ns) {
  const int64_t unasked_ns = now_ns - std::clamp(wanted_ns, asked_ns_, now_ns);
  asked_ns_ = now_ns;
  if (unasked_ns <= idle_after_ns_ / 2) return;
  for (auto& [partition, heard_ns] : heard_ns_) heard_ns += unasked_ns;
}

void SilenceWatch::heard(uint32_t partition) {
  heard_ns_[partition] = asked_ns_;
  heard_ns_[kItself] = asked_ns_;
}

std::vector<uint32_t> SilenceWatch::take_silent() {
  std::vector<uint32_t> silent;
  for (const auto& [partition, heard_ns] : heard_ns_) {
    if (asked_ns_ - heard_ns >= idle_after_ns_) silent.push_back(partition);
  }
  for (const uint32_t partition : silent) heard_ns_.erase(partition);
  return silent;
}

int64_t SilenceWatch::next_deadline_ns() const {
  int64_t next = kNever;
  for (const auto& [partition, heard_ns] : heard_ns_) next = std::min(next, heard_ns + idle_after_ns_);
  return next;
}

}  // namespace weir
