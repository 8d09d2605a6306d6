#pragma once
// The bytes of one stored file as formats see them.
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <weir/buffer.hpp>
#include <weir/files.hpp>

namespace weir::file {

enum class Compression { kAuto, kNone, kGzip, kZstd };

/// Stored bytes that cannot be what they claim to be.
struct Damage {
  std::string code;    ///< "damaged-gzip"
  std::string reason;  ///< "it ends in the middle of its compressed data"
};

/// The bytes of one file, decompressed, from its beginning to its end.
///
/// Threads: one at a time; `stop` may be set from any thread.
class ByteStream {
 public:
  struct Read {
    size_t size = 0;
    bool is_end = false;  ///< Nothing follows: the file's end, or damage().
  };
  ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;

  /// Fills `into`; fewer bytes come at the end, and soon after `stop` was set.
  /// Fails: the disk reports an error.
  virtual Result<Read> read(std::span<uint8_t> into, const std::atomic<bool>& stop) = 0;
  /// Goes on at `position` of the decompressed bytes. Returns false when it can only be read up to there.
  virtual bool seek(uint64_t) { return false; }
  /// How much of the file as stored was used.
  uint64_t stored_position() const { return stored_position_; }
  /// What ended the stream too early. What was read before is good.
  const std::optional<Damage>& damage() const { return damage_; }

 protected:
  std::optional<Damage> damage_;
  uint64_t stored_position_ = 0;
};

/// A file that was opened for reading.
struct OpenedFile {
  std::unique_ptr<ByteStream> stream;
  Compression compression = Compression::kNone;
  uint64_t stored_size = 0;
  std::string fingerprint;  ///< Tells its first bytes from those of another file; see same_file().
};

/// A chunk is decoded up to its buffer's size, so a buffer has the size of what is in it.
Buffer exactly(Buffer buffer, size_t size);

/// Opens a file and finds out how it is compressed, from its first bytes when `compression` is kAuto.
Result<OpenedFile> open_file(const std::string& path, Compression compression);

/// How many of a file's first bytes tell it from others.
inline constexpr size_t kFingerprintBytes = 256;
std::string fingerprint_of(std::span<const uint8_t> first);
/// Whether a file that begins with `first` may be the one whose fingerprint was taken earlier: it may have
/// grown. The empty fingerprint is that of a file of which nothing was seen.
bool is_fingerprint_of(std::string_view earlier, std::span<const uint8_t> first);

/// Whether a file with this fingerprint may be the one whose fingerprint was taken earlier: it may have
/// grown.
Result<bool> same_file(const std::string& path, std::string_view earlier_fingerprint);

/// Returns what the first bytes of a file say: never kAuto.
Compression compression_of(std::span<const uint8_t> first);

std::unique_ptr<ByteStream> make_plain_stream(File file, uint64_t size);
std::unique_ptr<ByteStream> make_gzip_stream(File file);
std::unique_ptr<ByteStream> make_zstd_stream(File file);

}  // namespace weir::file
