#include "stores/dead_letters.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include <weir/column.hpp>
#include <weir/fault.hpp>

#include "state/byte_codec.hpp"
#include "stores/dead_letter_rows.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {

constexpr std::string_view kEnding = ".arrows";
constexpr std::string_view kKeptEnding = ".kept.arrows";
constexpr size_t kDigits = 8;

std::string mark_of(uint64_t segment, uint64_t size_bytes, uint64_t next_message) {
  std::string mark;
  put_number(mark, segment);
  put_number(mark, size_bytes);
  put_number(mark, next_message);
  return mark;
}

}  // namespace

/// The stream that is being written.
struct DeadLetters::Segment {
  uint64_t number;
  std::unique_ptr<File> file;
  IpcWriter writer;
  uint64_t size_bytes = 0;
  bool is_name_safe = false;
  bool is_synced = false;
};

bool DeadLetterFilter::matches(const DeadLetter& row) const {
  return (node.empty() || node == row.node) && (code.empty() || code == row.code) &&
         (run.empty() || run == row.run) && (!also || also(row));
}

DeadLetters::DeadLetters(Disk& disk, FaultPoints& faults, std::string directory, Schema schema,
                         size_t segment_bytes)
    : disk_(disk),
      faults_(faults),
      directory_(std::move(directory)),
      schema_(std::move(schema)),
      segment_bytes_(segment_bytes) {}

DeadLetters::~DeadLetters() = default;

std::string DeadLetters::path_of(Name name) const {
  std::string digits = std::to_string(name.number);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return directory_ + "/" + digits + std::string(name.is_kept ? kKeptEnding : kEnding);
}

Result<std::vector<DeadLetters::Name>> DeadLetters::names() const {
  std::vector<Name> found;
  WEIR_ASSIGN_OR_RETURN(const FileInfo info, disk_.stat(directory_));
  if (!info.exists()) return found;
  WEIR_ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries, disk_.list(directory_));
  for (const DirectoryEntry& entry : entries) {
    uint64_t number = 0;
    const char* const last = entry.name.data() + entry.name.size();
    const auto [end, error] = std::from_chars(entry.name.data(), last, number);
    if (error != std::errc()) continue;
    const std::string_view ending(end, static_cast<size_t>(last - end));
    if (ending == kEnding || ending == kKeptEnding) found.push_back({number, ending == kKeptEnding});
  }
  std::ranges::sort(found);
  return found;
}

Status DeadLetters::begin_segment() {
  WEIR_RETURN_IF_ERROR(make_dirs(disk_, directory_, 0700));
  WEIR_ASSIGN_OR_RETURN(const std::vector<Name> taken, names());
  const uint64_t number = taken.empty() ? 1 : taken.back().number + 1;
  WEIR_ASSIGN_OR_RETURN(std::unique_ptr<File> file, disk_.open(path_of({number}), OpenMode::kNew, 0600));
  segment_ = std::make_unique<Segment>(Segment{number, std::move(file), IpcWriter(schema_)});
  MessageBytes bytes;
  WEIR_RETURN_IF_ERROR(segment_->writer.begin(bytes));
  const Status status = write(bytes);
  // One without its head is none; the next try makes another.
  if (!status.is_ok()) {
    segment_.reset();
    static_cast<void>(disk_.unlink(path_of({number})));
  }
  return status;
}

Status DeadLetters::write(MessageBytes& bytes) {
  segment_->is_synced = false;
  WEIR_RETURN_IF_ERROR(faults_.step("dead.segment.write", [&] {
    return segment_->file->pwrite(bytes.data, bytes.size, segment_->size_bytes);
  }));
  segment_->size_bytes += bytes.size;
  return Status::ok();
}

Status DeadLetters::append(const Batch& rows) {
  if (rows.row_count() == 0) return Status::ok();
  const std::lock_guard lock(mutex_);
  unwritten_.push_back(rows.share());
  const Status status = flush_locked();
  if (!status.is_ok() && status.code() != Code::kNoSpace) unwritten_.clear();
  return status;
}

Status DeadLetters::flush() {
  const std::lock_guard lock(mutex_);
  return flush_locked();
}

Status DeadLetters::flush_locked() {
  while (!unwritten_.empty()) {
    if (segment_ != nullptr && segment_->size_bytes >= segment_bytes_) WEIR_RETURN_IF_ERROR(seal_locked());
    if (segment_ == nullptr) WEIR_RETURN_IF_ERROR(begin_segment());
    const uint64_t number = segment_->writer.next_number();
    MessageBytes bytes;
    WEIR_RETURN_IF_ERROR(segment_->writer.write(*unwritten_.front(), bytes));
    if (const Status status = write(bytes); !status.is_ok()) {
      // The message gets this number again: a reader demands that none is missing.
      segment_->writer = IpcWriter(schema_, number);
      return status;
    }
    unwritten_.pop_front();
  }
  return Status::ok();
}

