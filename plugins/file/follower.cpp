#include "follower.hpp"

#include <algorithm>
#include <utility>

#include <weir/log.hpp>

#include "input_files.hpp"

namespace weir::file {
namespace {

// Between two looks: while something is added, and at most.
constexpr int64_t kActiveWaitNs = 50'000'000;
constexpr int64_t kIdleWaitNs = 1'000'000'000;
// Far below the usual limit of 1,024 open files of a process, which other nodes share.
constexpr size_t kMaxOpenFiles = 128;
constexpr size_t kLeftBytes = size_t{64} << 10;

}  // namespace

Status Follower::start() { return find().status(); }

Status Follower::restore(std::span<const PartitionOffset> offsets) {
  for (const PartitionOffset& offset : offsets) {
    const auto name = FollowedName::parse(offset.partition);
    if (!name)
      return Status::invalid(
          "the checkpoint knows '" + offset.partition +
          "', which was not followed: put 'follow' back as it was, or start with --from-scratch");
    auto file = std::make_unique<FollowedFile>(*name, name->path);
    WEIR_RETURN_IF_ERROR(file->restore(offset.offset));
    uint32_t& used = generations_[name->base()];
    used = std::max(used, name->generation + 1);
    files_.push_back(std::move(file));
  }
  return {};
}

Result<Follower::SeenFiles> Follower::find() const {
  SeenFiles seen;
  for (const std::string& pattern : setup_.patterns) {
    const auto paths = find_inputs({pattern});
    if (paths.status().code() == Code::kNotFound) continue;  // It may come.
    if (!paths.is_ok()) return paths.status();
    for (const std::string& path : *paths) {
      const auto info = files::info(path);
      if (info.is_ok() && info->is_directory == 0) seen.try_emplace(info->inode, Seen{path, *info});
    }
  }
  return seen;
}

Result<Progress> Follower::poll(ByteOutput& output) {
  const int64_t now_ns = host()->monotonic_ns(host());
  if (!is_looking_) {
    if (now_ns < next_look_ns_) return Progress::not_ready_until(next_look_ns_);
    WEIR_RETURN_IF_ERROR(look(output, now_ns));
    is_looking_ = true;
    has_read_ = false;
    at_ = 0;
  }
  // One chunk of each in turn: whoever waits for the time of all partitions should not wait for whole files.
  for (size_t tried = 0; tried < files_.size(); ++tried) {
    at_ %= files_.size();
    WEIR_ASSIGN_OR_RETURN(const bool has_read, read_some(*files_[at_++], output));
    if (!has_read) continue;
    has_read_ = true;
    return Progress::done();
  }
  end_those_that_left(output, now_ns);
  is_looking_ = false;
  wait_ns_ = has_read_ ? kActiveWaitNs : std::clamp(2 * wait_ns_, kActiveWaitNs, kIdleWaitNs);
  next_look_ns_ = now_ns + wait_ns_;
  return Progress::not_ready_until(next_look_ns_);
}

Status Follower::look(ByteOutput& output, int64_t now_ns) {
  // The places of a checkpoint are kept only of partitions that are there.
  if (std::exchange(is_first_look_, false)) {
    for (const auto& file : files_) {
      announce(*file, output);
      if (file->had_ended()) end(*file, output);
    }
    std::erase_if(files_, [](const auto& file) { return file->had_ended(); });
  }
  WEIR_ASSIGN_OR_RETURN(SeenFiles seen, find());
  std::erase_if(left_out_, [&](const auto& entry) { return !seen.contains(entry.first); });
  for (auto& file : files_) {
    const auto found = seen.find(file->name().inode);
    if (found == seen.end()) {
      leave(*file, now_ns);
      continue;
    }
    WEIR_ASSIGN_OR_RETURN(const Looks looks, look_at(*file, found->second));
    if (looks == Looks::kCut) {
      warn("'" + file->path() + "' was cut, or another file took its place: it had been read up to byte " +
           std::to_string(file->position()) + ", and is read from its beginning");
      end(*file, output);
    } else {
      if (looks == Looks::kCompressed) left_out_[found->first] = found->second.info.modified_us;
      seen.erase(found);
    }
    if (looks != Looks::kGood) file.reset();
  }
  std::erase(files_, nullptr);
  for (const auto& [inode, found] : seen) {
    // One that could not be read is tried again, and so is an inode that another file may have by now.
    const auto out = left_out_.find(inode);
    if (out == left_out_.end() || out->second != found.info.modified_us) begin(found);
  }
  // Before anything is read: time would pass without those whose turn has not come, and their rows be late.
  for (const auto& file : files_) {
    if (file->position() < file->limit && file->limit != FollowedFile::kNoLimit) announce(*file, output);
  }
  return {};
}

Result<Follower::Looks> Follower::look_at(FollowedFile& file, const Seen& seen) {
  file.set_path(seen.path);
  file.left_ns = -1;
  file.limit = seen.info.size;
  if (seen.info.size < file.position()) return Looks::kCut;
  const bool is_changed = std::exchange(file.modified_us, seen.info.modified_us) != seen.info.modified_us;
  if (!is_changed && file.position() > 0) return Looks::kGood;
  WEIR_ASSIGN_OR_RETURN(const bool is_there, open(file));
  if (!is_there) return Looks::kGood;  // Renamed just now: the next look finds out.
  WEIR_ASSIGN_OR_RETURN(const bool is_same, file.begins_as_before());
  if (!is_same) return Looks::kCut;
  if (file.position() > 0) return Looks::kGood;
  WEIR_ASSIGN_OR_RETURN(const bool is_compressed, file.is_compressed());
  if (!is_compressed) return Looks::kGood;
  if (!left_out_.contains(seen.info.inode))
    warn("'" + file.path() + "' is compressed, and only plain files are followed: it is left out");
  return Looks::kCompressed;
}

void Follower::leave(FollowedFile& file, int64_t now_ns) const {
  file.limit = FollowedFile::kNoLimit;
  if (file.left_ns >= 0) return;
  file.left_ns = now_ns;
  log(WEIR_LOG_INFO, setup_.context,
      "'" + file.path() + "' was renamed or removed: its rest is read before it ends");
}

void Follower::begin(const Seen& seen) {
  FollowedName name{seen.path, seen.info.inode, 0};
  const std::string base = name.base();
  name.generation = generations_[base];
  auto file = std::make_unique<FollowedFile>(std::move(name), seen.path);
  const auto looks = look_at(*file, seen);
  if (looks.is_ok() && *looks == Looks::kGood) {
    ++generations_[base];
    left_out_.erase(seen.info.inode);
    files_.push_back(std::move(file));
    return;
  }
  if (!looks.is_ok() && !left_out_.contains(seen.info.inode))
    warn("'" + seen.path + "' is left out: " + std::string(looks.status().message()));
  left_out_[seen.info.inode] = looks.is_ok() ? seen.info.modified_us : kUnreadable;
}

Result<bool> Follower::open(FollowedFile& file) {
  file.last_use = ++uses_;
  if (file.is_open()) return true;
  FollowedFile* oldest = nullptr;
  size_t open_files = 0;
  for (const auto& other : files_) {
    if (other == nullptr || !other->is_open()) continue;
    ++open_files;
    if (oldest == nullptr || other->last_use < oldest->last_use) oldest = other.get();
  }
  if (open_files >= kMaxOpenFiles) oldest->close();
  return file.open();
}

Result<bool> Follower::read_some(FollowedFile& file, ByteOutput& output) {
  if (file.position() >= file.limit) return false;
  WEIR_ASSIGN_OR_RETURN(const bool is_there, open(file));
  if (!is_there) {
    if (file.left_ns >= 0)
      warn("'" + file.path() + "' is nowhere to be found: what it held behind byte " +
           std::to_string(file.position()) + ", if anything, is lost");
    file.limit = 0;
    return false;
  }
  // Of one that has left nobody says how long it is, and mostly it is at its end.
  const uint64_t most =
      file.limit == FollowedFile::kNoLimit ? std::min(setup_.chunk_bytes, kLeftBytes) : setup_.chunk_bytes;
  const size_t wanted = std::min<uint64_t>(most, file.limit - file.position());
  Buffer bytes = Buffer::allocate(wanted);
  WEIR_ASSIGN_OR_RETURN(const size_t got, file.read({bytes.data(), wanted}));
  if (got == 0) return false;
  if (file.left_ns >= 0) file.left_ns = host()->monotonic_ns(host());
  announce(file, output);
  const bool is_all = got < wanted || file.position() + got >= file.limit;
  output.emit(file.partition, exactly(std::move(bytes), got), file.offset(),
              is_all ? BytesAre::kNow : BytesAre::kMore);
  file.advance(got);
  read_bytes_ += static_cast<int64_t>(got);
  return true;
}

void Follower::announce(FollowedFile& file, ByteOutput& output) const {
  if (file.partition == 0) file.partition = output.partition_found(file.name().to_text());
}

// What was read of it becomes rows, a last line without its end too.
void Follower::end(FollowedFile& file, ByteOutput& output) const {
  if (file.partition == 0) return;
  output.emit(file.partition, Buffer::allocate(0), file.offset(true), BytesAre::kLast);
  output.partition_ended(file.partition);
  output.partition_gone(file.partition);
}

void Follower::end_those_that_left(ByteOutput& output, int64_t now_ns) {
  std::erase_if(files_, [&](const auto& file) {
    // A limit of 0: it is nowhere.
    const bool is_over =
        file->left_ns >= 0 && (file->limit == 0 || now_ns - file->left_ns >= setup_.rotate_wait_ns);
    if (is_over) end(*file, output);
    return is_over;
  });
}

void Follower::warn(const std::string& message) const { log(WEIR_LOG_WARN, setup_.context, message); }

}  // namespace weir::file
