#pragma once
// Compressed bytes for tests.
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <string_view>

namespace weir::file {

/// Returns one gzip member.
inline std::string gzip(std::string_view text) {
  z_stream state{};
  deflateInit2(&state, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string made(deflateBound(&state, text.size()) + 32, '\0');
  std::string copy(text);
  state.next_in = reinterpret_cast<Bytef*>(copy.data());
  state.avail_in = static_cast<uInt>(copy.size());
  state.next_out = reinterpret_cast<Bytef*>(made.data());
  state.avail_out = static_cast<uInt>(made.size());
  deflate(&state, Z_FINISH);
  made.resize(state.total_out);
  deflateEnd(&state);
  return made;
}

/// Returns one zstd frame.
inline std::string zstd(std::string_view text) {
  std::string made(ZSTD_compressBound(text.size()), '\0');
  made.resize(ZSTD_compress(made.data(), made.size(), text.data(), text.size(), 3));
  return made;
}

}  // namespace weir::file