Status DeadLetters::sync_locked() {
  WEIR_RETURN_IF_ERROR(flush_locked());
  return sync_segment();
}

Status DeadLetters::sync_segment() {
  if (segment_ == nullptr) return mark_.empty() ? mark_beginning() : Status::ok();
  if (!segment_->is_synced) {
    WEIR_RETURN_IF_ERROR(faults_.step("dead.segment.sync", [this] { return segment_->file->sync(); }));
    segment_->is_synced = true;
  }
  if (!segment_->is_name_safe) {
    WEIR_RETURN_IF_ERROR(faults_.step("dead.dir.sync", [this] { return disk_.sync_dir(directory_); }));
    segment_->is_name_safe = true;
  }
  mark_ = mark_of(segment_->number, segment_->size_bytes, segment_->writer.next_number());
  return Status::ok();
}

/// Before the first row of this process: what is there is others'.
Status DeadLetters::mark_beginning() {
  WEIR_ASSIGN_OR_RETURN(const std::vector<Name> others, names());
  mark_ = mark_of(others.empty() ? 1 : others.back().number + 1, 0, 0);
  return Status::ok();
}

Status DeadLetters::sync() {
  const std::lock_guard lock(mutex_);
  return sync_locked();
}

std::string DeadLetters::mark() const {
  const std::lock_guard lock(mutex_);
  return mark_;
}

Status DeadLetters::close_locked() {
  WEIR_RETURN_IF_ERROR(flush_locked());
  return seal_locked();
}

Status DeadLetters::seal_locked() {
  if (segment_ == nullptr) return Status::ok();
  // The mark stays before the seal: whoever cuts back to it seals again.
  WEIR_RETURN_IF_ERROR(sync_segment());
  const std::string mark = mark_;
  MessageBytes bytes;
  WEIR_RETURN_IF_ERROR(segment_->writer.finish(bytes));
  WEIR_RETURN_IF_ERROR(write(bytes));
  WEIR_RETURN_IF_ERROR(sync_segment());
  WEIR_RETURN_IF_ERROR(segment_->file->close());
  mark_ = mark;
  segment_.reset();
  return Status::ok();
}

Status DeadLetters::close() {
  const std::lock_guard lock(mutex_);
  return close_locked();
}

Status DeadLetters::cut_back_to(std::string_view mark) {
  ByteReader reader(mark);
  const auto segment = reader.number<uint64_t>();
  const auto size_bytes = reader.number<uint64_t>();
  const auto next_message = reader.number<uint64_t>();
  if (!reader.is_good() || !reader.is_at_end()) {
    return Status::corrupt("the place in '" + directory_ + "' that the checkpoint names is no such place");
  }
  const std::lock_guard lock(mutex_);
  segment_.reset();
  unwritten_.clear();
  WEIR_ASSIGN_OR_RETURN(const std::vector<Name> found, names());
  bool is_changed = false;
  for (const auto& [number, is_kept] : found) {
    if (number < segment || is_kept) continue;
    is_changed = true;
    if (number > segment || size_bytes == 0) {
      WEIR_RETURN_IF_ERROR(disk_.unlink(path_of({number})));
    } else {
      WEIR_RETURN_IF_ERROR(seal_at(number, size_bytes, next_message));
    }
  }
  mark_ = std::string(mark);
  return is_changed ? disk_.sync_dir(directory_) : Status::ok();
}

Status DeadLetters::seal_at(uint64_t number, uint64_t size_bytes, uint64_t next_message) {
  WEIR_ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                        disk_.open(path_of({number}), OpenMode::kUpdate, 0600));
  WEIR_ASSIGN_OR_RETURN(const uint64_t now, file->size());
  if (now < size_bytes) {
    return Status::corrupt("'" + path_of({number}) + "' has " + std::to_string(now) +
                           " bytes, the checkpoint says " + std::to_string(size_bytes));
  }
  WEIR_RETURN_IF_ERROR(file->truncate(size_bytes));
  IpcWriter writer(schema_, next_message);
  MessageBytes bytes;
  WEIR_RETURN_IF_ERROR(writer.finish(bytes));
  WEIR_RETURN_IF_ERROR(file->pwrite(bytes.data, bytes.size, size_bytes));
  WEIR_RETURN_IF_ERROR(file->sync());
  return file->close();
}

