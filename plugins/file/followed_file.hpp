#pragma once
// A file that others write, while it is read.
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <weir/files.hpp>
#include <weir/source.hpp>

#include "byte_stream.hpp"

namespace weir::file {

/// Which file a partition is: the path under which it was found first, its inode, and how often a file of
/// that inode had begun anew before. Written as "app.log#131072", or "app.log#131072.2" for the third.
struct FollowedName {
  std::string path;
  uint64_t inode = 0;
  uint32_t generation = 0;
  std::string base() const { return path + "#" + std::to_string(inode); }
  std::string to_text() const;
  static std::optional<FollowedName> parse(std::string_view partition);
};

/// One file, known by its inode whatever its name becomes.
///
/// Threads: one at a time.
class FollowedFile {
 public:
  static constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

  FollowedFile(FollowedName name, std::string path) : name_(std::move(name)), path_(std::move(path)) {}
  /// Goes on where a checkpoint says. Fails: kCorrupt for a token that is none of this source.
  Status restore(const Offset& offset);

  /// Opens it where its path leads to it, or else under whatever name it has in the same directory.
  /// Returns false when it is nowhere, or another file has taken its inode.
  Result<bool> open();
  bool is_open() const { return static_cast<bool>(file_); }
  void close() { file_ = File(); }
  /// Whether the bytes that it began with are still there. Needs: is_open().
  Result<bool> begins_as_before();
  /// Whether its first bytes are those of a compressed file. Needs: is_open().
  Result<bool> is_compressed() const;
  /// Returns how many bytes were read behind position(): none at its end. Needs: is_open().
  Result<size_t> read(std::span<uint8_t> into);
  void advance(size_t bytes) { position_ += bytes; }

  const FollowedName& name() const { return name_; }
  const std::string& path() const { return path_; }
  uint64_t position() const { return position_; }
  /// What a checkpoint keeps of the chunk at position().
  Offset offset(bool is_end = false) const;
  /// Whether the checkpoint says that it had ended.
  bool had_ended() const { return had_ended_; }

  // What its follower knows of it.
  uint64_t limit = kNoLimit;  ///< Up to where this look at it reads.
  uint32_t partition = 0;     ///< 0: not announced.
  int64_t modified_us = -1;   ///< When it was last looked at; -1: never.
  int64_t left_ns = -1;       ///< Since when no pattern finds it; -1: one does.
  int64_t last_use = 0;       ///< For whoever closes the one that was read longest ago.
  void set_path(std::string path) { path_ = std::move(path); }

 private:
  Result<bool> open_as(const std::string& path);

  const FollowedName name_;
  std::string path_;
  File file_;
  std::string fingerprint_;  // Of its first bytes; empty: none were seen.
  uint64_t position_ = 0;
  bool had_ended_ = false;
};

}  // namespace weir::file
