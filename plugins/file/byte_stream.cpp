#include "byte_stream.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace weir::file {
namespace {

class PlainStream final : public ByteStream {
 public:
  PlainStream(File file, uint64_t size) : file_(std::move(file)), size_(size) {}

  // Up to the size that the file had when it was opened: what is appended meanwhile belongs to the next run.
  Result<Read> read(std::span<uint8_t> into, const std::atomic<bool>&) override {
    const size_t wanted = std::min<uint64_t>(into.size(), size_ - position_);
    WEIR_ASSIGN_OR_RETURN(const size_t got, file_.read(position_, into.first(wanted)));
    position_ += got;
    stored_position_ = position_;
    if (got < wanted)
      damage_ =
          Damage{"shrunk-file", "it had " + std::to_string(size_) + " bytes when it was opened and has " +
                                    std::to_string(position_) + " now"};
    return Read{got, got < wanted || position_ == size_};
  }
  bool seek(uint64_t position) override {
    position_ = std::min(position, size_);
    stored_position_ = position_;
    return true;
  }

 private:
  File file_;
  const uint64_t size_;
  uint64_t position_ = 0;
};

// FNV-1a: enough to notice another file; no defence against anyone.
uint64_t hash_of(std::span<const uint8_t> bytes) {
  uint64_t hash = 0xcbf29ce484222325U;
  for (const uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3U;
  return hash;
}

}  // namespace

std::string fingerprint_of(std::span<const uint8_t> first) {
  return std::to_string(first.size()) + ':' + std::to_string(hash_of(first));
}

bool is_fingerprint_of(std::string_view earlier, std::span<const uint8_t> first) {
  if (earlier.empty()) return true;
  size_t size = 0;
  std::from_chars(earlier.data(), earlier.data() + earlier.size(), size);
  return size <= first.size() && fingerprint_of(first.first(size)) == earlier;
}

Buffer exactly(Buffer buffer, size_t size) {
  if (buffer.size() == size) return buffer;
  Buffer fitting = Buffer::allocate(size);
  std::copy_n(buffer.data(), size, fitting.data());
  return fitting;
}

Compression compression_of(std::span<const uint8_t> first) {
  const auto begins = [&](std::initializer_list<uint8_t> magic) {
    return first.size() >= magic.size() && std::equal(magic.begin(), magic.end(), first.begin());
  };
  if (begins({0x1f, 0x8b, 0x08})) return Compression::kGzip;
  if (begins({0x28, 0xb5, 0x2f, 0xfd})) return Compression::kZstd;
  // A zstd file may begin with a frame to be skipped, as pzstd writes them.
  if (first.size() >= 4 && (first[0] & 0xf0U) == 0x50U && first[1] == 0x2a && first[2] == 0x4d &&
      first[3] == 0x18)
    return Compression::kZstd;
  return Compression::kNone;
}

std::unique_ptr<ByteStream> make_plain_stream(File file, uint64_t size) {
  return std::make_unique<PlainStream>(std::move(file), size);
}

Result<OpenedFile> open_file(const std::string& path, Compression compression) {
  WEIR_ASSIGN_OR_RETURN(const weir_file_info info, files::info(path));
  WEIR_ASSIGN_OR_RETURN(File opened, File::open_for_reading(path));
  std::array<uint8_t, kFingerprintBytes> first{};
  WEIR_ASSIGN_OR_RETURN(const size_t got, opened.read(0, first));
  const std::span<const uint8_t> begin(first.data(), got);
  OpenedFile made;
  made.stored_size = info.size;
  made.fingerprint = fingerprint_of(begin);
  made.compression = compression == Compression::kAuto ? compression_of(begin) : compression;
  switch (made.compression) {
    case Compression::kGzip:
      made.stream = make_gzip_stream(std::move(opened));
      break;
    case Compression::kZstd:
      made.stream = make_zstd_stream(std::move(opened));
      break;
    default:
      made.stream = make_plain_stream(std::move(opened), info.size);
  }
  return made;
}

Result<bool> same_file(const std::string& path, std::string_view earlier_fingerprint) {
  WEIR_ASSIGN_OR_RETURN(const File opened, File::open_for_reading(path));
  std::array<uint8_t, kFingerprintBytes> first{};
  WEIR_ASSIGN_OR_RETURN(const size_t got, opened.read(0, first));
  return is_fingerprint_of(earlier_fingerprint, std::span(first).first(got));
}

}  // namespace weir::file
