// The two ends of the benchmark's chains, as a plugin library:
//
//   same:  {type: same_batch, batches: 1000000, rows: 1024}
//   watch: {type: stopwatch, inputs: same}
//
// Between them stand nodes that do nothing, so the time is the engine's.
#include <weir/sink.hpp>
#include <weir/source.hpp>

#include <cstdio>
#include <ctime>

#include <weir/builder.hpp>

namespace {

constexpr size_t kColumns = 10;
constexpr int kBatchesAPoll = 64;

struct SameBatchOptions {
  int64_t batches = 0;
  int64_t rows = 0;
};

/// Gives one batch of ten int64 columns again and again.
class SameBatch final : public weir::Source {
 public:
  explicit SameBatch(SameBatchOptions options) : options_(options) {}

  weir::Result<weir::Schema> bind() override {
    weir::Schema schema;
    for (size_t i = 0; i < kColumns; ++i)
      schema.fields.push_back({"c" + std::to_string(i), weir::DataType{weir::Type::kInt64}, false});
    return schema;
  }

  weir::Result<weir::Progress> poll(weir::RowOutput& output) override {
    if (!batch_) begin(output);
    for (int i = 0; i < kBatchesAPoll; ++i) {
      if (sent_ == options_.batches) {
        output.partition_ended(partition_);
        return weir::Progress::finished();
      }
      ++sent_;
      // Past the SDK, which would make each batch anew to stamp it with its offsets.
      const weir_offset next{sent_ * options_.rows, {}};
      weir::host()->emit_rows(context(), partition_, batch_.share().release(), &next);
    }
    return weir::Progress::done();
  }

 private:
  void begin(weir::RowOutput& output) {
    const auto rows = static_cast<size_t>(options_.rows);
    std::vector<weir::Column> columns;
    for (size_t i = 0; i < kColumns; ++i) {
      weir::ColumnBuilder<int64_t> builder(rows);
      for (size_t row = 0; row < rows; ++row) builder.values()[row] = static_cast<int64_t>(row * i);
      columns.push_back(std::move(builder).finish());
    }
    batch_ = weir::Batch::make(rows, columns);
    partition_ = output.partition_found("0");
  }

  const SameBatchOptions options_;
  weir::Batch batch_;
  uint32_t partition_ = 0;
  int64_t sent_ = 0;
};

int64_t processor_ns() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// Prints the nanoseconds of processor time between its first batch and the end, and how many batches came.
class Stopwatch final : public weir::Sink {
 public:
  weir::Status bind(std::span<const weir::Input>) override { return {}; }
  weir::Result<weir::Progress> write(const weir::Batch&, size_t, weir::Emitter&) override {
    if (batches_++ == 0) began_ns_ = processor_ns();
    return weir::Progress::done();
  }
  weir::Result<weir::Progress> flush(uint64_t epoch) override {
    if (epoch != weir::kLastEpoch) return weir::Progress::done();
    const int64_t took_ns = processor_ns() - began_ns_;
    std::printf("%lld %lld\n", static_cast<long long>(took_ns), static_cast<long long>(batches_));
    std::fflush(stdout);
    return weir::Progress::done();
  }

 private:
  int64_t began_ns_ = 0;
  int64_t batches_ = 0;
};

}  // namespace

WEIR_SOURCE(SameBatch, SameBatchOptions, "same_batch", "Give one batch again and again.",
            weir::traits(weir::Trait::kDeterministic, weir::Trait::kBounded),
            weir::example("type: same_batch\nbatches: 10\nrows: 64"),
            weir::required("batches", &SameBatchOptions::batches, "How often.", weir::range(1, 1e12),
                           weir::example_value("10")),
            weir::required("rows", &SameBatchOptions::rows, "Rows of the batch.", weir::range(1, 1e6),
                           weir::example_value("64")));

WEIR_SINK(Stopwatch, weir::NoOptions, "stopwatch", "Print how long all batches took.",
          weir::traits(weir::Trait::kStateless), weir::example("type: stopwatch\ninputs: same"));
