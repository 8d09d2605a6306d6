#pragma once
// The files that one sink writes, through barriers, commits and restarts.
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/format.hpp>

#include "out_file.hpp"
#include "path_template.hpp"
#include "prepared_files.hpp"

namespace weir::file {

/// When what is written becomes a file of its name.
enum class Lifecycle {
  kWhole,   ///< At the end: staged until then.
  kParts,   ///< At each barrier.
  kInPlace  ///< At once, good up to the last barrier.
};

/// What stands under a name before the run.
enum class Existing { kReplace, kAppend, kRefuse };

/// What a set of files is written by.
struct FileSetSetup {
  PathTemplate path;
  Lifecycle lifecycle = Lifecycle::kWhole;
  Existing existing = Existing::kReplace;
  std::string node;  ///< Part of the names of staged files: another node's are left alone.
  uint32_t copy = 0;
  /// Makes an encoder for one file.
  std::function<Result<FormatEncoder>()> new_encoder;
};

/// Staged files lie beside their targets as ".NAME.weir-NODE".
///
/// Threads: one at a time.
class FileSet {
 public:
  explicit FileSet(FileSetSetup setup) : setup_(std::move(setup)) {}

  /// First: finishes what the tokens say is whole, cuts the rest back to where they say, and removes staged
  /// files that they do not name. Without tokens a run begins: looks at what exists.
  Status recover(std::span<const std::string_view> tokens);
  /// The file of this path, made at its first use. Borrows: until the next call.
  Result<OutFile*> file(const std::string& path);
  /// The text that {part} stands for until the next barrier.
  std::string part() const;

  Result<std::string> prepare(bool is_last);
  /// Both may be repeated and may come in another process.
  Status commit(std::string_view token);
  Status abort(std::string_view token);
  /// Every path that has its name by now.
  std::set<std::string> without_base_;  // Files whose marker is gone for certain.
  const std::set<std::string>& written() const { return written_; }
  /// The name under which rows for `target` are staged.
  std::string staging_of(const std::string& target) const;

 private:
  Status begin_run();
  Status reopen(const PreparedFile& prepared);
  Status finish(const PreparedFile& prepared);
  Status mark_base(const std::string& target);
  Status forget_base(const std::string& target);
  Status cut_back_uncommitted(const std::string& target);
  Status remove_leftovers(const std::string& directory, size_t depth, const std::set<std::string>& named);
  Status find_highest_part(const std::string& directory, size_t depth);
  Result<FormatEncoder> take_encoder();
  Status park_if_many(const OutFile& but);
  std::string suffix() const;
  std::string base_marker(const std::string& target) const;

  const FileSetSetup setup_;
  std::map<std::string, std::unique_ptr<OutFile>> open_;  // By target.
  std::vector<FormatEncoder>
      spare_encoders_;  // Of files that were finished: the host keeps every one it made.
  std::set<std::string> unsynced_directories_;
  std::set<std::string> written_;
  uint64_t next_part_ = 0;
  uint64_t uses_ = 0;
};

}  // namespace weir::file
