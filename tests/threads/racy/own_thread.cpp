// own_thread: a source whose rows come from a thread of its own, which makes calls of the host that any
// thread may make.
//
//   made: {type: own_thread, rows: 1000}
//
// Out: `n` (int64), a batch for each row.
#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <weir/builder.hpp>
#include <weir/source.hpp>

namespace {

struct OwnThreadOptions {
  int64_t rows = 0;
};

class OwnThread final : public weir::Source {
 public:
  explicit OwnThread(OwnThreadOptions options) : options_(options) {}
  ~OwnThread() override {
    is_cancelled_ = true;
    if (worker_.joinable()) worker_.join();  // Before its handle goes, and before the context does.
  }

  weir::Result<weir::Schema> bind() override {
    weir::Schema schema;
    schema.fields = {{"n", weir::Type::kInt64}};
    return schema;
  }
  weir::Status start() override {
    ready_ = weir::Handle(context());
    worker_ = std::thread([this] { work(); });
    return {};
  }
  void cancel() override { is_cancelled_ = true; }

  weir::Result<weir::Progress> poll(weir::RowOutput& output) override {
    const uint32_t partition = output.partition_found("all");
    const std::lock_guard lock(mutex_);
    for (; !made_.empty() && output.has_room(); ++given_) {
      output.emit(partition, std::move(made_.front()), given_, {given_ + 1, ""});
      made_.pop_front();
    }
    if (given_ == options_.rows) return weir::Progress::finished();
    return made_.empty() ? weir::Progress::not_ready(ready_.get()) : weir::Progress::done();
  }

 private:
  void work() {
    for (int64_t n = 0; n < options_.rows && !is_cancelled_ && !is_stopping(); ++n) {
      const weir_host* const host = weir::host();
      weir::ColumnBuilder<int64_t> numbers;
      numbers.append(n);
      weir::Batch batch = weir::Batch::make(1, std::array{std::move(numbers).finish()});
      weir_buffer* const charged = host->buffer_new(host, context(), 64);
      if (charged != nullptr) host->buffer_release(charged);
      uint64_t chance = 0;
      host->random(host, &chance, sizeof(chance));
      count("made");
      log_info("made a row", {{"n", std::to_string(n)},
                              {"node", weir::as_view(host->node_name(context()))},
                              {"at", std::to_string(host->wall_us(host) - host->monotonic_ns(host) / 1000)}});
      {
        const std::lock_guard lock(mutex_);
        made_.push_back(std::move(batch));
      }
      ready_.signal();
    }
  }

  const OwnThreadOptions options_;
  std::atomic<bool> is_cancelled_{false};
  std::mutex mutex_;
  std::deque<weir::Batch> made_;  // Guarded by mutex_.
  int64_t given_ = 0;             // poll()'s.
  weir::Handle ready_;            // Constant once start() is through.
  std::thread worker_;
};

}  // namespace

WEIR_SOURCE(OwnThread, OwnThreadOptions, "own_thread", "Rows from a thread of the component's own.",
            weir::traits(weir::Trait::kForeignIo, weir::Trait::kBounded),
            weir::required("rows", &OwnThreadOptions::rows, "How many.", weir::range(0, 1'000'000)));
