#include "out_file.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace weir::file {
namespace {

// Large enough that the system calls do not count, small enough that many files fit into memory.
constexpr size_t kWriteBytes = size_t{1} << 20;

}  // namespace

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

OutFile::OutFile(std::string target, std::string staging, FormatEncoder encoder)
    : target_(std::move(target)),
      staging_(std::move(staging)),
      encoder_(encoder),
      compressor_(make_compressor(compression_of_name(target_))) {}

Status OutFile::create() {
  WEIR_RETURN_IF_ERROR(files::make_directories(directory_of(path())));
  WEIR_ASSIGN_OR_RETURN(file_, File::create(path()));
  return {};
}

Status OutFile::resume(uint64_t length) {
  const auto info = files::info(path());
  const uint64_t size = info.is_ok() ? info->size : 0;
  if (size < length)
    return Status::corrupt("'" + path() + "' has " +
                           (info.is_ok() ? std::to_string(size) + " bytes" : "gone") +
                           ", but the checkpoint wrote " + std::to_string(length) +
                           " bytes: put it back, or start with --from-scratch");
  if (length > 0) {
    // Whether the format closes what it began tells whether it knows where in the file it is.
    EncodedBytes scratch;
    WEIR_RETURN_IF_ERROR(encoder_.begin(scratch));
    scratch.clear();
    WEIR_RETURN_IF_ERROR(encoder_.end(scratch));
    if (!scratch.text().empty())
      return Status::unsupported("'" + target_ +
                                 "' cannot be continued: its format closes a file for good; use a "
                                 "path with {part}, or start with --from-scratch");
    scratch.clear();
    WEIR_RETURN_IF_ERROR(encoder_.begin(scratch));
    is_begun_ = true;
  }
  WEIR_RETURN_IF_ERROR(open_again());
  if (size > length) WEIR_RETURN_IF_ERROR(file_.truncate(length));
  length_ = length;
  return {};
}

Status OutFile::create_with_copy() {
  const auto info = files::info(target_);
  WEIR_RETURN_IF_ERROR(create());
  if (!info.is_ok()) return {};
  WEIR_ASSIGN_OR_RETURN(const File from, File::open_for_reading(target_));
  std::vector<uint8_t> piece(kWriteBytes);
  uint64_t copied = 0;
  for (;;) {
    WEIR_ASSIGN_OR_RETURN(const size_t got, from.read(copied, piece));
    if (got == 0) break;
    WEIR_RETURN_IF_ERROR(file_.write(copied, {reinterpret_cast<const char*>(piece.data()), got}));
    copied += got;
  }
  return resume(copied);
}

Status OutFile::open_again() {
  if (file_) return {};
  WEIR_ASSIGN_OR_RETURN(file_, File::open(path(), WEIR_OPEN_WRITE | WEIR_OPEN_CREATE));
  return {};
}

Status OutFile::begin() {
  if (std::exchange(is_begun_, true)) return {};
  return encoder_.begin(encoded_);
}

Status OutFile::write(const Batch& batch) {
  WEIR_RETURN_IF_ERROR(begin());
  WEIR_RETURN_IF_ERROR(encoder_.encode(batch, encoded_));
  if (encoded_.size < kWriteBytes) return {};
  const Status drained = drain();
  return drained.code() == Code::kNoSpace ? Status() : drained;
}

Status OutFile::make_room() {
  return encoded_.size >= kWriteBytes || !compressed_.empty() ? drain() : Status();
}

Status OutFile::drain() {
  if (compressor_ == nullptr) {
    WEIR_RETURN_IF_ERROR(put(encoded_.text()));
    encoded_.clear();
    return {};
  }
  WEIR_RETURN_IF_ERROR(compressor_->add(encoded_.text(), compressed_));
  encoded_.clear();
  WEIR_RETURN_IF_ERROR(put(compressed_));
  compressed_.clear();
  return {};
}

Status OutFile::put(std::string_view bytes) {
  if (bytes.empty()) return {};
  WEIR_RETURN_IF_ERROR(open_again());
  WEIR_RETURN_IF_ERROR(file_.write(length_, bytes));
  length_ += bytes.size();
  return {};
}

Status OutFile::sync() {
  if (!is_compressed_) WEIR_RETURN_IF_ERROR(drain());
  if (compressor_ != nullptr) {
    if (!std::exchange(is_compressed_, true)) WEIR_RETURN_IF_ERROR(compressor_->end(compressed_));
    WEIR_RETURN_IF_ERROR(put(compressed_));
    compressed_.clear();
    is_compressed_ = false;
  }
  // A parked file was synced when it was parked.
  return file_ ? file_.sync() : Status();
}

Status OutFile::finish() {
  if (!std::exchange(is_finished_, true)) {
    WEIR_RETURN_IF_ERROR(begin());
    WEIR_RETURN_IF_ERROR(encoder_.end(encoded_));
  }
  WEIR_RETURN_IF_ERROR(sync());
  return park();
}

Status OutFile::park() {
  if (!file_) return {};
  WEIR_RETURN_IF_ERROR(drain());
  WEIR_RETURN_IF_ERROR(file_.sync());
  const Status closed = file_.close();
  file_ = File();
  return closed;
}

}  // namespace weir::file
