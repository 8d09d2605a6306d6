#include "file_set.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

namespace weir::file {
namespace {

// Far below the usual limit of 1,024 open files of a process, which other nodes share.
constexpr size_t kMaxOpenHandles = 64;

Result<bool> exists(const std::string& path) {
  const auto info = files::info(path);
  if (info.is_ok()) return true;
  if (info.status().code() == Code::kNotFound) return false;
  return info.status();
}

Status remove_if_there(const std::string& path) {
  const Status removed = files::remove(path);
  return removed.code() == Code::kNotFound ? Status() : removed;
}

Status is_there_already(const std::string& path) {
  return {Code::kExists, "'" + path + "' is there already: remove it, or say mode: replace or mode: append"};
}

// FNV-1a, the low half: the same in every process.
std::string short_hash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  char digits[16];
  std::snprintf(digits, sizeof(digits), "%08x", static_cast<unsigned>(hash & 0xffffffffU));
  return digits;
}

// Returns the part number in a finished part's name: the digits in front of "-COPY".
uint64_t highest_number(std::string_view name, std::string_view behind) {
  uint64_t highest = 0;
  for (size_t at = name.find(behind); at != std::string_view::npos; at = name.find(behind, at + 1)) {
    size_t from = at;
    while (from > 0 && name[from - 1] >= '0' && name[from - 1] <= '9') --from;
    uint64_t number = 0;
    if (std::from_chars(name.data() + from, name.data() + at, number).ec == std::errc() && from < at)
      highest = std::max(highest, number + 1);
  }
  return highest;
}

}  // namespace

std::string FileSet::suffix() const {
  std::string text = ".weir-" + setup_.node;
  // Of two nodes of one name that write below one directory, each knows its own.
  if (setup_.path.has_columns() || setup_.path.has_part()) text += "-" + short_hash(setup_.path.text());
  return setup_.copy > 0 ? text + "." + std::to_string(setup_.copy) : text;
}

std::string FileSet::staging_of(const std::string& target) const {
  const size_t name = target.rfind('/') + 1;  // npos + 1 is 0: a bare name.
  return target.substr(0, name) + "." + target.substr(name) + suffix();
}

// Says how long a file was before the run that appends to it, until the first commit says it.
std::string FileSet::base_marker(const std::string& target) const { return staging_of(target) + ".base"; }

std::string FileSet::part() const {
  char text[40];
  std::snprintf(text, sizeof(text), "%06llu-%u", static_cast<unsigned long long>(next_part_), setup_.copy);
  return text;
}

Result<FormatEncoder> FileSet::take_encoder() {
  if (spare_encoders_.empty()) return setup_.new_encoder();
  const FormatEncoder encoder = spare_encoders_.back();
  spare_encoders_.pop_back();
  return encoder;
}

Status FileSet::recover(std::span<const std::string_view> tokens) {
  // A checkpoint may name the tokens of several, oldest first: of one file the last says how it is.
  std::map<std::string, PreparedFile> last;
  for (const std::string_view token : tokens) {
    if (token.empty()) continue;
    WEIR_ASSIGN_OR_RETURN(const PreparedFiles prepared, PreparedFiles::parse(token));
    next_part_ = std::max(next_part_, prepared.next_part);
    for (const PreparedFile& file : prepared.files)
      last[file.staging.empty() ? file.target : file.staging] = file;
  }
  std::set<std::string> named;
  for (const auto& [path, file] : last) {
    WEIR_RETURN_IF_ERROR(file.state == PreparedFile::State::kFinal ? finish(file) : reopen(file));
    // The token is in a checkpoint, whether or not the commit behind it was done.
    if (file.state == PreparedFile::State::kInPlace) WEIR_RETURN_IF_ERROR(forget_base(file.target));
    named.insert(file.staging);
  }
  WEIR_RETURN_IF_ERROR(remove_leftovers(setup_.path.fixed_directory(), setup_.path.depth(), named));
  // An empty token was given before there were rows: what came since then was never committed.
  const bool is_begun = std::ranges::any_of(tokens, [](std::string_view token) { return !token.empty(); });
  return is_begun ? Status() : begin_run();
}

