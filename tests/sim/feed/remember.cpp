// remember: sinks with a state, which say of each row whether its key was new to it.
//
//   out: {type: remember, inputs: events, by: key, ttl: 8s, path: out.txt}
//
// In:  `by`, string, no nulls. Appends a line to `path` for each row: its key, and `anew`, or how often a key
//      that is known has come since it was new. One that has not come for `ttl` is forgotten.
//
// `looks_in` is the step that looks at the state and names no key. If it is `write`, the second batch is
// refused after the look, and asked for again in 10 s.
//
// `remember_prepared` is the same with transactions; its lines do not wait for a commit.
#include <weir/files.hpp>
#include <weir/state.hpp>
#include <weir/transactional_sink.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace {
enum class Step { kNone, kStart, kRecover, kWrite, kFlush, kPrepare, kCommit };

struct RememberOptions {
  weir::ColumnRef by;
  weir::Duration ttl{};
  weir::Path path;
  Step looks_in = Step::kNone;
};

template <class Shape>
class Remembers : public Shape {
 public:
  explicit Remembers(RememberOptions options) : options_(std::move(options)) {}

  weir::Status bind(std::span<const weir::Input> inputs) final {
    seen_.spec().keys = {inputs[0].schema[static_cast<size_t>(options_.by.index)]};
    seen_.forget_after(options_.ttl);
    return {};
  }
  weir::Status start() final { return reach(Step::kStart); }
  weir::Result<weir::Progress> write(const weir::Batch& batch, size_t, weir::Emitter&) final {
    if (++tries_ == 2 && options_.looks_in == Step::kWrite) {
      WEIR_RETURN_IF_ERROR(reach(Step::kWrite));
      return weir::Progress::retry_after(weir::Duration(10'000'000), "not now");
    }
    const weir::Keys keys(batch, {&options_.by, 1});
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<int64_t> slots, seen_.find_or_insert(this->context(), keys));
    const auto names = batch.column<std::string_view>(options_.by);
    std::string lines;
    for (size_t row = 0; row < slots.size(); ++row) {
      const int64_t times = ++*slots[row];
      lines += std::string(names[row]) + " " +
               (seen_.was_inserted(row) ? std::string("anew") : std::to_string(times)) + "\n";
    }
    WEIR_RETURN_IF_ERROR(append(lines));
    return weir::Progress::done();
  }

 protected:
  weir::Binding binding() final {
    weir::Binding made = weir::Binding::none();
    made.single_copy();
    seen_.declare(made);
    return made;
  }
  /// Looks at the state when `step` is the one that does.
  weir::Status reach(Step step) {
    if (step != options_.looks_in) return {};
    uint64_t cursor = 0;
    return seen_.scan(this->context(), std::numeric_limits<int64_t>::max(), 1, &cursor).status();
  }

 private:
  weir::Status append(const std::string& lines) const {
    WEIR_ASSIGN_OR_RETURN(weir::File file,
                          weir::File::open(options_.path.text, WEIR_OPEN_WRITE | WEIR_OPEN_CREATE));
    WEIR_ASSIGN_OR_RETURN(const weir_file_info info, weir::files::info(options_.path.text));
    WEIR_RETURN_IF_ERROR(file.write(info.size, lines));
    return file.close();
  }

  const RememberOptions options_;
  weir::ValueState<int64_t> seen_{"seen"};  // How often a key came since it was new.
  int tries_ = 0;
};

class Remember final : public Remembers<weir::Sink> {
 public:
  using Remembers::Remembers;
  weir::Result<weir::Progress> flush(uint64_t) override {
    WEIR_RETURN_IF_ERROR(reach(Step::kFlush));
    return weir::Progress::done();
  }
};

class RememberPrepared final : public Remembers<weir::TransactionalSink> {
 public:
  using Remembers::Remembers;
  weir::Result<std::string> prepare(uint64_t, std::span<const weir::PartitionOffset>) override {
    WEIR_RETURN_IF_ERROR(reach(Step::kPrepare));
    return std::string();
  }
  weir::Status commit(std::string_view) override { return reach(Step::kCommit); }
  weir::Status abort(std::string_view) override { return {}; }
  weir::Status recover(std::span<const std::string_view>) override { return reach(Step::kRecover); }
};
}  // namespace

WEIR_SINK(Remember, RememberOptions, "remember", "Say which keys are new.",
          weir::required("by", &RememberOptions::by, weir::Type::kString, "The key."),
          weir::required("ttl", &RememberOptions::ttl, "How long a key is known."),
          weir::required("path", &RememberOptions::path, "Where to write."),
          weir::optional("looks_in", &RememberOptions::looks_in, "none", "Which step looks at the state.",
                         weir::choices<Step>({{"none", Step::kNone},
                                              {"start", Step::kStart},
                                              {"write", Step::kWrite},
                                              {"flush", Step::kFlush}})));

WEIR_SINK(RememberPrepared, RememberOptions, "remember_prepared", "Say which keys are new, in two phases.",
          weir::required("by", &RememberOptions::by, weir::Type::kString, "The key."),
          weir::required("ttl", &RememberOptions::ttl, "How long a key is known."),
          weir::required("path", &RememberOptions::path, "Where to write."),
          weir::optional("looks_in", &RememberOptions::looks_in, "none", "Which step looks at the state.",
                         weir::choices<Step>({{"none", Step::kNone},
                                              {"start", Step::kStart},
                                              {"recover", Step::kRecover},
                                              {"prepare", Step::kPrepare},
                                              {"commit", Step::kCommit}})));
