#pragma once
// Which partitions of a source have had nothing for so long that nobody waits for them any more.
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

namespace weir {

/// The one place where the wall clock enters event time: a partition without rows for `idle_after` is silent.
/// The source itself is watched as partition kItself, for when it has none.
///
/// Time in which the source wanted to be asked and was not, because nobody took its rows, counts for no
/// partition when it is more than half of `idle_after` in one piece. A source that wakes us itself does not
/// say since when it wants to be asked: for its partitions all time counts.
///
/// Threads: one at a time.
class SilenceWatch {
 public:
  static constexpr uint32_t kItself = 0;
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
  SilenceWatch(int64_t idle_after_us, int64_t now_ns)
      : idle_after_ns_(idle_after_us * 1000), asked_ns_(now_ns), heard_ns_{{kItself, now_ns}} {}

  /// The source is asked now, and has wanted to be since `wanted_ns`: since the last time, since the time
  /// that it named when it had nothing, or, when it wakes us itself, never (kNever).
  void asked(int64_t now_ns, int64_t wanted_ns);
  /// The partition is there, or has rows.
  void heard(uint32_t partition);
  void ended(uint32_t partition) { heard_ns_.erase(partition); }
  /// Returns those that have become silent by the time of asked(); each once, until it is heard again.
  std::vector<uint32_t> take_silent();
  /// When the next one becomes silent; kNever: none does.
  int64_t next_deadline_ns() const;

 private:
  const int64_t idle_after_ns_;
  int64_t asked_ns_;
  std::map<uint32_t, int64_t> heard_ns_;  // Of those that are not silent.
};

}  // namespace weir
