#include "runtime/sink_tries.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>

namespace weir {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

std::string seconds_text(int64_t ns) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3g s", static_cast<double>(ns) / 1e9);
  return text;
}

}  // namespace

SinkTries::Next SinkTries::next(weir_wake& wake) {
  // The usual way: the clock is not read.
  if (give_up_ns_ == 0 && breaker_.ask(copy_, 0) == 0) return Next::kTry;
  const int64_t now_ns = clock_.monotonic_ns();
  if (give_up_ns_ == 0) give_up_ns_ = end_of_patience(breaker_.view().waits_for_room, now_ns);
  if (is_over_) return give_up();
  if (now_ns < again_ns_ && now_ns < give_up_ns_) return wait_until(again_ns_, wake);
  const int64_t allowed_ns = breaker_.ask(copy_, now_ns);
  if (allowed_ns == 0) return Next::kTry;
  return now_ns < give_up_ns_ ? wait_until(allowed_ns, wake) : give_up();
}

int64_t SinkTries::end_of_patience(bool waits_for_room, int64_t now_ns) const {
  return waits_for_room ? kNever : now_ns + policy_.max_elapsed_us * 1000;
}

SinkTries::Next SinkTries::wait_until(int64_t time_ns, weir_wake& wake) const {
  wake = {nullptr, std::min(time_ns, give_up_ns_)};
  return Next::kWait;
}

SinkTries::Next SinkTries::give_up() {
  if (reason_.empty()) reason_ = breaker_.view().reason;
  start_anew();
  return Next::kGiveUp;
}

void SinkTries::start_anew() {
  again_ns_ = 0;
  give_up_ns_ = 0;
  is_over_ = false;
}

std::string SinkTries::succeeded() {
  const bool had_failed = breaker_.succeeded();
  if (give_up_ns_ == 0 && !had_failed) return {};
  room_.roomy(this);
  start_anew();
  reason_.clear();
  return had_failed ? "works again" : std::string();
}

std::string SinkTries::failed(weir_wake& wake, const Status& why) {
  const int64_t now_ns = clock_.monotonic_ns();
  const std::string reason(why.message());
  reason_ = reason;
  const bool is_full = why.code() == Code::kNoSpace;
  if (give_up_ns_ == 0 || is_full != (give_up_ns_ == kNever)) give_up_ns_ = end_of_patience(is_full, now_ns);
  is_full ? room_.full(this, reason) : room_.roomy(this);
  is_over_ = now_ns >= give_up_ns_;
  const CircuitBreaker::Failed failed = breaker_.failed(copy_, now_ns, wake.until_ns, why);
  // Where nobody may try, the breaker says when.
  again_ns_ = failed.is_open ? 0 : failed.again_ns;
  wake = {nullptr, is_over_ ? now_ns : std::min(failed.again_ns, give_up_ns_)};
  const std::string in = "next try in " + seconds_text(failed.again_ns - now_ns);
  if (failed.has_opened)
    return reason + "; " + std::to_string(policy_.open_after) +
           " tries in a row have failed: from now on one copy tries for all, " + in;
  return failed.is_new ? reason + "; " + in : std::string();
}

Status SinkTries::given_up() const {
  return {Code::kUnavailable, reason_ + ": given up after " + seconds_text(policy_.max_elapsed_us * 1000)};
}

}  // namespace weir
