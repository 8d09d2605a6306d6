#include "state/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include "world/whole_file.hpp"

namespace weir {
namespace {

constexpr std::string_view kManifestEnd = ".manifest";
constexpr std::string_view kPageEnd = ".page";
constexpr std::string_view kTemporaryEnd = ".tmp";

/// Returns `number` with leading zeros, so that names sort as numbers do.
std::string digits(uint64_t number, size_t width) {
  std::string text = std::to_string(number);
  return text.size() >= width ? text : std::string(width - text.size(), '0') + text;
}

std::string manifest_name(uint64_t epoch) { return digits(epoch, 20) + std::string(kManifestEnd); }

/// Returns the epoch that a file's name begins with.
std::optional<uint64_t> epoch_of(std::string_view name) {
  uint64_t epoch = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), epoch);
  if (error != std::errc() || end == name.data()) return std::nullopt;
  return epoch;
}

}  // namespace

CheckpointStore::CheckpointStore(Disk& disk, FaultPoints& faults, std::string directory)
    : disk_(disk), faults_(faults), directory_(std::move(directory)) {}

Status CheckpointStore::open() {
  WEIR_RETURN_IF_ERROR(make_dirs(disk_, directory_, 0700));
  return disk_.sync_dir(directory_of(directory_));  // Whoever made it may have died before that.
}

Status CheckpointStore::begin(uint64_t epoch) {
  if (epoch <= last_committed_) {
    return Status::invalid("checkpoint " + std::to_string(epoch) + " begins after checkpoint " +
                           std::to_string(last_committed_) + " was committed");
  }
  const std::lock_guard lock(mutex_);
  epoch_ = epoch;
  next_page_ = 0;
  return Status::ok();
}

Result<std::unique_ptr<PageWriter>> CheckpointStore::new_page(PageId id, const PageState& state) {
  std::string file;
  {
    const std::lock_guard lock(mutex_);
    id.epoch = epoch_;
    file = digits(epoch_, 20) + "-" + digits(next_page_++, 6) + std::string(kPageEnd);
  }
  return PageWriter::open(disk_, faults_, directory_, std::move(file), std::move(id), state);
}

Status CheckpointStore::add_page(std::unique_ptr<PageWriter> page, PageForm form) {
  const std::lock_guard lock(mutex_);
  const PageId& id = page->id();
  if (id.epoch != epoch_) {
    return Status::invalid("a page of checkpoint " + std::to_string(id.epoch) + " came when checkpoint " +
                           std::to_string(epoch_) + " had begun");
  }
  Chain& chain = chains_[chain_name(id)];
  if (form == PageForm::kWhole) chain = {};
  chain.epoch = epoch_;
  for (ChainPage& earlier : chain.pages) earlier.groups &= ~page->whole_groups();
  std::erase_if(chain.pages, [](const ChainPage& earlier) { return earlier.groups.none(); });
  const std::bitset<kKeyGroupCount> groups = page->groups();
  chain.pages.push_back({groups, std::move(page), {}});
  return Status::ok();
}

void CheckpointStore::keep(const PageId& id) {
  const std::lock_guard lock(mutex_);
  const auto found = chains_.find(chain_name(id));
  if (found != chains_.end()) found->second.epoch = epoch_;
}

bool CheckpointStore::has_chain(const PageId& id) const {
  const std::lock_guard lock(mutex_);
  return chains_.contains(chain_name(id));
}

/// Fills `into` with the pages of all chains that belong to this epoch. Needs: nobody adds pages meanwhile.
Status CheckpointStore::finish_pages(std::vector<PageInfo>& into) {
  std::erase_if(chains_, [this](const auto& chain) { return chain.second.epoch != epoch_; });
  for (auto& [name, chain] : chains_) {
    for (ChainPage& page : chain.pages) {
      if (page.unsynced != nullptr) {
        WEIR_ASSIGN_OR_RETURN(page.info, page.unsynced->finish());
        page.unsynced.reset();
      }
      into.push_back(page.info);
    }
  }
  // Copies come in any order; the manifest does not tell. Pages of one state stay in theirs.
  std::ranges::sort(into, {}, &PageInfo::file);
  return Status::ok();
}