Status FileSet::begin_run() {
  if (setup_.lifecycle == Lifecycle::kParts)
    return find_highest_part(setup_.path.fixed_directory(), setup_.path.depth());
  if (setup_.path.has_columns()) return {};
  const std::string target = setup_.path.path(part());
  WEIR_RETURN_IF_ERROR(files::check_replaceable(target));
  const auto info = files::info(target);
  const bool is_in_place = setup_.lifecycle == Lifecycle::kInPlace;
  bool is_ours = false;
  if (is_in_place) {
    WEIR_ASSIGN_OR_RETURN(is_ours, exists(base_marker(target)));
  }
  if (setup_.existing == Existing::kRefuse && info.is_ok() && !is_ours) return is_there_already(target);
  if (!is_in_place || setup_.existing == Existing::kReplace) return {};
  WEIR_RETURN_IF_ERROR(files::make_directories(directory_of(target)));
  return is_ours ? cut_back_uncommitted(target) : mark_base(target);
}

// What stands in the file from now on up to the first commit is not committed: the marker says where that is.
Status FileSet::mark_base(const std::string& target) {
  WEIR_ASSIGN_OR_RETURN(File made, File::open(target, WEIR_OPEN_WRITE | WEIR_OPEN_CREATE));
  WEIR_RETURN_IF_ERROR(made.close());
  WEIR_ASSIGN_OR_RETURN(const weir_file_info info, files::info(target));
  WEIR_ASSIGN_OR_RETURN(File marker, File::create(base_marker(target)));
  WEIR_RETURN_IF_ERROR(marker.write(0, std::to_string(info.size) + ' ' + std::to_string(info.inode)));
  WEIR_RETURN_IF_ERROR(marker.sync());
  WEIR_RETURN_IF_ERROR(marker.close());
  return files::sync_directory(directory_of(target));
}

// A run that died before its first checkpoint left rows behind what was there before it.
Status FileSet::cut_back_uncommitted(const std::string& target) {
  WEIR_ASSIGN_OR_RETURN(const File marker, File::open_for_reading(base_marker(target)));
  uint8_t bytes[64];
  WEIR_ASSIGN_OR_RETURN(const size_t got, marker.read(0, bytes));
  uint64_t base = 0;
  uint64_t inode = 0;
  const auto* const text = reinterpret_cast<const char*>(bytes);
  const auto [behind, error] = std::from_chars(text, text + got, base);
  const bool is_whole = error == std::errc() && behind < text + got &&
                        std::from_chars(behind + 1, text + got, inode).ec == std::errc();
  const auto info = files::info(target);
  // Another file under that name, or a marker that was never finished: nothing here is ours.
  if (!is_whole || !info.is_ok() || info->inode != inode || base > info->size) return mark_base(target);
  WEIR_ASSIGN_OR_RETURN(File written, File::open(target, WEIR_OPEN_WRITE));
  WEIR_RETURN_IF_ERROR(written.truncate(base));
  WEIR_RETURN_IF_ERROR(written.sync());
  return written.close();
}

