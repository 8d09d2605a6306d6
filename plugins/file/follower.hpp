#pragma once
// Reads files as they grow: what is added, what takes their names, and what is new.
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <weir/source.hpp>

#include "followed_file.hpp"

namespace weir::file {

/// Looks again and again at the files that the patterns name, soon after something was added and up to a
/// second apart while nothing is. A look reads what was there when it began.
///
/// A file is a partition from the moment that it has bytes. One that no pattern finds any more (it was
/// renamed or removed) is read to its end, and ends when nothing was added for `rotate_wait`. One that became
/// shorter, or that begins with other bytes than before, ends where it was, and begins anew as another
/// partition.
///
/// Threads: one at a time.
class Follower {
 public:
  struct Setup {
    std::vector<std::string> patterns;
    size_t chunk_bytes = 0;
    int64_t rotate_wait_ns = 0;
    weir_context* context = nullptr;
  };
  explicit Follower(Setup setup) : setup_(std::move(setup)) {}

  /// Fails: a pattern that can name no file.
  Status start();
  Status restore(std::span<const PartitionOffset> offsets);
  /// Answers not ready when a look is over.
  Result<Progress> poll(ByteOutput& output);
  int64_t read_bytes() const { return read_bytes_; }

 private:
  struct Seen {
    std::string path;
    weir_file_info info;
  };
  using SeenFiles = std::map<uint64_t, Seen>;  // By inode.

  Result<SeenFiles> find() const;
  Status look(ByteOutput& output, int64_t now_ns);
  enum class Looks { kGood, kCut, kCompressed };
  Result<Looks> look_at(FollowedFile& file, const Seen& seen);
  void leave(FollowedFile& file, int64_t now_ns) const;
  void begin(const Seen& seen);
  Result<bool> open(FollowedFile& file);
  Result<bool> read_some(FollowedFile& file, ByteOutput& output);
  void end(FollowedFile& file, ByteOutput& output) const;
  void end_those_that_left(ByteOutput& output, int64_t now_ns);
  void announce(FollowedFile& file, ByteOutput& output) const;
  void warn(const std::string& message) const;

  static constexpr int64_t kUnreadable = -1;

  const Setup setup_;
  std::vector<std::unique_ptr<FollowedFile>> files_;  // Oldest first.
  std::map<std::string, uint32_t> generations_;       // By base name: how many there were.
  // By inode: when a compressed file was changed, or kUnreadable.
  std::map<uint64_t, int64_t> left_out_;
  bool is_first_look_ = true;

  // Of the look that goes on.
  bool is_looking_ = false;
  bool has_read_ = false;
  size_t at_ = 0;

  int64_t next_look_ns_ = 0;
  int64_t wait_ns_ = 0;
  int64_t uses_ = 0;
  int64_t read_bytes_ = 0;
};

}  // namespace weir::file