Status CheckpointStore::commit(Manifest manifest) {
  const std::lock_guard lock(mutex_);
  manifest.epoch = epoch_;
  manifest.pages.clear();
  const auto store = [&]() -> Status {
    WEIR_RETURN_IF_ERROR(finish_pages(manifest.pages));
    if (!manifest.pages.empty()) {
      WEIR_RETURN_IF_ERROR(
          faults_.step("checkpoint.dir.sync", [this] { return disk_.sync_dir(directory_); }));
    }
    // The order that this step stands for is what a test takes away: with it skipped, the older ones go
    // first.
    if (faults_.skip("checkpoint.drop.after_manifest")) WEIR_RETURN_IF_ERROR(drop_before(manifest.epoch));
    return write_atomic(disk_, faults_, "checkpoint.manifest", path_of(manifest_name(manifest.epoch)),
                        manifest_bytes(manifest), 0600);
  };
  if (Status status = store(); !status.is_ok()) {
    chains_.clear();
    return status;
  }
  written_bytes_ = 0;
  for (const PageInfo& page : manifest.pages) {
    if (page.id.epoch == manifest.epoch) written_bytes_ += page.size_bytes;
  }
  last_committed_ = manifest.epoch;
  highest_seen_ = std::max(highest_seen_, manifest.epoch);
  return Status::ok();
}

Result<Manifest> CheckpointStore::read_manifest(const std::string& file) {
  WEIR_ASSIGN_OR_RETURN(const std::string bytes, read_all(disk_, path_of(file)));
  const bool ignores_sum = faults_.skip("checkpoint.manifest.check");
  Result<Manifest> manifest = parse_manifest(bytes, ignores_sum ? SumCheck::kLeftOut : SumCheck::kDone);
  if (!manifest.is_ok()) return manifest.status().with_context("'" + path_of(file) + "'");
  if (manifest_name(manifest->epoch) != file) {
    return Status::corrupt("'" + path_of(file) + "' holds the manifest of checkpoint " +
                           std::to_string(manifest->epoch));
  }
  return manifest;
}

Result<Manifest> CheckpointStore::read_checkpoint(const std::string& file) {
  Result<Manifest> manifest = read_manifest(file);
  if (!manifest.is_ok()) return manifest;
  for (const PageInfo& page : manifest->pages) {
    WEIR_RETURN_IF_ERROR(
        faults_.step("checkpoint.page.check", [&] { return verify_page(disk_, directory_, page); }));
  }
  return manifest;
}

Result<Manifest> CheckpointStore::manifest(uint64_t epoch) { return read_manifest(manifest_name(epoch)); }

Result<Manifest> CheckpointStore::verify(uint64_t epoch) { return read_checkpoint(manifest_name(epoch)); }

Result<std::vector<uint64_t>> CheckpointStore::epochs() {
  WEIR_ASSIGN_OR_RETURN(const std::vector<std::string> files, manifest_files());
  std::vector<uint64_t> found;
  for (const std::string& file : files) found.push_back(*epoch_of(file));
  return found;
}

/// The newest first.
Result<std::vector<std::string>> CheckpointStore::manifest_files() {
  std::vector<std::string> files;
  WEIR_ASSIGN_OR_RETURN(const FileInfo info, disk_.stat(directory_));
  if (!info.exists()) return files;
  WEIR_ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries, disk_.list(directory_));
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (epoch_of(entry->name) && entry->name.ends_with(kManifestEnd)) files.push_back(entry->name);
  }
  return files;
}

std::optional<Manifest> CheckpointStore::newest_manifest() {
  const Result<std::vector<std::string>> files = manifest_files();
  if (!files.is_ok()) return std::nullopt;
  for (const std::string& file : *files) {
    if (Result<Manifest> manifest = read_manifest(file); manifest.is_ok()) return std::move(manifest).value();
  }
  return std::nullopt;
}

