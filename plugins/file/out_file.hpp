#pragma once
// One file that a sink writes.
#include <cstdint>
#include <memory>
#include <string>

#include <weir/files.hpp>
#include <weir/format.hpp>

#include "compressor.hpp"
#include "prepared_files.hpp"

namespace weir::file {

/// Rows on their way through a format and a compression into a file that can be cut back to each sync().
///
/// Threads: one at a time.
class OutFile {
 public:
  /// `staging` empty: written in place, under `target`.
  OutFile(std::string target, std::string staging, FormatEncoder encoder);

  /// Makes an empty file, and its directory when that is missing.
  Status create();
  /// Goes on behind the first `length` bytes of what is there, and cuts off the rest.
  /// Fails: kCorrupt when there are fewer; kUnsupported when the format cannot go on in the middle of a file.
  Status resume(uint64_t length);
  /// Begins with a copy of what `target` holds.
  Status create_with_copy();

  /// Fails: kNoSpace when an earlier batch has not found room on the disk yet; call again.
  Status make_room();
  /// What finds no room on the disk now stays in memory. Needs: make_room() succeeded.
  Status write(const Batch& batch);
  /// Everything written so far is on the disk when this returns; length() is where it ends. May be repeated
  /// after kNoSpace, as may finish().
  Status sync();
  /// What the format puts behind the last row, then sync() and close. Nothing may follow.
  Status finish();
  /// Gives the system's handle back until the next write.
  Status park();

  uint64_t length() const { return length_; }
  const std::string& target() const { return target_; }
  const std::string& path() const { return staging_.empty() ? target_ : staging_; }
  PreparedFile prepared(PreparedFile::State state) const { return {state, length_, target_, staging_}; }
  bool is_parked() const { return !file_; }
  const FormatEncoder& encoder() const { return encoder_; }
  /// For whoever parks the file that was used longest ago.
  uint64_t last_use = 0;

 private:
  Status open_again();
  Status begin();
  Status drain();
  Status put(std::string_view bytes);

  const std::string target_;
  const std::string staging_;
  const FormatEncoder encoder_;
  const std::unique_ptr<Compressor> compressor_;
  File file_;
  EncodedBytes encoded_;
  std::string compressed_;
  uint64_t length_ = 0;  // On its way to the disk.
  bool is_begun_ = false;
  bool is_compressed_ = false;  // What was compressed is whole, and waits to be put.
  bool is_finished_ = false;    // The format has put what stands behind the last row.
};

/// Returns the directory of a path, "." for a bare name.
std::string directory_of(const std::string& path);

}  // namespace weir::file
