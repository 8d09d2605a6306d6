#pragma once
// Where a source goes on in a file after a restart.
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "byte_stream.hpp"

namespace weir::file {

/// What a checkpoint keeps of a file beside the position, as text: "none 256:1234", with " end" behind it
/// once nothing follows; of a compressed file with its size as it is stored, " end@5678".
struct ResumeToken {
  Compression compression = Compression::kNone;
  std::string fingerprint;
  bool is_end = false;
  uint64_t stored_size = 0;  // Of a compressed file that was read to its end.

  std::string to_text() const {
    static constexpr const char* kWords[] = {"auto ", "none ", "gzip ", "zstd "};
    std::string text = kWords[static_cast<size_t>(compression)] + fingerprint;
    if (is_end) text += " end";
    if (is_end && stored_size > 0) text += "@" + std::to_string(stored_size);
    return text;
  }
  /// Returns nothing for a text that is no token of this source.
  static std::optional<ResumeToken> parse(std::string_view text) {
    ResumeToken token;
    const std::string_view word = text.substr(0, 5);
    if (word == "gzip ") {
      token.compression = Compression::kGzip;
    } else if (word == "zstd ") {
      token.compression = Compression::kZstd;
    } else if (word != "none ") {
      return std::nullopt;
    }
    text.remove_prefix(5);
    if (const size_t end = text.rfind(" end"); end != std::string_view::npos) {
      token.is_end = true;
      const std::string_view size = text.substr(end + 4);
      if (size.starts_with('@'))
        std::from_chars(size.data() + 1, size.data() + size.size(), token.stored_size);
      text = text.substr(0, end);
    }
    token.fingerprint = text;
    return token;
  }
};

}  // namespace weir::file
