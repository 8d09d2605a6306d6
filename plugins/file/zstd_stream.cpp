// zstd: any number of frames one after the other.
#include <zstd.h>

#include <algorithm>
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
    ZSTD_inBuffer one = next_one();
    const size_t left = ZSTD_decompressStream(state_, &out, &one);
    piece_.pos = one.pos;
    if (ZSTD_isError(left) != 0U) {
      out.pos = before;  // The decoders of old versions claim to have filled all of it.
      return end_with(ZSTD_getErrorName(left));
    }
    wanted_ = left;
    is_between_frames_ = left == 0;
    may_hold_more_ = left != 0 && out.pos == out.size;
    // Without input it can still give what it holds; when it holds nothing the frame is cut off.
    if (is_at_end && left != 0 && out.pos == before)
      return end_with("it ends in the middle of its compressed data");
    return {};
  }

  /// Of what there is, the header of a block or a block: a call that finds damage gives nothing of what it
  /// has decoded before, and what comes before the damage must not depend on how it is read.
  ZSTD_inBuffer next_one() const {
    constexpr size_t kBlockHeader = 3;  // The decoder asks for that of the next block together with a block.
    if (may_hold_more_) return {piece_.src, piece_.pos, piece_.pos};
    const size_t size = wanted_ > kBlockHeader ? wanted_ - kBlockHeader : std::max<size_t>(wanted_, 1);
    return {piece_.src, std::min(piece_.size, piece_.pos + size), piece_.pos};
  }

  Status end_with(std::string reason) {
    damage_ = Damage{"damaged-zstd", std::move(reason)};
    is_ended_ = true;
    return {};
  }

  StoredInput input_;
  ZSTD_DCtx* const state_;
  ZSTD_inBuffer piece_{};
  size_t wanted_ = 0;  // Of its input next, as the decoder says; 0: the beginning of a frame.
  bool may_hold_more_ = false;
  bool is_between_frames_ = true;
  bool is_ended_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> make_zstd_stream(File file) {
  return std::make_unique<ZstdStream>(std::move(file));
}

}  // namespace weir::file