Result<CheckpointStore::Latest> CheckpointStore::latest() {
  Latest found;
  WEIR_ASSIGN_OR_RETURN(const std::vector<std::string> files, manifest_files());
  for (const std::string& file : files) {
    const std::optional<uint64_t> epoch = epoch_of(file);
    highest_seen_ = std::max(highest_seen_, *epoch);
    Result<Manifest> manifest = read_checkpoint(file);
    if (manifest.is_ok()) {
      // Whoever wrote it may have died before its name was safe, and what is done next relies on it.
      WEIR_RETURN_IF_ERROR(
          faults_.step("checkpoint.found.sync", [this] { return disk_.sync_dir(directory_); }));
      found.manifest = std::move(manifest).value();
      last_committed_ = std::max(last_committed_, *epoch);
      return found;
    }
    if (manifest.status().code() == Code::kUnsupported) {
      return Status(
          Code::kUnsupported,
          "checkpoint " + std::to_string(*epoch) + " in '" + directory_ +
              "' cannot be read: " + std::string(manifest.status().message()) +
              ". Run the version that wrote it, or begin again with --from-scratch, which forgets all "
              "state");
    }
    // A disk that cannot be read now says nothing of what lies on it.
    if (manifest.status().code() != Code::kCorrupt && manifest.status().code() != Code::kNotFound)
      return manifest.status().with_context("checkpoint " + std::to_string(*epoch) + " cannot be read now");
    found.skipped.push_back("checkpoint " + std::to_string(*epoch) +
                            " is not used: " + std::string(manifest.status().message()));
  }
  if (found.skipped.empty()) return found;
  std::string message = "no checkpoint in '" + directory_ + "' is whole";
  for (const std::string& reason : found.skipped) message += "; " + reason;
  return Status::corrupt(message + ". Restore the files, or start over with --from-scratch");
}

Status CheckpointStore::drop_before(uint64_t epoch) {
  WEIR_ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries, disk_.list(directory_));
  std::vector<std::string> manifests;  // Oldest first.
  std::vector<std::string> others;
  for (const DirectoryEntry& entry : entries) {
    const std::optional<uint64_t> own = epoch_of(entry.name);
    if (!own || *own >= epoch) continue;
    if (entry.name.ends_with(kManifestEnd)) {
      manifests.push_back(entry.name);
    } else if (entry.name.ends_with(kPageEnd) || entry.name.ends_with(kTemporaryEnd)) {
      others.push_back(entry.name);
    }
  }
  // The newest goes last and alone: were an older one found in its place after a crash, a run would go on
  // from what was committed and taken away long ago.
  if (manifests.size() > 1) {
    WEIR_RETURN_IF_ERROR(drop_manifests(std::span(manifests).first(manifests.size() - 1)));
  }
  if (!manifests.empty()) WEIR_RETURN_IF_ERROR(drop_manifests(std::span(manifests).last(1)));
  // Only now, and each file by itself: a page that a manifest which stays names is older than it.
  Result<std::set<std::string>> staying = pages_that_stay(epoch);
  // What a damaged manifest names is not known. It keeps everything until it is gone.
  if (staying.status().code() == Code::kCorrupt) return Status::ok();
  WEIR_RETURN_IF_ERROR(staying.status());
  for (const std::string& name : others) {
    if (staying->contains(name) && !faults_.skip("checkpoint.drop.staying")) continue;
    WEIR_RETURN_IF_ERROR(faults_.step("checkpoint.drop.page", [&] { return disk_.unlink(path_of(name)); }));
  }
  return Status::ok();
}

/// Returns the pages that manifests of `epoch` and beyond name.
Result<std::set<std::string>> CheckpointStore::pages_that_stay(uint64_t epoch) {
  WEIR_ASSIGN_OR_RETURN(const std::vector<uint64_t> left, epochs());
  std::set<std::string> files;
  for (const uint64_t one : left) {
    if (one < epoch) continue;
    WEIR_ASSIGN_OR_RETURN(const Manifest named, manifest(one));
    for (const PageInfo& page : named.pages) files.insert(page.file);
  }
  return files;
}

/// And syncs: a manifest that came back after a crash would name pages that did not.
Status CheckpointStore::drop_manifests(std::span<const std::string> names) {
  for (const std::string& name : names) {
    WEIR_RETURN_IF_ERROR(
        faults_.step("checkpoint.drop.manifest", [&] { return disk_.unlink(path_of(name)); }));
  }
  return faults_.step("checkpoint.drop.sync", [this] { return disk_.sync_dir(directory_); });
}

}  // namespace weir
