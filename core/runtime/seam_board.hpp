#pragma once
// Where the lanes that decode one reader's ranges agree, range by range, on where each one truly begins.
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/byte_range.hpp"
#include "runtime/copy_checkpoint.hpp"
#include "runtime/time_tracker.hpp"

namespace weir {

class Actor;
class RegionShared;

/// What one range leaves to the next: bytes that begin a record which it does not end.
struct Seam {
  std::vector<ByteSegment> leftover;  ///< In order; empty when the range ended with a record.
  /// Instead of a leftover: where a record begins that is too long to be kept; what follows is left out up to
  /// its end.
  std::optional<int64_t> too_long;
  std::vector<ChunkStart> chunks;  ///< The chunks that either lies in.
  bool is_empty() const { return leftover.empty() && !too_long; }
  /// Where the record begins. Needs: !is_empty().
  int64_t offset() const { return too_long ? *too_long : leftover.front().offset; }
};

/// A lane decodes its range at once, guessing that it begins with a record; it may send the rows only when
/// the range before is settled and left nothing over. Settling goes strictly by range number, so positions
/// and event time move over a contiguous prefix whatever the lanes' order.
///
/// Threads: any lane and the reader, at once; one mutex, taken a few times a range.
class SeamBoard {
 public:
  SeamBoard(RegionShared& region, std::string node, std::optional<EventTime> event_time);
  /// Once, before anything runs: lane i decodes ranges with index % lanes == i.
  void set_lanes(std::vector<Actor*> lanes) { lanes_ = std::move(lanes); }

  /// Where a restart goes on in partitions that were not found yet: told as they are until they are found, or
  /// until the source has nothing more.
  void set_restored(std::vector<SourcePosition> positions);
  void all_found();
  /// The reader knows a partition, with where it goes on from (a restart) or nothing.
  void found(uint32_t partition, const std::string& name, const SourcePosition& from);
  /// An ended partition that never comes back: forgotten once positions with its end were told.
  void gone(uint32_t partition);
  /// The header that the partition was opened with.
  void head(uint32_t partition, std::string bytes);
  /// The reader has put the barrier of `epoch` before range `index`.
  void barrier_before(uint64_t epoch, uint64_t index);

  /// Returns the newest positions that were told for an epoch up to `epoch`, and forgets them and older ones.
  std::vector<SourcePosition> take_told(uint64_t epoch);

  /// Whether every range below `index` is settled; if not, `reader` is notified when it is.
  bool is_settled_upto(uint64_t index, Actor& reader);
  /// Nobody waits for the partition until it has rows. Needs: what was read of it is settled.
  void set_aside(uint32_t partition);
  /// Before a range of the partition is dealt: what all lanes must tell first, if it had been set aside with
  /// all others.
  std::optional<weir_signal> come_back(uint32_t partition);
  /// For the reader while nothing is on its way: what became of the time, and no lane can tell.
  std::optional<weir_signal> take_signal();
  /// The watermark as it was last told by a lane.
  int64_t watermark();

  /// What the range must begin with; nothing while the one before it is not settled.
  std::optional<Seam> seam_before(const ByteRange& range);
  struct Settled {
    std::optional<int64_t> watermark;      ///< When it has risen.
    int64_t watermark_before = INT64_MIN;  ///< Of the partition, before this range's rows.
  };
  /// Range `index` is decoded from its true beginning. `position` is where the next record of its partition
  /// begins. Needs: seam_before(range) gave a seam.
  Settled settle(const ByteRange& range, Seam left, int64_t highest_time_us, const SourcePosition& position);

 private:
  std::vector<SourcePosition> tell_positions(const std::vector<uint64_t>& epochs);

  RegionShared& region_;
  const std::string node_;
  std::vector<Actor*> lanes_;  // Constant once running.
  std::mutex mutex_;
  // Guarded by mutex_ from here on.
  uint64_t settled_ = 0;     // Ranges below are settled.
  Actor* reader_ = nullptr;  // Waits for settled_ to be awaited_; else null.
  uint64_t awaited_ = 0;
  std::map<uint32_t, Seam>
      seams_;  // What the last of a partition's settled ranges left, if it left anything.
  std::map<uint32_t, SourcePosition> positions_;
  std::vector<SourcePosition> unfound_;
  std::set<uint32_t> gone_;                               // Of positions_: not needed any more.
  std::multimap<uint64_t, uint64_t> barriers_;            // Range index -> epochs of the barriers before it.
  std::map<uint64_t, std::vector<SourcePosition>> told_;  // By epoch.
  std::optional<TimeTracker> times_;
};

}  // namespace weir
