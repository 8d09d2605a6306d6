#include "state/durable_buffer.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "state/batch_message.hpp"
#include "state/byte_codec.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {

constexpr std::string_view kEnding = ".arrows";
constexpr size_t kDigits = 20;

/// The first batch of a file, which its name says.
std::optional<uint64_t> first_of(std::string_view name) {
  uint64_t first = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), first);
  if (error != std::errc() || name.substr(static_cast<size_t>(end - name.data())) != kEnding)
    return std::nullopt;
  return first;
}

}  // namespace

std::string BufferMark::bytes() const {
  std::string out;
  put_number(out, next_batch);
  put_number(out, segment);
  put_number(out, size_bytes);
  put_number(out, watermark_us);
  put_number(out, static_cast<uint8_t>(is_ended ? 1 : 0));
  return out;
}

Result<BufferMark> BufferMark::parse(std::string_view bytes) {
  ByteReader reader(bytes);
  BufferMark mark;
  mark.next_batch = reader.number<uint64_t>();
  mark.segment = reader.number<uint64_t>();
  mark.size_bytes = reader.number<uint64_t>();
  mark.watermark_us = reader.number<int64_t>();
  mark.is_ended = reader.flag();
  if (reader.is_good() && reader.is_at_end()) return mark;
  return Status::corrupt("what the checkpoint says of a buffer is no place in one");
}

DurableBuffer::DurableBuffer(Disk& disk, FaultPoints& faults, std::string directory, Schema schema,
                             uint64_t segment_bytes)
    : disk_(disk),
      faults_(faults),
      directory_(std::move(directory)),
      schema_(std::move(schema)),
      segment_bytes_(segment_bytes) {}

DurableBuffer::~DurableBuffer() = default;

std::string DurableBuffer::path_of(uint64_t first) const {
  std::string digits = std::to_string(first);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return directory_ + "/" + digits + std::string(kEnding);
}

Status DurableBuffer::open(const BufferMark& mark, uint64_t needed) {
  WEIR_RETURN_IF_ERROR(make_dirs(disk_, directory_, 0700));
  WEIR_RETURN_IF_ERROR(
      disk_.sync_dir(directory_of(directory_)));  // Whoever made it may have died before that.
  WEIR_ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries, disk_.list(directory_));
  for (const DirectoryEntry& entry : entries) {
    const std::optional<uint64_t> first = first_of(entry.name);
    if (!first) continue;
    WEIR_ASSIGN_OR_RETURN(const FileInfo info, disk_.stat(path_of(*first)));
    WEIR_RETURN_IF_ERROR(cut(*first, mark, info.size_bytes));
  }
  {
    const std::lock_guard lock(mutex_);
    next_batch_ = mark.next_batch;
    read_ = needed;
  }
  WEIR_RETURN_IF_ERROR(release(needed));
  return faults_.step("buffer.dir.sync", [this] { return disk_.sync_dir(directory_); });
}

/// What was written after the mark was never read, and its rows come again.
Status DurableBuffer::cut(uint64_t first, const BufferMark& mark, uint64_t size_bytes) {
  const bool is_open = mark.size_bytes > 0 && first == mark.segment;
  if (first >= mark.next_batch || (mark.size_bytes > 0 && first > mark.segment)) {
    return unlink({first, size_bytes});
  }
  if (is_open && size_bytes >= mark.size_bytes) {
    WEIR_ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                          disk_.open(path_of(first), OpenMode::kUpdate, 0600));
    WEIR_RETURN_IF_ERROR(faults_.step("buffer.segment.cut", [&] { return file->truncate(mark.size_bytes); }));
    MessageBytes end;
    WEIR_RETURN_IF_ERROR(IpcWriter(schema_, 1).finish(end));
    WEIR_RETURN_IF_ERROR(faults_.step("buffer.segment.seal",
                                      [&] { return file->pwrite(end.data, end.size, mark.size_bytes); }));
    WEIR_RETURN_IF_ERROR(faults_.step("buffer.segment.sync", [&] { return file->sync(); }));
    WEIR_RETURN_IF_ERROR(file->close());
    size_bytes = mark.size_bytes + end.size;
  }
  // A file that is too short stays as it is: whoever reads it says what is missing.
  const std::lock_guard lock(mutex_);
  segments_.push_back({first, size_bytes, true});
  return Status::ok();
}

