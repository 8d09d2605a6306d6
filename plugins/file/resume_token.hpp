#pragma once
// Where a source goes on in a file after a restart.
#include <optional>
#include <string>
#include <string_view>

#include "byte_stream.hpp"

namespace weir::file {

/// What a checkpoint keeps of a file beside the position, as text: "gzip 256:1234", with " end" behind it
/// once nothing follows.
struct ResumeToken {
  Compression compression = Compression::kNone;
  std::string fingerprint;
  bool is_end = false;

  std::string to_text() const {
    static constexpr const char* kWords[] = {"auto ", "none ", "gzip ", "zstd "};
    return kWords[static_cast<size_t>(compression)] + fingerprint + (is_end ? " end" : "");
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
    token.is_end = text.ends_with(" end");
    if (token.is_end) text.remove_suffix(4);
    token.fingerprint = text;
    return token;
  }
};

}  // namespace weir::file
