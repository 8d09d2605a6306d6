// abi_1_chunks: bytes from an option, cut anywhere, and after a pause some more.
//
//   pairs: {type: abi_1_chunks, text: "one = 1\n", later: "two = 2\n", piece: 5, pause: 1s, format:
//   abi_1_pairs}
//
// Ends by itself, which it says through weir.bounded/1 and not by a trait; the format is another library's.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <weir/ext_bounded.h>
#include <weir/ext_incremental.h>
#include <weir/option_types.hpp>
#include <weir/source.hpp>

namespace {

struct Options {
  std::string text;
  std::string later;
  int64_t piece = 1;
  weir::Duration pause{};
  weir::Format format;
};

class Chunks final : public weir::ByteSource {
 public:
  explicit Chunks(Options options) : options_(std::move(options)), text_(options_.text + options_.later) {}

  static const void* extension(weir_str name) {
    static constexpr weir_bounded_calls kBounded = {sizeof(kBounded), 0,
                                                    [](weir_node*) -> int32_t { return 1; }};
    static constexpr weir_incremental_calls kIncremental = {sizeof(kIncremental), 0,
                                                            [](weir_node*) -> int32_t { return 0; }};
    if (weir::as_view(name) == WEIR_INCREMENTAL_EXTENSION) return &kIncremental;
    return weir::as_view(name) == WEIR_BOUNDED_EXTENSION ? &kBounded : nullptr;
  }

  weir::Result<std::optional<Head>> head(size_t max_bytes) override {
    return std::optional<Head>(Head{buffer(std::string_view(text_).substr(0, max_bytes)), "text"});
  }
  uint64_t max_record_bytes() const override { return 1000; }
  Read progress() const override { return {-1, static_cast<int64_t>(text_.size())}; }

  weir::Status restore(std::span<const weir::PartitionOffset> offsets) override {
    for (const weir::PartitionOffset& offset : offsets) at_ = std::stoull(std::string(offset.offset.token));
    return {};
  }

  weir::Result<weir::Progress> poll(weir::ByteOutput& output) override {
    if (is_over_) return weir::Progress::finished();
    if (!partition_) partition_ = output.partition_found("text");
    if (at_ >= options_.text.size() && must_wait()) return weir::Progress::not_ready_until(due_ns_);
    const bool is_later = at_ >= options_.text.size();
    const size_t end = is_later ? text_.size() : options_.text.size();
    const size_t size = std::min(static_cast<size_t>(options_.piece), end - at_);
    const bool is_last = at_ + size == text_.size();
    weir::BytesAre are = at_ + size == end ? weir::BytesAre::kNow : weir::BytesAre::kMore;
    if (is_last) are = weir::BytesAre::kLast;
    output.emit(*partition_, buffer(std::string_view(text_).substr(at_, size)),
                {static_cast<int64_t>(at_), std::to_string(at_)}, are);
    at_ += size;
    if (is_last) {
      output.partition_ended(*partition_);
      is_over_ = true;
    }
    return weir::Progress::done();
  }

 private:
  bool must_wait() {
    const int64_t now_ns = weir::host()->monotonic_ns(weir::host());
    if (due_ns_ == 0) due_ns_ = now_ns + options_.pause.count() * 1000;
    return now_ns < due_ns_;
  }
  static weir::Buffer buffer(std::string_view bytes) {
    weir::Buffer made = weir::Buffer::allocate(bytes.size());
    if (!bytes.empty()) std::memcpy(made.data(), bytes.data(), bytes.size());
    return made;
  }

  const Options options_;
  const std::string text_;
  std::optional<uint32_t> partition_;
  size_t at_ = 0;
  int64_t due_ns_ = 0;
  bool is_over_ = false;
};

}  // namespace

WEIR_SOURCE(Chunks, Options, "abi_1_chunks", "Bytes from an option.", weir::traits(weir::Trait::kReplayable),
            weir::required("text", &Options::text, "The bytes."),
            weir::required("later", &Options::later, "What comes after the pause."),
            weir::optional("piece", &Options::piece, 1, "How many at once.", weir::range(1, 1'000'000)),
            weir::required("pause", &Options::pause, "How long nothing comes."),
            weir::required("format", &Options::format, "How the bytes are read."));
