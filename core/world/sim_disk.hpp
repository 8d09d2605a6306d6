#pragma once
// A disk in memory that forgets, tears and reorders at a simulated power loss what was not synced.
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "world/clock.hpp"
#include "world/disk.hpp"

namespace weir {

class SimStore;

/// The hardest disk that POSIX allows.
///
/// Bytes last only after File::sync(); a name made, renamed or removed lasts only after sync_dir() of its
/// directory; a rename across two needs both, in the order target, source, or the file may be lost. At
/// crash() each unsynced write is cut into pages of which some survive, the last one perhaps torn; each
/// unsynced change of a name survives or not, whatever became of the others and of the bytes. A file that
/// grew but lost its bytes reads as zeros. After a failed sync the unsynced bytes are still read back, and
/// lost at the next crash for certain.
///
/// Paths are absolute or relative to the root, which exists. There are no links and no other processes.
/// The same calls and seeds give the same outcome.
///
/// Threads: any, at once.
class SimDisk final : public Disk {
 public:
  /// Borrows `clock`, for the times of files; without it each change is one microsecond after the last.
  explicit SimDisk(const Clock* clock = nullptr);
  ~SimDisk() override;

  /// The power fails and comes back. Files that were open answer faults from now on.
  void crash(uint64_t seed);

  /// From now until crash() every call throws SimCrash: the process is dead, whoever may not know it yet.
  void power_off();
  bool is_off() const;
  /// As new: no file, no call counted, nothing planned. Files that were open answer faults from now on.
  void format();

  /// Every call made on this disk and its files is counted from 1, before it has any effect.
  uint64_t call_count() const;
  /// Returns each call so far as "<name> <path>", such as "rename out/a.tmp out/a" or "sync out/a.tmp".
  std::vector<std::string> calls() const;
  /// Lets the `n`-th call fail with `error_number`. A write that fails has stored its first half.
  void fail_call(uint64_t n, int error_number);
  /// Lets the next calls of that name fail ("open", "write", "sync", "sync_dir", ...).
  void fail_next(const std::string& name, int error_number, uint64_t times = 1);
  /// Throws SimCrash out of the `n`-th call, before it has any effect; crash() is the caller's to make.
  void crash_at_call(uint64_t n);

  Status rename(const std::string& from, const std::string& to) override;
  Status unlink(const std::string& path) override;
  Status make_dir(const std::string& path, uint32_t permissions) override;
  Status remove_dir(const std::string& path) override;
  Status sync_dir(const std::string& path) override;
  Result<std::vector<DirectoryEntry>> list(const std::string& path) override;
  Result<FileInfo> stat(const std::string& path) override;

 protected:
  Result<std::unique_ptr<File>> do_open(const std::string& path, OpenMode mode,
                                        uint32_t permissions) override;

 private:
  const std::shared_ptr<SimStore> store_;  // Shared with the open files, which may outlive the disk.
};

}  // namespace weir
