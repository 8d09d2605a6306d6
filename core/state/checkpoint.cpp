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

Status CheckpointStore::open() { return make_dirs(disk_, directory_, 0700); }

Status CheckpointStore::begin(uint64_t epoch) {
  if (epoch <= last_committed_) {
    return Status::invalid("checkpoint " + std::to_string(epoch) + " begins after checkpoint " +
                           std::to_string(last_committed_) + " was committed");
  }
  const std::lock_guard lock(mutex_);
  epoch_ = epoch;
  next_page_ = 0;
  pages_.clear();
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

Status CheckpointStore::add_page(PageWriter& page) {
  WEIR_ASSIGN_OR_RETURN(PageInfo info, page.finish());
  const std::lock_guard lock(mutex_);
  if (info.id.epoch != epoch_) {
    return Status::invalid("a page of checkpoint " + std::to_string(info.id.epoch) +
                           " came when checkpoint " + std::to_string(epoch_) + " had begun");
  }
  pages_.push_back(std::move(info));
  return Status::ok();
}

uint64_t CheckpointStore::pending_bytes() const {
  const std::lock_guard lock(mutex_);
  uint64_t total = 0;
  for (const PageInfo& page : pages_) total += page.size_bytes;
  return total;
}

Status CheckpointStore::commit(Manifest manifest) {
  {
    const std::lock_guard lock(mutex_);
    manifest.epoch = epoch_;
    manifest.pages = std::move(pages_);
    pages_.clear();
  }
  // Copies finish in any order; the manifest does not tell.
  std::ranges::sort(manifest.pages, {}, &PageInfo::file);
  if (!manifest.pages.empty()) {
    WEIR_RETURN_IF_ERROR(faults_.step("checkpoint.dir.sync", [this] { return disk_.sync_dir(directory_); }));
  }
  WEIR_RETURN_IF_ERROR(write_atomic(disk_, faults_, "checkpoint.manifest",
                                    path_of(manifest_name(manifest.epoch)), manifest_bytes(manifest), 0600));
  last_committed_ = manifest.epoch;
  highest_seen_ = std::max(highest_seen_, manifest.epoch);
  return Status::ok();
}

Result<Manifest> CheckpointStore::read_manifest(const std::string& file) {
  WEIR_ASSIGN_OR_RETURN(const std::string bytes, read_all(disk_, path_of(file)));
  Result<Manifest> manifest = parse_manifest(bytes);
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
  for (const PageInfo& page : manifest->pages) WEIR_RETURN_IF_ERROR(verify_page(disk_, directory_, page));
  return manifest;
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
      found.manifest = std::move(manifest).value();
      last_committed_ = std::max(last_committed_, *epoch);
      return found;
    }
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
  for (const std::string& name : others) {
    WEIR_RETURN_IF_ERROR(faults_.step("checkpoint.drop.page", [&] { return disk_.unlink(path_of(name)); }));
  }
  return Status::ok();
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