Result<OutFile*> FileSet::file(const std::string& path) {
  const auto found = open_.find(path);
  if (found != open_.end()) {
    found->second->last_use = ++uses_;
    if (found->second->is_parked()) WEIR_RETURN_IF_ERROR(park_if_many(*found->second));
    return found->second.get();
  }
  const bool is_in_place = setup_.lifecycle == Lifecycle::kInPlace;
  if (setup_.existing == Existing::kRefuse && setup_.path.has_columns()) {
    WEIR_ASSIGN_OR_RETURN(const bool is_there, exists(path));
    if (is_there) return is_there_already(path);
  }
  WEIR_ASSIGN_OR_RETURN(const FormatEncoder encoder, take_encoder());
  auto made = std::make_unique<OutFile>(path, is_in_place ? std::string() : staging_of(path), encoder);
  if (setup_.existing == Existing::kReplace || setup_.existing == Existing::kRefuse) {
    WEIR_RETURN_IF_ERROR(made->create());
  } else if (is_in_place) {
    const auto info = files::info(path);
    if (!info.is_ok()) WEIR_RETURN_IF_ERROR(made->create());
    WEIR_RETURN_IF_ERROR(made->resume(info.is_ok() ? info->size : 0));
  } else {
    WEIR_RETURN_IF_ERROR(made->create_with_copy());
  }
  unsynced_directories_.insert(directory_of(path));
  made->last_use = ++uses_;
  OutFile* const file = made.get();
  open_.emplace(path, std::move(made));
  WEIR_RETURN_IF_ERROR(park_if_many(*file));
  return file;
}

Status FileSet::park_if_many(const OutFile& but) {
  OutFile* oldest = nullptr;
  size_t handles = 0;
  for (const auto& [path, file] : open_) {
    if (file->is_parked()) continue;
    ++handles;
    if (file.get() != &but && (oldest == nullptr || file->last_use < oldest->last_use)) oldest = file.get();
  }
  return handles > kMaxOpenHandles && oldest != nullptr ? oldest->park() : Status();
}

Result<std::string> FileSet::prepare(bool is_last) {
  // An empty result is a result: a header, or an empty file.
  if (is_last && setup_.lifecycle != Lifecycle::kParts && !setup_.path.has_columns() && open_.empty())
    WEIR_RETURN_IF_ERROR(file(setup_.path.path(part())).status());
  if (open_.empty() && next_part_ == 0) return std::string();
  const bool is_ending = is_last || setup_.lifecycle == Lifecycle::kParts;
  PreparedFiles prepared;
  for (const auto& [target, file] : open_) {
    WEIR_RETURN_IF_ERROR(is_ending ? file->finish() : file->sync());
    const bool is_in_place = setup_.lifecycle == Lifecycle::kInPlace;
    prepared.files.push_back(file->prepared(is_in_place ? PreparedFile::State::kInPlace
                                            : is_ending ? PreparedFile::State::kFinal
                                                        : PreparedFile::State::kOpen));
  }
  // Bytes on the disk are lost with a name that is not.
  for (const std::string& directory : unsynced_directories_)
    WEIR_RETURN_IF_ERROR(files::sync_directory(directory));
  unsynced_directories_.clear();
  if (is_ending) {
    for (const auto& [target, file] : open_) spare_encoders_.push_back(file->encoder());
    if (setup_.lifecycle == Lifecycle::kParts && !open_.empty()) ++next_part_;
    open_.clear();
  }
  prepared.next_part = next_part_;
  return prepared.to_token();
}

Status FileSet::commit(std::string_view token) {
  if (token.empty()) return {};
  WEIR_ASSIGN_OR_RETURN(const PreparedFiles prepared, PreparedFiles::parse(token));
  for (const PreparedFile& file : prepared.files) {
    if (file.state == PreparedFile::State::kFinal) WEIR_RETURN_IF_ERROR(finish(file));
    if (file.state != PreparedFile::State::kInPlace) continue;
    written_.insert(file.target);
    WEIR_RETURN_IF_ERROR(forget_base(file.target));
  }
  return {};
}

// From the first commit on the tokens say how long the file is. A marker that came back after a power loss
// would let a later run cut off what this one committed; where none is seen, an earlier process may have died
// before it was gone for certain.
Status FileSet::forget_base(const std::string& target) {
  if (without_base_.contains(target)) return {};
  WEIR_RETURN_IF_ERROR(remove_if_there(base_marker(target)));
  WEIR_RETURN_IF_ERROR(files::sync_directory(directory_of(target)));
  without_base_.insert(target);
  return {};
}

