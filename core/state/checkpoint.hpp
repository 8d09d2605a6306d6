#pragma once
// The checkpoints of one pipeline on disk: pages, and the manifests that make them valid.
#include <bitset>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <weir/status.hpp>

#include "state/manifest.hpp"
#include "state/state_page.hpp"
#include "world/disk.hpp"
#include "world/fault_point.hpp"

namespace weir {

/// What a page is to the earlier pages of its state.
enum class PageForm {
  kWhole,    ///< It holds the state; they are not needed any more.
  kChanges,  ///< It holds what changed since the newest of them.
};

/// Keeps checkpoints under `directory` as `<epoch>-<number>.page` and `<epoch>.manifest`.
///
/// The pages that make up one state of one copy are its chain: a whole one and changes since. A manifest
/// names the chains of all states that were added to or kept since begin(); a chain that was not is
/// forgotten. It grows whether or not the checkpoint that a page was meant for comes about, because who wrote
/// changes has written them. When a page cannot be stored every chain is broken: has_chain() says so and all
/// states must be written whole.
///
/// The order of steps is what makes a crash harmless: each page is written under another name, and commit()
/// syncs and renames them; then the directory is synced, so that every page is there for certain; only then
/// the manifest appears, atomically. drop_before() goes the other way. So a manifest never names a page that
/// is not there. Writing pages is the work of those who add them, syncing that of who commits: stages do not
/// wait for the disk.
///
/// Threads: begin(), commit(), latest() and drop_before() one at a time; has_chain(), new_page(), add_page()
/// and keep() from any thread between begin() and commit().
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
  /// Fails with kInvalid unless `epoch` is beyond
  /// the last one that commit() made or latest() found whole. One that is there but damaged is written over.
  Status begin(uint64_t epoch);
  /// Needs: begin() was called; `id.epoch` may be left out.
  Result<std::unique_ptr<PageWriter>> new_page(PageId id, const PageState& state);
  /// Takes a page into its chain. Needs: has_chain() when it holds changes.
  Status add_page(std::unique_ptr<PageWriter> page, PageForm form = PageForm::kWhole);
  /// The state has not changed since its last page.
  void keep(const PageId& id);
  /// Returns whether there is a page of this state in this process that a page of changes may follow.
  bool has_chain(const PageId& id) const;
  /// Makes the checkpoint valid with all chains added to since begin(); `manifest.epoch` and `.pages` are
  /// filled in. When it returns success the checkpoint survives a power loss; after a fault it may or may
  /// not. Fault points: those of PageWriter::finish(), checkpoint.dir.sync, checkpoint.manifest.write, .sync,
  /// .close, .rename, .sync_dir.
  Status commit(Manifest manifest);
  /// [bytes] of the pages that the last commit() added.
  uint64_t written_bytes() const { return written_bytes_; }
  /// Returns the newest checkpoint whose manifest and pages are all whole; every byte is read.
  /// Fault points: checkpoint.manifest.check, checkpoint.page.check; skipped, sums are not compared.
  /// Fails with kCorrupt, naming each, when there are checkpoints and none is whole: starting from nothing
  /// would write everything twice. Fails with kUnsupported when another version has written the newest.
  Result<Latest> latest();
  /// Returns the newest manifest that can be read, without a look at its pages; nothing when there is none.
  std::optional<Manifest> newest_manifest();
  /// Returns the first epoch beyond all that latest() saw, damaged ones too, and that commit() made.
  uint64_t next_epoch() const { return highest_seen_ + 1; }
  /// Removes checkpoints before `epoch`, what crashes left behind, and their pages but for those that a
  /// manifest which stays names. After a crash latest() finds what it found before, or none of them: never
  /// one that was older. Fault points: checkpoint.drop.manifest, .sync, .page, .staying (skipped, pages that
  /// stay go as well).
  Status drop_before(uint64_t epoch);
  /// Opens a page that a manifest of this store names.
  Result<PageReader> open_page(const PageInfo& page) {
    return PageReader::open(disk_, path_of(page.file), &faults_);
  }
  /// Returns the epochs whose manifests are there, damaged ones too, the newest first.
  Result<std::vector<uint64_t>> epochs();
  /// Reads one manifest, without a look at its pages. Fails: kNotFound, kCorrupt.
  Result<Manifest> manifest(uint64_t epoch);
  /// Reads every byte of one checkpoint. Fails with what is wrong first.
  Result<Manifest> verify(uint64_t epoch);
  FaultPoints& faults() { return faults_; }

 private:
  std::string path_of(const std::string& file) const { return directory_ + "/" + file; }
  Result<Manifest> read_manifest(const std::string& file);
  Result<Manifest> read_checkpoint(const std::string& file);
  Result<std::vector<std::string>> manifest_files();
  Status drop_manifests(std::span<const std::string> names);
  Result<std::set<std::string>> pages_that_stay(uint64_t epoch);
  Status finish_pages(std::vector<PageInfo>& into);

  Disk& disk_;
  FaultPoints& faults_;
  const std::string directory_;
  uint64_t last_committed_ = 0;  // Or found whole.
  uint64_t highest_seen_ = 0;
  uint64_t written_bytes_ = 0;
  mutable std::mutex mutex_;
  struct ChainPage {
    std::bitset<kKeyGroupCount> groups;    // Those of which something in it counts.
    std::unique_ptr<PageWriter> unsynced;  // Null when it is synced and has its name.
    PageInfo info;                         // Then.
  };
  /// The pages of one state of one copy, oldest first; those in which nothing counts any more are left out.
  struct Chain {
    std::vector<ChainPage> pages;
    uint64_t epoch = 0;  // When it was last added to or kept.
  };
  using ChainName = std::tuple<std::string, std::string, uint32_t>;  // Node, state, copy.
  static ChainName chain_name(const PageId& id) { return {id.node, id.state, id.copy}; }
  uint64_t epoch_ = 0;  // Guarded by mutex_, as is what follows.
  uint32_t next_page_ = 0;
  std::map<ChainName, Chain> chains_;
};

}  // namespace weir