Result<DeadLetters::SegmentRead> DeadLetters::read_segment(
    Name name, const std::function<bool(const Batch&)>& visit) const {
  WEIR_ASSIGN_OR_RETURN(const std::string text, read_all(disk_, path_of(name)));
  std::span<const uint8_t> rest(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  IpcReader reader(IpcTrust::kOwn);
  uint64_t rows = 0;
  const auto note = [&](const std::string& why) {
    return SegmentRead{"'" + path_of(name) + "' was read up to row " + std::to_string(rows) + "; its last " +
                           std::to_string(rest.size()) + " bytes are left out: " + why,
                       Seal::kNotReached};
  };
  while (!rest.empty()) {
    Result<IpcStep> step = reader.read(rest, false);
    if (!step.is_ok()) return note(std::string(step.status().message()));
    if (step->kind == IpcStep::Kind::kNeedMore) return note("they are no whole message");
    rest = rest.subspan(step->consumed);
    if (step->kind == IpcStep::Kind::kEnd) return SegmentRead{{}, Seal::kThere};
    if (step->kind != IpcStep::Kind::kBatch) continue;
    rows += step->batch.row_count();
    if (!visit(step->batch)) return SegmentRead{{}, Seal::kNotReached};
  }
  return SegmentRead{{}, Seal::kMissing};
}

Result<DeadLetters::Read> DeadLetters::for_each(const DeadLetterFilter& filter,
                                                const std::function<bool(const DeadLetter&)>& visit) const {
  Read read;
  bool goes_on = true;
  WEIR_ASSIGN_OR_RETURN(const std::vector<Name> found, names());
  for (const Name name : found) {
    if (!goes_on) break;
    WEIR_ASSIGN_OR_RETURN(SegmentRead segment, read_segment(name, [&](const Batch& batch) {
                            for (size_t i = 0; goes_on && i < batch.row_count(); ++i) {
                              const DeadLetter row = dead_letter_at(batch, i);
                              if (!filter.matches(row)) continue;
                              ++read.rows;
                              goes_on = visit(row);
                            }
                            return goes_on;
                          }));
    // The newest may still be written to.
    if (segment.seal == Seal::kMissing && name != found.back())
      segment.note = "'" + path_of(name) + "' has no end: its run was killed, or its last rows were cut off";
    if (!segment.note.empty()) read.notes.push_back(std::move(segment.note));
  }
  return read;
}

Result<DeadLetters::Counts> DeadLetters::list(const DeadLetterFilter& filter) const {
  std::map<std::pair<std::string, std::string>, DeadLetterCount> found;
  WEIR_ASSIGN_OR_RETURN(Read read, for_each(filter, [&found](const DeadLetter& row) {
                          DeadLetterCount& count = found[{row.node, row.code}];
                          if (count.rows == 0) count = {row.node, row.code, 0, row.time_us, row.time_us};
                          ++count.rows;
                          count.first_us = std::min(count.first_us, row.time_us);
                          count.last_us = std::max(count.last_us, row.time_us);
                          return true;
                        }));
  Counts counts;
  counts.notes = std::move(read.notes);
  for (auto& [key, count] : found) counts.counts.push_back(std::move(count));
  return counts;
}

Result<uint64_t> DeadLetters::remove(const DeadLetterFilter& filter) {
  WEIR_RETURN_IF_ERROR(close());
  WEIR_ASSIGN_OR_RETURN(const std::vector<Name> found, names());
  uint64_t removed = 0;
  for (const Name name : found) {
    WEIR_ASSIGN_OR_RETURN(const uint64_t of_this, remove_from(name, filter));
    removed += of_this;
  }
  if (removed > 0) WEIR_RETURN_IF_ERROR(disk_.sync_dir(directory_));
  return removed;
}

Result<uint64_t> DeadLetters::remove_from(Name name, const DeadLetterFilter& filter) {
  uint64_t removed = 0;
  uint64_t kept = 0;
  IpcWriter writer(schema_);
  MessageBytes bytes;
  WEIR_RETURN_IF_ERROR(writer.begin(bytes));
  Status written;
  const auto keep_others = [&](const Batch& batch) {
    std::vector<uint32_t> others;
    for (uint32_t i = 0; i < batch.row_count(); ++i) {
      if (!filter.matches(dead_letter_at(batch, i))) others.push_back(i);
    }
    removed += batch.row_count() - others.size();
    kept += others.size();
    if (!others.empty()) written = writer.write(*batch.select(others), bytes);
    return written.is_ok();
  };
  WEIR_ASSIGN_OR_RETURN(const SegmentRead segment, read_segment(name, keep_others));
  WEIR_RETURN_IF_ERROR(written);
  if (removed == 0) return removed;
  if (!segment.note.empty()) {
    return Status::corrupt("nothing was removed from it, as its damaged rest would go too: " + segment.note);
  }
  if (kept > 0) {
    WEIR_RETURN_IF_ERROR(writer.finish(bytes));
    WEIR_RETURN_IF_ERROR(
        write_atomic(disk_, faults_, "dead.kept", path_of({name.number, true}), bytes.view(), 0600));
    if (name.is_kept) return removed;
  }
  WEIR_RETURN_IF_ERROR(faults_.step("dead.segment.remove", [&] { return disk_.unlink(path_of(name)); }));
  return removed;
}

}  // namespace weir