Status DurableBuffer::begin_segment() {
  MessageBytes bytes;
  IpcWriter writer(schema_);
  WEIR_RETURN_IF_ERROR(writer.begin(bytes));
  const uint64_t first = next_batch();
  WEIR_ASSIGN_OR_RETURN(std::unique_ptr<File> file, disk_.open(path_of(first), OpenMode::kCreate, 0600));
  is_name_safe_ = false;
  is_synced_ = false;
  const Status written =
      faults_.step("buffer.segment.write", [&] { return file->pwrite(bytes.data, bytes.size, 0); });
  WEIR_RETURN_IF_ERROR(written);
  file_ = std::move(file);
  writer_ = std::move(writer);
  open_bytes_ = bytes.size;
  const std::lock_guard lock(mutex_);
  segments_.push_back({first, bytes.size, false, true});
  return Status::ok();
}

Status DurableBuffer::append(const weir_batch& batch, std::string_view note) {
  if (file_ != nullptr && open_bytes_ >= segment_bytes_) WEIR_RETURN_IF_ERROR(seal());
  if (file_ == nullptr) WEIR_RETURN_IF_ERROR(begin_segment());
  const uint64_t number = writer_->next_number();
  MessageBytes bytes;
  WEIR_RETURN_IF_ERROR(writer_->write(batch, bytes, note));
  if (const Status status = write(bytes.view()); !status.is_ok()) {
    writer_.emplace(schema_, number);
    return status;
  }
  const std::lock_guard lock(mutex_);
  segments_.back().rows.push_back(static_cast<uint32_t>(batch.row_count));
  ++next_batch_;
  return Status::ok();
}

Status DurableBuffer::write(std::string_view bytes) {
  is_synced_ = false;
  WEIR_RETURN_IF_ERROR(faults_.step("buffer.segment.write",
                                    [&] { return file_->pwrite(bytes.data(), bytes.size(), open_bytes_); }));
  open_bytes_ += bytes.size();
  const std::lock_guard lock(mutex_);
  segments_.back().size_bytes += bytes.size();
  return Status::ok();
}

Status DurableBuffer::sync_open_file() {
  if (file_ == nullptr || is_synced_) return Status::ok();
  WEIR_RETURN_IF_ERROR(faults_.step("buffer.segment.sync", [this] { return file_->sync(); }));
  is_synced_ = true;
  return Status::ok();
}

Result<BufferMark> DurableBuffer::sync() {
  WEIR_RETURN_IF_ERROR(sync_open_file());
  if (!is_name_safe_) {
    WEIR_RETURN_IF_ERROR(faults_.step("buffer.dir.sync", [this] { return disk_.sync_dir(directory_); }));
    is_name_safe_ = true;
  }
  const std::lock_guard lock(mutex_);
  BufferMark mark;
  mark.next_batch = next_batch_;
  if (file_ == nullptr) return mark;
  mark.segment = segments_.back().first;
  mark.size_bytes = segments_.back().size_bytes;
  return mark;
}

Status DurableBuffer::seal() {
  if (file_ == nullptr) return Status::ok();
  if (is_segment_empty()) return drop_empty_segment();
  MessageBytes bytes;
  WEIR_RETURN_IF_ERROR(writer_->finish(bytes));
  WEIR_RETURN_IF_ERROR(write(bytes.view()));
  WEIR_RETURN_IF_ERROR(sync_open_file());
  WEIR_RETURN_IF_ERROR(file_->close());
  file_.reset();
  writer_.reset();
  uint64_t released = 0;
  {
    const std::lock_guard lock(mutex_);
    segments_.back().is_sealed = true;
    released = released_;
  }
  return release(released);
}

