// zstd: any number of frames one after the other.
#include <zstd.h>

#include <string>

#include "byte_stream.hpp"
#include "stored_input.hpp"

namespace weir::file {
namespace {

class ZstdStream final : public ByteStream {
 public:
  explicit ZstdStream(File file) : input_(std::move(file)), state_(ZSTD_createDCtx()) {
    if (state_ == nullptr) throw_fault(Code::kNoSpace, "no memory for a zstd decoder");
  }
  ~ZstdStream() override { ZSTD_freeDCtx(state_); }

  Result<Read> read(std::span<uint8_t> into, const std::atomic<bool>& stop) override {
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    while (out.pos < out.size && !is_ended_ && !stop.load(std::memory_order_relaxed))
      WEIR_RETURN_IF_ERROR(step(out));
    stored_position_ = input_.position() - (piece_.size - piece_.pos);
    return Read{out.pos, is_ended_};
  }

 private:
  Status step(ZSTD_outBuffer& out) {
    bool is_at_end = false;
    if (piece_.pos == piece_.size) {
      WEIR_ASSIGN_OR_RETURN(const auto bytes, input_.next());
      piece_ = {bytes.data(), bytes.size(), 0};
      is_at_end = bytes.empty();
      if (is_at_end && is_between_frames_) {
        is_ended_ = true;
        return {};
      }
    }
    const size_t before = out.pos;
    const size_t left = ZSTD_decompressStream(state_, &out, &piece_);
    if (ZSTD_isError(left) != 0U) {
      out.pos = before;  // The decoders of old versions claim to have filled all of it.
      return end_with(ZSTD_getErrorName(left));
    }
    is_between_frames_ = left == 0;
    // Without input it can still give what it holds; when it holds nothing the frame is cut off.
    if (is_at_end && left != 0 && out.pos == before)
      return end_with("it ends in the middle of its compressed data");
    return {};
  }

  Status end_with(std::string reason) {
    damage_ = Damage{"damaged-zstd", std::move(reason)};
    is_ended_ = true;
    return {};
  }

  StoredInput input_;
  ZSTD_DCtx* const state_;
  ZSTD_inBuffer piece_{};
  bool is_between_frames_ = true;
  bool is_ended_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> make_zstd_stream(File file) {
  return std::make_unique<ZstdStream>(std::move(file));
}

}  // namespace weir::file
