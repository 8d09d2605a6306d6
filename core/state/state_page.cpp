#include "state/state_page.hpp"

#include <algorithm>
#include <utility>

#include <xxhash.h>

#include <weir/abi.h>

#include "state/byte_codec.hpp"
#include "state/running_hash.hpp"

namespace weir {
namespace {

constexpr std::string_view kHeadMark = "WEIRPAGE";
constexpr std::string_view kTailMark = "WEIREND1";
constexpr uint32_t kPageFormat = 2;
constexpr uint32_t kAgedPageFormat = 3;  // Only where it is needed: older versions read the others.
constexpr size_t kFixedHeadBytes = 16;
constexpr size_t kTailBytes = 24;
constexpr size_t kIndexEntryBytes = 48;
constexpr size_t kWriteBytes = 256 * 1024;

bool is_readable(uint32_t format) { return format == kPageFormat || format == kAgedPageFormat; }

/// Whether older versions would take a page for what it is not: they know no ages, and take every page of
/// lists, maps and timers for a whole one.
bool needs_aged_format(const PageState& state) {
  return state.ttl_us > 0 || state.kind == WEIR_STATE_LIST || state.kind == WEIR_STATE_MAP ||
         state.kind == WEIR_STATE_TIMERS;
}

uint64_t hash_of(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string head_bytes(const PageId& id, const PageState& state) {
  std::string body;
  put_number(body, id.epoch);
  put_text(body, id.node);
  put_text(body, id.state);
  put_number(body, id.copy);
  put_number(body, state.kind);
  put_number(body, state.version);
  put_number(body, state.slot_size);
  put_number(body, static_cast<uint32_t>(state.ref_offsets.size()));
  for (const uint32_t offset : state.ref_offsets) put_number(body, offset);
  const bool has_age = needs_aged_format(state);
  if (has_age) {
    put_number(body, state.ttl_us);
    put_number(body, state.now_us);
    put_number(body, state.first_us);
  }
  std::string head(kHeadMark);
  put_number(head, has_age ? kAgedPageFormat : kPageFormat);
  put_text(head, body);
  put_number(head, hash_of(head));
  return head;
}

std::string index_bytes(const std::vector<PageSection>& sections) {
  std::string index;
  put_number(index, static_cast<uint32_t>(sections.size()));
  for (const PageSection& section : sections) {
    put_number(index, section.group);
    put_number(index, static_cast<uint32_t>(section.form));
    put_number(index, section.removed_upto);
    put_number(index, section.offset);
    put_number(index, section.size_bytes);
    put_number(index, section.rows);
    put_number(index, section.xxh3);
  }
  return index;
}

Status other_format(const std::string& path, uint32_t format) {
  return {Code::kUnsupported, "'" + path + "' has page format " + std::to_string(format) +
                                  ", this version of weir reads " + std::to_string(kPageFormat) + " and " +
                                  std::to_string(kAgedPageFormat)};
}

class FilePageWriter final : public PageWriter {
 public:
  FilePageWriter(Disk& disk, FaultPoints& faults, std::string directory, PageInfo info,
                 std::unique_ptr<File> file)
      : PageWriter(std::move(info)),
        disk_(disk),
        faults_(faults),
        directory_(std::move(directory)),
        file_(std::move(file)) {}

  Status begin(const PageState& state) { return append(head_bytes(info_.id, state)); }

  using PageWriter::add;
  Status add(const PageSection& what, std::string_view bytes) override {
    WEIR_CHECK(what.group < kKeyGroupCount);
    sections_.push_back(what);
    sections_.back().offset = info_.size_bytes;
    sections_.back().size_bytes = bytes.size();
    sections_.back().xxh3 = hash_of(bytes);
    groups_.set(what.group);
    if (what.form == SectionForm::kWhole) whole_groups_.set(what.group);
    info_.rows += what.rows;
    return append(bytes);
  }

  Result<PageInfo> finish() override {
    std::string index = index_bytes(sections_);
    put_number(index, info_.size_bytes);
    put_number(index, hash_of(index));
    index += kTailMark;
    WEIR_RETURN_IF_ERROR(append(index));
    WEIR_RETURN_IF_ERROR(flush());
    WEIR_RETURN_IF_ERROR(faults_.step("checkpoint.page.sync", [this] { return file_->sync(); }));
    WEIR_RETURN_IF_ERROR(faults_.step("checkpoint.page.close", [this] { return file_->close(); }));
    const std::string path = directory_ + "/" + info_.file;
    WEIR_RETURN_IF_ERROR(
        faults_.step("checkpoint.page.rename", [&] { return disk_.rename(path + ".tmp", path); }));
    info_.xxh3 = hash_.digest();
    return info_;
  }

 private:
  Status append(std::string_view bytes) {
    hash_.add(bytes);
    info_.size_bytes += bytes.size();
    waiting_ += bytes;
    return waiting_.size() < kWriteBytes ? Status::ok() : flush();
  }
  Status flush() {
    WEIR_RETURN_IF_ERROR(faults_.step("checkpoint.page.write", [this] {
      return file_->pwrite(waiting_.data(), waiting_.size(), written_bytes_);
    }));
    written_bytes_ += waiting_.size();
    waiting_.clear();
    return Status::ok();
  }

  Disk& disk_;
  FaultPoints& faults_;
  const std::string directory_;
  std::unique_ptr<File> file_;
  std::vector<PageSection> sections_;
  RunningHash hash_;
  std::string waiting_;  // Appended but not written yet.
  uint64_t written_bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<PageWriter>> PageWriter::open(Disk& disk, FaultPoints& faults, std::string directory,
                                                     std::string file, PageId id, const PageState& state) {
  WEIR_ASSIGN_OR_RETURN(std::unique_ptr<File> opened,
                        disk.open(directory + "/" + file + ".tmp", OpenMode::kCreate, 0600));
  PageInfo info;
  info.id = std::move(id);
  info.file = std::move(file);
  auto writer = std::make_unique<FilePageWriter>(disk, faults, std::move(directory), std::move(info),
                                                 std::move(opened));
  WEIR_RETURN_IF_ERROR(writer->begin(state));
  return std::unique_ptr<PageWriter>(std::move(writer));
}

Status PageReader::damaged(const char* what) const {
  return Status::corrupt("'" + path_ + "' is damaged: " + what);
}

Result<PageReader> PageReader::open(Disk& disk, const std::string& path, FaultPoints* faults) {
  PageReader reader;
  reader.ignores_sums_ = faults != nullptr && faults->skip("checkpoint.page.check");
  reader.disk_ = &disk;
  reader.path_ = path;
  WEIR_ASSIGN_OR_RETURN(reader.file_, disk.open(path, OpenMode::kRead));
  WEIR_ASSIGN_OR_RETURN(const uint64_t size, reader.file_->size());
  WEIR_RETURN_IF_ERROR(reader.read_head(size));
  WEIR_RETURN_IF_ERROR(reader.read_index(size));
  reader.file_.reset();
  return reader;
}

Status PageReader::read_range(uint64_t offset, uint64_t size_bytes, std::string& into) {
  into.assign(size_bytes, '\0');
  WEIR_ASSIGN_OR_RETURN(const size_t got, file_->pread(into.data(), into.size(), offset));
  return got == size_bytes ? Status::ok() : damaged("it ends early");
}

Status PageReader::read_head(uint64_t file_size) {
  if (file_size < kFixedHeadBytes + kTailBytes) return damaged("it is too short for a page");
  std::string head;
  WEIR_RETURN_IF_ERROR(read_range(0, kFixedHeadBytes, head));
  if (!head.starts_with(kHeadMark)) return damaged("it does not begin as a page");
  ByteReader fixed(std::string_view(head).substr(kHeadMark.size()));
  const auto format = fixed.number<uint32_t>();
  const uint64_t body_size = fixed.number<uint32_t>();
  if (!is_readable(format)) return other_format(path_, format);
  if (body_size > file_size - kFixedHeadBytes - kTailBytes)
    return damaged("its head is longer than the file");
  std::string rest;
  WEIR_RETURN_IF_ERROR(read_range(kFixedHeadBytes, body_size + sizeof(uint64_t), rest));
  head.append(rest, 0, body_size);
  if (ByteReader(std::string_view(rest).substr(body_size)).number<uint64_t>() != hash_of(head)) {
    return damaged("the sum of its head does not match");
  }
  head_size_ = kFixedHeadBytes + body_size + sizeof(uint64_t);
  ByteReader body(std::string_view(rest).substr(0, body_size));
  id_.epoch = body.number<uint64_t>();
  id_.node = body.text();
  id_.state = body.text();
  id_.copy = body.number<uint32_t>();
  state_.kind = body.number<uint32_t>();
  state_.version = body.number<uint32_t>();
  state_.slot_size = body.number<uint32_t>();
  state_.ref_offsets.resize(body.count(sizeof(uint32_t)));
  for (uint32_t& offset : state_.ref_offsets) offset = body.number<uint32_t>();
  if (format == kAgedPageFormat) {
    state_.ttl_us = body.number<int64_t>();
    state_.now_us = body.number<int64_t>();
    state_.first_us = body.number<int64_t>();
    if (state_.ttl_us < 0) return damaged("its head is not whole");
  }
  return body.is_good() && body.is_at_end() ? Status::ok() : damaged("its head is not whole");
}

Status PageReader::read_index(uint64_t file_size) {
  std::string tail;
  WEIR_RETURN_IF_ERROR(read_range(file_size - kTailBytes, kTailBytes, tail));
  if (!tail.ends_with(kTailMark)) return damaged("it does not end as a page");
  ByteReader ends(tail);
  const auto offset = ends.number<uint64_t>();
  const auto sum = ends.number<uint64_t>();
  if (offset < head_size_ || offset > file_size - kTailBytes)
    return damaged("its index is not where its tail says");
  std::string index;
  WEIR_RETURN_IF_ERROR(read_range(offset, file_size - kTailBytes - offset, index));
  const size_t index_size = index.size();
  put_number(index, offset);
  if (hash_of(index) != sum) return damaged("the sum of its index does not match");
  ByteReader reader(std::string_view(index).substr(0, index_size));
  sections_.resize(reader.count(kIndexEntryBytes));
  uint64_t end = head_size_;
  for (PageSection& section : sections_) {
    section.group = reader.number<uint32_t>();
    const auto form = reader.number<uint32_t>();
    if (form > static_cast<uint32_t>(SectionForm::kChanges)) return damaged("a section has no known form");
    section.form = static_cast<SectionForm>(form);
    section.removed_upto = reader.number<int64_t>();
    if (section.group >= kKeyGroupCount) return damaged("a section is of no key group");
    section.offset = reader.number<uint64_t>();
    section.size_bytes = reader.number<uint64_t>();
    section.rows = reader.number<uint64_t>();
    section.xxh3 = reader.number<uint64_t>();
    if (section.offset != end || section.size_bytes > offset - end)
      return damaged("a section is not where the one before it ends");
    end += section.size_bytes;
  }
  if (end != offset) return damaged("its index is not where its last section ends");
  return reader.is_good() && reader.is_at_end() ? Status::ok() : damaged("its index is not whole");
}

Result<std::string> PageReader::read(const PageSection& section) {
  std::string bytes;
  WEIR_ASSIGN_OR_RETURN(file_, disk_->open(path_, OpenMode::kRead));
  const Status status = read_range(section.offset, section.size_bytes, bytes);
  file_.reset();
  WEIR_RETURN_IF_ERROR(status);
  if (!ignores_sums_ && hash_of(bytes) != section.xxh3) {
    return Status::corrupt("'" + path_ + "' is damaged: the sum of its section at byte " +
                           std::to_string(section.offset) + " does not match");
  }
  return bytes;
}

Status verify_page(Disk& disk, const std::string& directory, const PageInfo& info) {
  const std::string path = directory + "/" + info.file;
  WEIR_ASSIGN_OR_RETURN(const std::unique_ptr<File> file, disk.open(path, OpenMode::kRead));
  WEIR_ASSIGN_OR_RETURN(const uint64_t size, file->size());
  if (size != info.size_bytes) {
    return Status::corrupt("'" + path + "' has " + std::to_string(size) + " bytes, its manifest says " +
                           std::to_string(info.size_bytes));
  }
  RunningHash hash;
  std::string head;
  std::string piece(std::min<uint64_t>(size, 1024 * 1024), '\0');
  for (uint64_t at = 0; at < size;) {
    WEIR_ASSIGN_OR_RETURN(const size_t got,
                          file->pread(piece.data(), std::min<uint64_t>(piece.size(), size - at), at));
    if (got == 0) return Status::corrupt("'" + path + "' ends while it is read");
    hash.add(std::string_view(piece).substr(0, got));
    if (head.size() < kFixedHeadBytes) head.append(piece, 0, std::min(got, kFixedHeadBytes));
    at += got;
  }
  if (hash.digest() != info.xxh3)
    return Status::corrupt("'" + path + "' is damaged: its sum is not the one in its manifest");
  // Whole, so another version has written it. Said here and not when a state is restored: by then buffers and
  // outputs have been cut back.
  if (head.size() < kFixedHeadBytes || !head.starts_with(kHeadMark)) return Status::ok();
  const auto format = ByteReader(std::string_view(head).substr(kHeadMark.size())).number<uint32_t>();
  return is_readable(format) ? Status::ok() : other_format(path, format);
}

}  // namespace weir
