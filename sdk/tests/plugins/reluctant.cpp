// reluctant: a sink that cannot do one of its steps for a while, as one whose server is down.
//
//   out: {type: reluctant, inputs: numbers, path: out.txt, refuses: write, for: 5s}
//
// In: `x`, int64. Writes a number a line to `path` at each commit, and the time [ms] of each try of the
// refused step to `path`.tries.
#include <weir/files.hpp>
#include <weir/transactional_sink.hpp>

#include <optional>
#include <string>

namespace {
enum class Step { kWrite, kPrepare, kCommit };

struct ReluctantOptions {
  weir::Path path;
  Step refuses = Step::kWrite;
  weir::Duration period{};
  weir::Duration pause{};
  std::optional<weir::Path> door;
};

class Reluctant final : public weir::TransactionalSink {
 public:
  explicit Reluctant(ReluctantOptions options) : options_(std::move(options)) {}

  weir::Status bind(std::span<const weir::Input>) override { return {}; }
  weir::Status start() override {
    began_ns_ = now_ns();
    return {};
  }
  weir::Result<weir::Progress> write(const weir::Batch& batch, size_t, weir::Emitter&) override {
    if (refuses(Step::kWrite)) return weir::Progress::retry_after(options_.pause, "the door is shut");
    const weir::ColumnView<int64_t> x = batch.column<int64_t>(0);
    for (size_t i = 0; i < x.size(); ++i) rows_ += std::to_string(x[i]) + "\n";
    return weir::Progress::done();
  }
  weir::Result<std::string> prepare(uint64_t, std::span<const weir::PartitionOffset>) override {
    if (refuses(Step::kPrepare)) return is_shut();
    return std::exchange(rows_, {});
  }
  weir::Status commit(std::string_view token) override {
    if (refuses(Step::kCommit)) return is_shut();
    return append(options_.path.text, token);
  }
  weir::Status abort(std::string_view) override { return {}; }
  weir::Status recover(std::span<const std::string_view> tokens) override {
    for (const std::string_view token : tokens) WEIR_RETURN_IF_ERROR(append(options_.path.text, token));
    return {};
  }

 private:
  static weir::Status is_shut() { return {weir::Code::kUnavailable, "the door is shut"}; }
  static int64_t now_ns() { return weir::host()->monotonic_ns(weir::host()); }

  bool refuses(Step step) {
    if (step != options_.refuses) return false;
    const int64_t since_ns = now_ns() - began_ns_;
    static_cast<void>(append(options_.path.text + ".tries", std::to_string(since_ns / 1'000'000) + "\n"));
    if (options_.door) return !weir::files::info(options_.door->text).is_ok();
    return since_ns < options_.period.count() * 1000;
  }
  static weir::Status append(const std::string& path, std::string_view text) {
    WEIR_ASSIGN_OR_RETURN(weir::File file, weir::File::open(path, WEIR_OPEN_WRITE | WEIR_OPEN_CREATE));
    WEIR_ASSIGN_OR_RETURN(const weir_file_info info, weir::files::info(path));
    WEIR_RETURN_IF_ERROR(file.write(info.size, text));
    return file.close();
  }

  const ReluctantOptions options_;
  int64_t began_ns_ = 0;
  std::string rows_;
};
}  // namespace

WEIR_SINK(Reluctant, ReluctantOptions, "reluctant", "Refuse one step for a while.",
          weir::required("path", &ReluctantOptions::path, "Where to write."),
          weir::required("refuses", &ReluctantOptions::refuses, "Which step.",
                         weir::choices<Step>({{"write", Step::kWrite},
                                              {"prepare", Step::kPrepare},
                                              {"commit", Step::kCommit}})),
          weir::optional("for", &ReluctantOptions::period, "How long."),
          weir::optional("pause", &ReluctantOptions::pause, "When it wants to be asked again."),
          weir::optional("door", &ReluctantOptions::door, "Until there is such a file; instead of a time."));
