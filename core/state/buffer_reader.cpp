#include <algorithm>
#include <cstring>
#include <utility>

#include "state/durable_buffer.hpp"

namespace weir {
namespace {

constexpr uint64_t kReadBytes = 256 << 10;
constexpr size_t kKeptBytes = 64 << 10;
constexpr size_t kStep = 8;  // Messages begin at multiples of it.

std::span<const uint8_t> span_of(std::string_view bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace

BufferReader::~BufferReader() = default;

Status BufferReader::go_to(const DurableBuffer::Place& place) {
  WEIR_ASSIGN_OR_RETURN(file_, buffer_.disk().open(place.path, OpenMode::kRead));
  place_ = place;
  reader_.emplace(IpcTrust::kOwn);
  file_batch_ = place.first;
  offset_ = 0;
  forget_bytes();
  return Status::ok();
}

void BufferReader::use(size_t bytes) {
  used_ += bytes;
  offset_ += bytes;
}

void BufferReader::forget_bytes() {
  bytes_.clear();
  used_ = 0;
}

/// Reads on until `at_least` bytes are there, or the file's end.
Status BufferReader::fill(uint64_t at_least) {
  if (unused().size() >= at_least) return Status::ok();
  bytes_.erase(0, std::exchange(used_, 0));
  const size_t had = bytes_.size();
  // No more than there is: a reader that follows a writer finds a few bytes each time.
  WEIR_ASSIGN_OR_RETURN(const uint64_t size, file_->size());
  const uint64_t there = std::max<uint64_t>(had, size - std::min(size, offset_));
  bytes_.resize(std::min(at_least, there));
  WEIR_ASSIGN_OR_RETURN(const size_t read,
                        file_->pread(bytes_.data() + had, bytes_.size() - had, offset_ + had));
  bytes_.resize(had + read);
  return Status::ok();
}

Result<BufferReader::Read> BufferReader::next(uint64_t limit) {
  // What lay behind the old limit may have been written anew since.
  if (std::exchange(limit_, limit) != limit) forget_bytes();
  next_batch_ = std::max(next_batch_, buffer_.dropped_before());
  while (next_batch_ < limit) {
    const std::optional<DurableBuffer::Place> place = buffer_.find(next_batch_);
    if (!place || place->first >= limit) return missing({}, limit);
    if (place->first > next_batch_) return missing(place->path, place->first);
    if (!place_ || place_->first != place->first) {
      const Status opened = go_to(*place);
      if (opened.code() == Code::kNotFound) {
        if (buffer_.dropped_before() > next_batch_) return next(limit);
        return missing(place->path, std::min(limit, place->end));
      }
      WEIR_RETURN_IF_ERROR(opened);
    }
    place_->end = place->end;
    WEIR_ASSIGN_OR_RETURN(Read read, next_in_file(std::min(limit, place->end)));
    if (!read.batch && !read.damage) continue;
    buffer_.has_read(next_batch_);
    return read;
  }
  return Read();
}

BufferReader::Read BufferReader::missing(const std::string& path, uint64_t up_to) {
  Read read;
  read.damage = Damage{path, "what comes next is missing", 0, {}, up_to - next_batch_, true};
  next_batch_ = up_to;
  return read;
}

Result<BufferReader::Read> BufferReader::next_in_file(uint64_t limit) {
  uint64_t wanted = kReadBytes;
  for (;;) {
    WEIR_RETURN_IF_ERROR(fill(wanted));
    Result<IpcStep> step = reader_->read(span_of(unused()), false);
    if (!step.is_ok()) return after_damage(std::string(step.status().message()), limit);
    use(step->consumed);
    switch (step->kind) {
      case IpcStep::Kind::kNeedMore:
        if (unused().size() < wanted) return after_damage("it ends within a message", limit);
        wanted = unused().size() * 2;
        break;
      case IpcStep::Kind::kSchema:
        break;
      case IpcStep::Kind::kEnd:
        return after_damage("its end mark comes before its last rows", limit);
      case IpcStep::Kind::kBatch: {
        const uint64_t number = file_batch_++;
        if (number < next_batch_) break;  // Before the place where a restart goes on.
        next_batch_ = file_batch_;
        Read read;
        read.batch = std::move(step->batch);
        read.note = std::move(step->note);
        return read;
      }
    }
  }
}

/// Looks for the next whole message behind the place where one is damaged: its digest vouches for it.
Result<BufferReader::Read> BufferReader::after_damage(const std::string& reason, uint64_t limit) {
  WEIR_ASSIGN_OR_RETURN(const uint64_t size, file_->size());
  if (size > offset_) WEIR_RETURN_IF_ERROR(fill(size - offset_));
  const std::string_view rest = unused();
  size_t whole_at = rest.size();
  uint64_t found = limit;
  for (size_t at = kStep; at + kStep <= rest.size(); at += kStep) {
    if (std::memcmp(rest.data() + at, "\xFF\xFF\xFF\xFF", 4) != 0) continue;
    IpcReader candidate(IpcTrust::kOwn);
    candidate.assume_schema(buffer_.schema());
    candidate.skip_to_any_number();
    const Result<IpcStep> step = candidate.read(span_of(rest.substr(at)), false);
    if (!step.is_ok() || step->kind != IpcStep::Kind::kBatch) continue;
    const uint64_t number = place_->first + candidate.next_number() - 2;  // Message 0 is the schema.
    if (number < file_batch_ || number >= limit) continue;
    whole_at = at;
    found = number;
    break;
  }
  Read read;
  // What a restart passes again was told before it.
  if (found > next_batch_) {
    read.damage = Damage{
        place_->path,        reason, offset_, std::string(rest.substr(0, std::min(whole_at, kKeptBytes))),
        found - next_batch_, false};
  }
  use(whole_at);
  reader_.emplace(IpcTrust::kOwn);
  reader_->assume_schema(buffer_.schema());
  reader_->skip_to_any_number();
  file_batch_ = found;
  next_batch_ = std::max(next_batch_, found);
  if (found == limit) place_.reset();  // Nothing more of it; the next file, or more of this, is opened anew.
  return read;
}

}  // namespace weir
