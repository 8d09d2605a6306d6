// tally: a sink that says how much it is given at once.
//
//   out: {type: tally, inputs: events, path: out.txt}
//
// Appends a line to `path` for each batch: the time [ms] since it began, and how many rows there are.
#include <weir/files.hpp>
#include <weir/host.hpp>
#include <weir/sink.hpp>

#include <string>

namespace {

struct TallyOptions {
  weir::Path path;
};

class Tally final : public weir::Sink {
 public:
  explicit Tally(TallyOptions options) : options_(std::move(options)) {}

  weir::Status bind(std::span<const weir::Input>) override { return {}; }
  weir::Status start() override {
    began_ns_ = weir::host()->monotonic_ns(weir::host());
    return {};
  }
  weir::Result<weir::Progress> write(const weir::Batch& batch, size_t, weir::Emitter&) override {
    const int64_t since_ns = weir::host()->monotonic_ns(weir::host()) - began_ns_;
    const std::string line =
        std::to_string(since_ns / 1'000'000) + " " + std::to_string(batch.row_count()) + "\n";
    WEIR_ASSIGN_OR_RETURN(weir::File file,
                          weir::File::open(options_.path.text, WEIR_OPEN_WRITE | WEIR_OPEN_CREATE));
    WEIR_ASSIGN_OR_RETURN(const weir_file_info info, weir::files::info(options_.path.text));
    WEIR_RETURN_IF_ERROR(file.write(info.size, line));
    WEIR_RETURN_IF_ERROR(file.close());
    return weir::Progress::done();
  }

 private:
  const TallyOptions options_;
  int64_t began_ns_ = 0;
};
}  // namespace

WEIR_SINK(Tally, TallyOptions, "tally", "Say how many rows come at once.",
          weir::required("path", &TallyOptions::path, "Where to write."));