bool DurableBuffer::has_read_oldest() const {
  const std::lock_guard lock(mutex_);
  return !segments_.empty() && segments_.front().is_sealed && end_of(0) <= read_;
}

bool DurableBuffer::is_segment_empty() const {
  const std::lock_guard lock(mutex_);
  return segments_.back().first == next_batch_;
}

/// The next segment will have the name of one that has no batch.
Status DurableBuffer::drop_empty_segment() {
  static_cast<void>(file_->close());
  file_.reset();
  writer_.reset();
  Segment empty;
  {
    const std::lock_guard lock(mutex_);
    empty = std::move(segments_.back());
    segments_.pop_back();
  }
  return unlink(empty);
}

uint64_t DurableBuffer::end_of(size_t index) const {
  return index + 1 < segments_.size() ? segments_[index + 1].first : next_batch_;
}

Status DurableBuffer::unlink(const Segment& segment) {
  return faults_.step("buffer.segment.unlink", [&] { return disk_.unlink(path_of(segment.first)); });
}

Status DurableBuffer::release(uint64_t batch) {
  for (;;) {
    Segment oldest;
    {
      const std::lock_guard lock(mutex_);
      released_ = std::max(released_, batch);
      if (segments_.empty() || !segments_.front().is_sealed || end_of(0) > released_) return Status::ok();
      oldest = std::move(segments_.front());
      segments_.pop_front();
    }
    if (const Status status = unlink(oldest); !status.is_ok() && status.code() != Code::kNotFound) {
      const std::lock_guard lock(mutex_);
      segments_.push_front(std::move(oldest));
      return status;
    }
  }
}

Result<std::optional<uint64_t>> DurableBuffer::drop_oldest(uint64_t committed) {
  Segment oldest;
  uint64_t read = 0;
  uint64_t end = 0;
  {
    const std::lock_guard lock(mutex_);
    if (segments_.empty() || !segments_.front().is_sealed || end_of(0) > committed)
      return std::optional<uint64_t>();
    end = end_of(0);
    read = read_;
    oldest = segments_.front();
  }
  uint64_t unread = 0;
  if (oldest.is_counted) {
    for (uint64_t i = std::max(read, oldest.first); i < end; ++i) unread += oldest.rows[i - oldest.first];
  } else {
    BufferReader reader(*this, std::max(read, oldest.first));
    while (reader.next_batch() < end) {
      WEIR_ASSIGN_OR_RETURN(const BufferReader::Read found, reader.next(end));
      if (!found.batch && !found.damage) break;
      if (found.batch) unread += found.batch.row_count();
    }
  }
  {
    const std::lock_guard lock(mutex_);
    if (!segments_.empty() && segments_.front().first == oldest.first) segments_.pop_front();
    read_ = std::max(read_, end);
    dropped_ = std::max(dropped_, end);
  }
  const Status status = unlink(oldest);
  if (!status.is_ok() && status.code() != Code::kNotFound) return status;
  return std::optional(unread);
}

uint64_t DurableBuffer::size_bytes() const {
  const std::lock_guard lock(mutex_);
  uint64_t total = 0;
  for (const Segment& segment : segments_) total += segment.size_bytes;
  return total;
}

uint64_t DurableBuffer::next_batch() const {
  const std::lock_guard lock(mutex_);
  return next_batch_;
}

uint64_t DurableBuffer::dropped_before() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void DurableBuffer::has_read(uint64_t batch) {
  const std::lock_guard lock(mutex_);
  read_ = std::max(read_, batch);
}

std::optional<DurableBuffer::Place> DurableBuffer::find(uint64_t batch) const {
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < segments_.size(); ++i) {
    if (end_of(i) <= batch) continue;
    return Place{path_of(segments_[i].first), segments_[i].first, end_of(i), segments_[i].is_sealed};
  }
  return std::nullopt;
}

}  // namespace weir