// Gives a whole file its name, unless that was done before.
Status FileSet::finish(const PreparedFile& prepared) {
  WEIR_ASSIGN_OR_RETURN(const bool is_staged, exists(prepared.staging));
  if (is_staged) {
    WEIR_RETURN_IF_ERROR(files::rename(prepared.staging, prepared.target));
  } else {
    WEIR_ASSIGN_OR_RETURN(const bool is_there, exists(prepared.target));
    // It was safe under its staging name, so it has been given its own, and whoever reads parts took it away.
    if (!is_there && setup_.lifecycle == Lifecycle::kParts) return {};
    if (!is_there)
      return Status::corrupt("'" + prepared.target + "' was to be made of '" + prepared.staging +
                             "', and neither is there: start with --from-scratch");
  }
  // Also when it was renamed before: that process may have died in front of this line.
  WEIR_RETURN_IF_ERROR(files::sync_directory(directory_of(prepared.target)));
  written_.insert(prepared.target);
  return {};
}

Status FileSet::reopen(const PreparedFile& prepared) {
  WEIR_ASSIGN_OR_RETURN(const FormatEncoder encoder, take_encoder());
  auto file = std::make_unique<OutFile>(prepared.target, prepared.staging, encoder);
  WEIR_RETURN_IF_ERROR(file->resume(prepared.length));
  if (prepared.state == PreparedFile::State::kInPlace) {
    written_.insert(prepared.target);
    WEIR_RETURN_IF_ERROR(forget_base(prepared.target));
  }
  open_.emplace(prepared.target, std::move(file));
  return {};
}

Status FileSet::abort(std::string_view token) {
  if (token.empty()) return {};
  WEIR_ASSIGN_OR_RETURN(const PreparedFiles prepared, PreparedFiles::parse(token));
  // Only what was whole: files that are still open hold what earlier checkpoints keep, and a restart cuts
  // them.
  for (const PreparedFile& file : prepared.files)
    if (file.state == PreparedFile::State::kFinal) WEIR_RETURN_IF_ERROR(remove_if_there(file.staging));
  return {};
}

Status FileSet::remove_leftovers(const std::string& directory, size_t depth,
                                 const std::set<std::string>& named) {
  const auto info = files::info(directory);
  if (!info.is_ok() || info->is_directory == 0) return {};
  WEIR_ASSIGN_OR_RETURN(const std::vector<std::string> names, files::list(directory));
  for (const std::string& name : names) {
    const std::string path = directory == "." ? name : (directory == "/" ? "/" : directory + "/") + name;
    const bool is_staged = name.starts_with('.') && name.ends_with(suffix());
    const bool is_ours =
        setup_.path.has_columns() || setup_.path.has_part() || path == staging_of(setup_.path.path(part()));
    if (is_staged && is_ours && !named.contains(path)) {
      WEIR_RETURN_IF_ERROR(remove_if_there(path));
    } else if (depth > 0 && !is_staged) {
      const auto inside = files::info(path);
      if (inside.is_ok() && inside->is_directory != 0)
        WEIR_RETURN_IF_ERROR(remove_leftovers(path, depth - 1, named));
    }
  }
  return {};
}

// A new run's parts come behind those of earlier ones: none is ever written over.
Status FileSet::find_highest_part(const std::string& directory, size_t depth) {
  const auto info = files::info(directory);
  if (!info.is_ok() || info->is_directory == 0) return {};
  WEIR_ASSIGN_OR_RETURN(const std::vector<std::string> names, files::list(directory));
  for (const std::string& name : names) {
    next_part_ = std::max(next_part_, highest_number(name, "-" + std::to_string(setup_.copy)));
    if (depth > 0) WEIR_RETURN_IF_ERROR(find_highest_part(directory + "/" + name, depth - 1));
  }
  return {};
}

}  // namespace weir::file
