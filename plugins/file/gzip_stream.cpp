// gzip: any number of members one after the other, as `cat a.gz b.gz` and block compressors make them.
#include <zlib.h>

#include <string>

#include "byte_stream.hpp"
#include "stored_input.hpp"

namespace weir::file {
namespace {

class GzipStream final : public ByteStream {
 public:
  explicit GzipStream(File file) : input_(std::move(file)) {
    if (inflateInit2(&state_, kGzipWindowBits) != Z_OK)
      throw_fault(Code::kNoSpace, "no memory for a gzip decoder");
  }
  ~GzipStream() override { inflateEnd(&state_); }

  Result<Read> read(std::span<uint8_t> into, const std::atomic<bool>& stop) override {
    state_.next_out = into.data();
    state_.avail_out = static_cast<uInt>(into.size());
    while (state_.avail_out > 0 && !is_ended_ && !stop.load(std::memory_order_relaxed))
      WEIR_RETURN_IF_ERROR(step());
    stored_position_ = input_.position() - state_.avail_in;
    return Read{into.size() - state_.avail_out, is_ended_};
  }

 private:
  static constexpr int kGzipWindowBits = 16 + MAX_WBITS;

  Status step() {
    if (state_.avail_in == 0) {
      WEIR_ASSIGN_OR_RETURN(const auto piece, input_.next());
      if (piece.empty()) {
        if (!is_between_members_) return end_with("it ends in the middle of its compressed data");
        is_ended_ = true;
        return {};
      }
      // zlib's interface takes a pointer to non-const and does not write through it.
      state_.next_in = const_cast<uint8_t*>(piece.data());
      state_.avail_in = static_cast<uInt>(piece.size());
    }
    if (is_between_members_ && !begin_member()) return {};
    const int code = inflate(&state_, Z_NO_FLUSH);
    if (code == Z_STREAM_END) {
      is_between_members_ = true;
      return {};
    }
    if (code == Z_OK || code == Z_BUF_ERROR) return {};
    if (code == Z_MEM_ERROR) return {Code::kNoSpace, "no memory for a gzip decoder"};
    return end_with(state_.msg != nullptr ? state_.msg : "its compressed data needs a dictionary");
  }

  // Returns whether a member begins at the next byte. Zeros between and behind members are padding.
  bool begin_member() {
    while (state_.avail_in > 0 && *state_.next_in == 0 && member_count_ > 0) {
      ++state_.next_in;
      --state_.avail_in;
    }
    if (state_.avail_in == 0) return false;
    if (*state_.next_in != 0x1f) {
      static_cast<void>(
          end_with(member_count_ == 0 ? "it is not gzip data" : "other bytes follow its compressed data"));
      return false;
    }
    inflateReset(&state_);
    ++member_count_;
    is_between_members_ = false;
    return true;
  }

  Status end_with(std::string reason) {
    damage_ = Damage{"damaged-gzip", std::move(reason)};
    is_ended_ = true;
    return {};
  }

  StoredInput input_;
  z_stream state_{};
  uint64_t member_count_ = 0;
  bool is_between_members_ = true;
  bool is_ended_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> make_gzip_stream(File file) {
  return std::make_unique<GzipStream>(std::move(file));
}

}  // namespace weir::file
