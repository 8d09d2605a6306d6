#pragma once
// How long ago entries of a state were written, and which of them are gone for it.
#include <algorithm>
#include <cstdint>

namespace weir {

/// The time of a state with `ttl_us`. An entry remembers the time at which it was written, and is gone when
/// the state's time is at least ttl_us beyond that. What was written before the first time was known counts
/// as written at that first time.
class StateAge {
 public:
  static constexpr int64_t kUnknown = INT64_MIN;

  /// ttl_us 0: entries never go.
  explicit StateAge(int64_t ttl_us) : ttl_us_(ttl_us) {}
  bool is_on() const { return ttl_us_ > 0; }
  /// Time never goes back.
  void reach(int64_t time_us) {
    now_us_ = std::max(now_us_, time_us);
    if (first_us_ == kUnknown) first_us_ = now_us_;
  }
  int64_t ttl_us() const { return ttl_us_; }
  /// What an entry that is written now remembers.
  int64_t now_us() const { return now_us_; }
  int64_t first_us() const { return first_us_; }
  bool is_gone(int64_t written_us) const {
    // Without overflow: the time of a row may be anything.
    return is_on() && now_us_ != kUnknown &&
           static_cast<uint64_t>(now_us_) - static_cast<uint64_t>(std::max(written_us, first_us_)) >=
               static_cast<uint64_t>(ttl_us_);
  }
  /// Whether it is time to look through all entries for those that are gone. Answers so once for each half of
  /// ttl_us, so that an entry is looked at about three times before it goes.
  bool takes_sweep() {
    if (!is_on() || now_us_ == kUnknown) return false;
    if (swept_us_ == kUnknown) swept_us_ = first_us_;
    if (static_cast<uint64_t>(now_us_) - static_cast<uint64_t>(swept_us_) <
        (static_cast<uint64_t>(ttl_us_) + 1) / 2)
      return false;
    swept_us_ = now_us_;
    return true;
  }
  /// Whether a page says what time it is now.
  bool is_stored() const { return !is_on() || stored_us_ == now_us_; }
  void mark_stored() { stored_us_ = now_us_; }
  /// As it was at the checkpoint; of several copies the latest counts.
  void restore(int64_t now_us, int64_t first_us) {
    now_us_ = std::max(now_us_, now_us);
    if (first_us != kUnknown) first_us_ = first_us_ == kUnknown ? first_us : std::min(first_us_, first_us);
  }

 private:
  int64_t ttl_us_;
  int64_t now_us_ = kUnknown;
  int64_t first_us_ = kUnknown;
  int64_t swept_us_ = kUnknown;
  int64_t stored_us_ = kUnknown;
};

}  // namespace weir
