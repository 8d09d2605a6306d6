#pragma once
// Whole files in one call, in the order of steps that survives a crash.
#include <string>
#include <string_view>

#include <weir/status.hpp>

#include "world/disk.hpp"
#include "world/fault_point.hpp"

namespace weir {

/// Returns all bytes of a file.
Result<std::string> read_all(Disk& disk, const std::string& path);

/// Puts `bytes` under `path` so that after a crash at any moment the old content or the new one is there,
/// whole; when it returns success, the new one. Writes `path`.tmp, syncs it, renames it, syncs the directory.
///
/// Needs: one writer of `path` at a time. Fails: the old content stays, a `path`.tmp may be left over and
/// is overwritten by the next call; when only the last step failed the new content may be there already.
/// Fault points: `point`.write, .sync, .close, .rename, .sync_dir; and the order .sync_before_rename.
Status write_atomic(Disk& disk, FaultPoints& faults, std::string_view point, const std::string& path,
                    std::string_view bytes, uint32_t permissions = 0644);

/// Makes a directory and those above it, and sees to it that the new ones survive a power loss.
/// Succeeds when it is there already.
Status make_dirs(Disk& disk, const std::string& path, uint32_t permissions = 0755);

}  // namespace weir
