// test_rows, test_stream, test_bytes: what a test gives, as sources.
#include <cstring>
#include <string>
#include <utility>

#include <weir/option_types.hpp>
#include <weir/source.hpp>

#include "kit/test_parts.hpp"
#include "kit/wires.hpp"

namespace weir::kit {
namespace {

struct RowOptions {
  int64_t test = 0;
  std::string feed;
  std::string columns;
};

/// Batches in the order they were given; positions count rows.
template <bool kIsEndless>
class RowFeed final : public Source {
 public:
  explicit RowFeed(RowOptions options) : options_(std::move(options)) {}

  Result<Schema> bind() override { return Schema::parse(options_.columns); }

  Status restore(std::span<const PartitionOffset> offsets) override {
    if (!offsets.empty()) goes_on_from_ = offsets.front().offset.position;
    return {};
  }

  Result<Progress> poll(RowOutput& output) override {
    const Feed& feed = Wires::of(options_.test).feed(options_.feed);
    if (partition_ == 0) partition_ = output.partition_found(options_.feed);
    while (next_ < feed.batches.size() && position_ < goes_on_from_) skip(feed.batches[next_]);
    if (next_ == feed.batches.size())
      return feed.is_ended ? Progress::finished() : Progress::not_ready(nullptr);
    const Batch& batch = feed.batches[next_++];
    const int64_t first = position_;
    position_ += static_cast<int64_t>(batch.row_count());
    output.emit(partition_, batch.share(), first, {position_});
    return Progress::done();
  }

 private:
  void skip(const Batch& batch) {
    position_ += static_cast<int64_t>(batch.row_count());
    ++next_;
  }
  const RowOptions options_;
  uint32_t partition_ = 0;  // 0: not announced yet.
  size_t next_ = 0;
  int64_t position_ = 0;
  int64_t goes_on_from_ = 0;
};

struct ByteOptions {
  int64_t test = 0;
  std::string feed;
  Format format;
};

/// Chunks as they were given, of one partition.
class ByteFeed final : public ByteSource {
 public:
  explicit ByteFeed(ByteOptions options) : options_(std::move(options)) {}

  Result<std::optional<Head>> head(size_t max_bytes) override {
    Feed& feed = Wires::of(options_.test).feed(options_.feed);
    if (!feed.head_chunks) feed.head_chunks = feed.chunks.size();
    std::string all;
    for (size_t i = 0; i < *feed.head_chunks; ++i) all += feed.chunks[i];
    if (all.empty()) return std::optional<Head>();
    return std::optional<Head>({buffer_of(all.substr(0, max_bytes)), options_.feed});
  }

  Status restore(std::span<const PartitionOffset> offsets) override {
    if (!offsets.empty()) goes_on_from_ = offsets.front().offset.position;
    return {};
  }

  Result<Progress> poll(ByteOutput& output) override {
    const Feed& feed = Wires::of(options_.test).feed(options_.feed);
    if (partition_ == 0) partition_ = output.partition_found(options_.feed);
    while (next_ < feed.chunks.size() && position_ < goes_on_from_)
      position_ += static_cast<int64_t>(feed.chunks[next_++].size());
    if (next_ < feed.chunks.size()) {
      const std::string& chunk = feed.chunks[next_++];
      const int64_t at = position_;
      position_ += static_cast<int64_t>(chunk.size());
      const bool is_last = feed.is_ended && next_ == feed.chunks.size();
      has_ended_ = is_last;
      output.emit(partition_, buffer_of(chunk), {at}, is_last);
      return Progress::done();
    }
    if (!feed.is_ended) return Progress::not_ready(nullptr);
    if (!std::exchange(has_ended_, true)) {
      output.emit(partition_, Buffer::allocate(0), {position_}, true);
      return Progress::done();
    }
    return Progress::finished();
  }

 private:
  static Buffer buffer_of(std::string_view bytes) {
    Buffer made = Buffer::allocate(bytes.size());
    if (!bytes.empty()) std::memcpy(made.data(), bytes.data(), bytes.size());
    return made;
  }
  const ByteOptions options_;
  uint32_t partition_ = 0;  // 0: not announced yet.
  size_t next_ = 0;
  int64_t position_ = 0;
  int64_t goes_on_from_ = 0;
  bool has_ended_ = false;
};

constexpr std::string_view kSummary = "What a test gives.";

template <class Class, class Options, class... Extra>
const weir_component* source(std::string_view name, Extra... extra) {
  return registration::node_component<Class, Options, SourceNode>(
      WEIR_KIND_SOURCE, &shim::fill_source<Class>, name, kSummary,
      required("test", &Options::test, "Its number."), required("feed", &Options::feed, "Its name."),
      std::move(extra)...);
}

}  // namespace

const weir_component* test_rows() {
  return source<RowFeed<false>, RowOptions>("test_rows", traits(Trait::kReplayable, Trait::kBounded),
                                            required("columns", &RowOptions::columns, "The columns."));
}
const weir_component* test_stream() {
  return source<RowFeed<true>, RowOptions>("test_stream", traits(Trait::kReplayable),
                                           required("columns", &RowOptions::columns, "The columns."));
}
const weir_component* test_bytes() {
  return source<ByteFeed, ByteOptions>("test_bytes", traits(Trait::kReplayable, Trait::kBounded),
                                       required("format", &ByteOptions::format, "The format."));
}

}  // namespace weir::kit
