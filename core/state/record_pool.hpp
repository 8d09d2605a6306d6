#pragma once
// The records of a keyed table: key and slot side by side, in chunks that never move.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/memory.hpp"
#include "state/key_shape.hpp"

namespace weir {

/// A record begins with this; its key words, its text pointers and its slot follow (see RecordShape).
struct Record {
  uint64_t hash = 0;
  uint32_t position = 0;  ///< In its pane.
  bool is_live : 1 = false;
  bool is_touched : 1 = false;  ///< Its slot was given out, or it changed, since the last checkpoint.
  bool is_stored : 1 = false;   ///< Its key is in a checkpoint, or an earlier value of it.
  bool has_group : 1 = false;   ///< `group` is known.
  bool is_aside : 1 = false;    ///< An older value of its key lies in a run; dead, it hides that.
  bool is_scanned : 1 = false;  ///< A scan brought it into memory, and nobody touched it since.
  uint8_t group = 0;            ///< Key group.
};

/// Whether records have room for the time at which they were written.
enum class RecordTime : uint8_t { kNone, kKept };

/// Where the parts of a record lie.
class RecordShape {
 public:
  RecordShape(const KeyShape& key, uint32_t slot_size, RecordTime time = RecordTime::kNone);

  uint32_t record_size() const { return record_size_; }
  uint32_t slot_size() const { return slot_size_; }
  uint64_t* words(Record* record) const { return at<uint64_t>(record, sizeof(Record)); }
  const uint64_t* words(const Record* record) const {
    return reinterpret_cast<const uint64_t*>(reinterpret_cast<const char*>(record) + sizeof(Record));
  }
  const char** texts(Record* record) const { return at<const char*>(record, texts_offset_); }
  const char* const* texts(const Record* record) const {
    return reinterpret_cast<const char* const*>(reinterpret_cast<const char*>(record) + texts_offset_);
  }
  /// Needs: RecordTime::kKept.
  int64_t& time(Record* record) const { return *at<int64_t>(record, slot_offset_ - sizeof(int64_t)); }
  char* slot(Record* record) const { return at<char>(record, slot_offset_); }
  /// Fetches all of a record.
  void prefetch(const Record* record) const {
    for (uint32_t at = 0; at < record_size_; at += 64)
      __builtin_prefetch(reinterpret_cast<const char*>(record) + at);
  }
  int64_t ns(const Record* record) const { return static_cast<int64_t>(words(record)[0]); }

 private:
  template <class T>
  static T* at(Record* record, uint32_t offset) {
    return reinterpret_cast<T*>(reinterpret_cast<char*>(record) + offset);
  }
  uint32_t texts_offset_;
  uint32_t slot_offset_;
  uint32_t slot_size_;
  uint32_t record_size_;
};

/// Gives out records. A freed one is given out again before a new chunk is asked for; when all are free
/// every chunk but the first goes back.
///
/// Threads: one at a time.
class RecordPool {
 public:
  /// Borrows `account` as long as the pool lives.
  RecordPool(uint32_t record_size, MemoryAccount& account);
  ~RecordPool();
  RecordPool(const RecordPool&) = delete;
  RecordPool& operator=(const RecordPool&) = delete;

  /// Returns a record of zeros; null when there is no memory.
  Record* take();
  void give_back(Record* record);
  /// Takes all records back at once, and gives their memory back.
  void clear();
  size_t held_bytes() const { return held_bytes_; }

  /// A place in the order in which records lie in memory.
  struct Place {
    size_t chunk = 0;
    size_t record = 0;
  };
  /// Calls `visit` for up to `count` records from `place` on, those that were given back (their is_live is
  /// false) among them, and moves it on. `visit` may give records back. Returns whether there are more.
  template <class Visit>
  bool visit_some(Place& place, size_t count, Visit&& visit) {
    for (; place.chunk < chunks_.size(); place = {place.chunk + 1, 0}) {
      for (; place.record < given_out(place.chunk); ++place.record) {
        if (count-- == 0) return true;
        visit(reinterpret_cast<Record*>(chunks_[place.chunk].bytes + place.record * record_size_));
        if (place.chunk >= chunks_.size()) return false;  // The last record went, and its chunk with it.
      }
    }
    return false;
  }

 private:
  /// Besides its bytes each record is charged the pointers that its pane, a scan and the list of changes
  /// keep, and the beginning of its key that a scan has beside its own.
  static constexpr size_t kPointersBytes = 3 * sizeof(void*) + sizeof(uint64_t);
  struct Chunk {
    char* bytes;
    size_t record_count;
  };
  /// How many of a chunk's records, from the first, were ever given out.
  size_t given_out(size_t chunk) const {
    return chunks_[chunk].record_count - (chunk + 1 == chunks_.size() ? fresh_ : 0);
  }
  bool grow();
  void release_from(size_t first_chunk);

  const size_t record_size_;
  MemoryAccount& account_;
  std::vector<Chunk> chunks_;
  Record* free_ = nullptr;  // A list through Record::hash.
  size_t fresh_ = 0;        // Records of the newest chunk that were never given out.
  size_t live_count_ = 0;
  size_t held_bytes_ = 0;
};

}  // namespace weir
