#pragma once
// The checkpoints of one pipeline on disk: pages, and the manifests that make them valid.
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <weir/status.hpp>

#include "state/manifest.hpp"
#include "state/state_page.hpp"
#include "world/disk.hpp"
#include "world/fault_point.hpp"

namespace weir {

/// Keeps checkpoints under `directory` as `<epoch>-<number>.page` and `<epoch>.manifest`.
///
/// The order of steps is what makes a crash harmless: each page is written under another name, synced and
/// renamed; then the directory is synced, so that every page is there for certain; only then the manifest
/// appears, atomically. drop_before() goes the other way. So a manifest never names a page that is not there.
///
/// Threads: begin(), commit(), latest() and drop_before() one at a time; new_page() and add_page() from any
/// thread between begin() and commit().
class CheckpointStore {
 public:
  struct Latest {
    std::optional<Manifest> manifest;  ///< None: there is no checkpoint at all.
    std::vector<std::string> skipped;  ///< Newer ones that are not used, and why; one sentence each.
  };

  /// Borrows `disk` and `faults` as long as it lives.
  CheckpointStore(Disk& disk, FaultPoints& faults, std::string directory);

  /// Makes the directory. Call once, first.
  Status open();
  /// Forgets what was added for another epoch and not committed. Fails with kInvalid unless `epoch` is beyond
  /// the last one that commit() made or latest() found whole. One that is there but damaged is written over.
  Status begin(uint64_t epoch);
  /// Needs: begin() was called; `id.epoch` may be left out.
  Result<std::unique_ptr<PageWriter>> new_page(PageId id, const PageState& state);
  /// Finishes a page and takes it into the checkpoint.
  Status add_page(PageWriter& page);
  /// Makes the checkpoint valid with all pages added since begin(); `manifest.epoch` and `.pages` are filled
  /// in. When it returns success the checkpoint survives a power loss; after a fault it may or may not.
  /// Fault points: checkpoint.dir.sync, checkpoint.manifest.write, .sync, .close, .rename, .sync_dir.
  Status commit(Manifest manifest);
  /// Returns the newest checkpoint whose manifest and pages are all whole; every byte is read.
  /// Fails with kCorrupt, naming each, when there are checkpoints and none is whole: starting from nothing
  /// would write everything twice.
  Result<Latest> latest();
  /// Returns the newest manifest that can be read, without a look at its pages; nothing when there is none.
  std::optional<Manifest> newest_manifest();
  /// Returns the first epoch beyond all that latest() saw, damaged ones too, and that commit() made.
  uint64_t next_epoch() const { return highest_seen_ + 1; }
  /// Removes checkpoints before `epoch`, their pages, and what crashes left behind. After a crash latest()
  /// finds what it found before, or none of them: never one that was older.
  /// Fault points: checkpoint.drop.manifest, .sync, .page.
  Status drop_before(uint64_t epoch);
  /// Opens a page that a manifest of this store names.
  Result<PageReader> open_page(const PageInfo& page) { return PageReader::open(disk_, path_of(page.file)); }
  /// [bytes] of the pages added since begin().
  uint64_t pending_bytes() const;

 private:
  std::string path_of(const std::string& file) const { return directory_ + "/" + file; }
  Result<Manifest> read_manifest(const std::string& file);
  Result<Manifest> read_checkpoint(const std::string& file);
  Result<std::vector<std::string>> manifest_files();
  Status drop_manifests(std::span<const std::string> names);

  Disk& disk_;
  FaultPoints& faults_;
  const std::string directory_;
  uint64_t last_committed_ = 0;  // Or found whole.
  uint64_t highest_seen_ = 0;
  mutable std::mutex mutex_;
  uint64_t epoch_ = 0;  // Guarded by mutex_, as is what follows.
  uint32_t next_page_ = 0;
  std::vector<PageInfo> pages_;
};

}  // namespace weir
