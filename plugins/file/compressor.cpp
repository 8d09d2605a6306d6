#include "compressor.hpp"

#include <zlib.h>
#include <zstd.h>

#include <vector>

#include <weir/fault.hpp>

namespace weir::file {
namespace {

constexpr size_t kStepBytes = size_t{128} << 10;

class GzipCompressor final : public Compressor {
 public:
  GzipCompressor() : step_(kStepBytes, '\0') {
    if (deflateInit2(&state_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK)
      throw_fault(Code::kNoSpace, "no memory for a gzip encoder");
  }
  ~GzipCompressor() override { deflateEnd(&state_); }

  Status add(std::string_view bytes, std::string& out) override {
    if (bytes.empty()) return {};
    is_begun_ = true;
    return run(bytes, Z_NO_FLUSH, out);
  }
  Status end(std::string& out) override {
    if (!is_begun_) return {};
    is_begun_ = false;
    WEIR_RETURN_IF_ERROR(run({}, Z_FINISH, out));
    deflateReset(&state_);
    return {};
  }

 private:
  Status run(std::string_view bytes, int flush, std::string& out) {
    // zlib's interface takes a pointer to non-const and does not write through it.
    state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    state_.avail_in = static_cast<uInt>(bytes.size());
    do {
      state_.next_out = reinterpret_cast<Bytef*>(step_.data());
      state_.avail_out = static_cast<uInt>(step_.size());
      if (deflate(&state_, flush) == Z_STREAM_ERROR)
        return Status::internal("the gzip encoder lost its state");
      out.append(step_.data(), step_.size() - state_.avail_out);
    } while (state_.avail_out == 0);
    return {};
  }
  z_stream state_{};
  std::string step_;
  bool is_begun_ = false;
};

class ZstdCompressor final : public Compressor {
 public:
  ZstdCompressor() : state_(ZSTD_createCCtx()), step_(ZSTD_CStreamOutSize(), '\0') {
    if (state_ == nullptr) throw_fault(Code::kNoSpace, "no memory for a zstd encoder");
    ZSTD_CCtx_setParameter(state_, ZSTD_c_checksumFlag, 1);
  }
  ~ZstdCompressor() override { ZSTD_freeCCtx(state_); }

  Status add(std::string_view bytes, std::string& out) override {
    if (bytes.empty()) return {};
    is_begun_ = true;
    return run(bytes, ZSTD_e_continue, out);
  }
  Status end(std::string& out) override {
    if (!is_begun_) return {};
    is_begun_ = false;
    return run({}, ZSTD_e_end, out);
  }

 private:
  Status run(std::string_view bytes, ZSTD_EndDirective directive, std::string& out) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    size_t left = 0;
    do {
      ZSTD_outBuffer piece{step_.data(), step_.size(), 0};
      left = ZSTD_compressStream2(state_, &piece, &in, directive);
      if (ZSTD_isError(left) != 0U) return Status::internal(std::string("zstd: ") + ZSTD_getErrorName(left));
      out.append(step_.data(), piece.pos);
    } while (in.pos < in.size || (directive == ZSTD_e_end && left > 0));
    return {};
  }
  ZSTD_CCtx* const state_;
  std::string step_;
  bool is_begun_ = false;
};

}  // namespace

Compression compression_of_name(std::string_view path) {
  if (path.ends_with(".gz")) return Compression::kGzip;
  if (path.ends_with(".zst")) return Compression::kZstd;
  return Compression::kNone;
}

std::unique_ptr<Compressor> make_compressor(Compression compression) {
  if (compression == Compression::kGzip) return std::make_unique<GzipCompressor>();
  if (compression == Compression::kZstd) return std::make_unique<ZstdCompressor>();
  return nullptr;
}

}  // namespace weir::file
