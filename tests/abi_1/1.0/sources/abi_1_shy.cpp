// abi_1_shy: a sink that takes no batch when it is offered it for the first time. Writes one file in the
// format that the pipeline names, which is another library's.
//
//   out: {type: abi_1_shy, inputs: pairs, directory: out, format: abi_1_pairs}
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <weir/encode_output.hpp>
#include <weir/files.hpp>
#include <weir/format.hpp>
#include <weir/sink.hpp>

namespace {

struct Options {
  weir::Path directory;
  weir::Format format;
};

class Shy final : public weir::Sink {
 public:
  explicit Shy(Options options) : options_(std::move(options)) {}

  weir::Status bind(std::span<const weir::Input> inputs) override {
    WEIR_ASSIGN_OR_RETURN(encoder_, options_.format.encoder(inputs[0].schema));
    return {};
  }
  weir::Status start() override { return encoder_->begin(bytes_); }

  weir::Result<weir::Progress> write(const weir::Batch& batch, size_t, weir::Emitter&) override {
    was_offered_ = !was_offered_;
    if (was_offered_) return weir::Progress::retry_after(std::chrono::milliseconds(1), "it is shy");
    WEIR_RETURN_IF_ERROR(encoder_->encode(batch, bytes_));
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> flush(uint64_t epoch) override {
    if (epoch == weir::kLastEpoch) WEIR_RETURN_IF_ERROR(encoder_->end(bytes_));
    WEIR_RETURN_IF_ERROR(weir::files::make_directories(options_.directory.text));
    WEIR_ASSIGN_OR_RETURN(weir::File file, weir::File::create(path()));
    WEIR_RETURN_IF_ERROR(file.write(0, bytes_.text()));
    WEIR_RETURN_IF_ERROR(file.sync());
    WEIR_RETURN_IF_ERROR(file.close());
    WEIR_RETURN_IF_ERROR(weir::files::sync_directory(options_.directory.text));
    return weir::Progress::done();
  }
  void written(const std::function<void(std::string_view)>& note) const override { note(path()); }

 protected:
  weir::Binding binding() override { return weir::Binding::none().single_copy(); }

 private:
  std::string path() const { return options_.directory.text + "/all." + std::string(encoder_->extension()); }

  const Options options_;
  std::optional<weir::FormatEncoder> encoder_;
  weir::EncodedBytes bytes_;
  bool was_offered_ = false;
};

}  // namespace

WEIR_SINK(Shy, Options, "abi_1_shy", "Takes no batch at once.",
          weir::required("directory", &Options::directory, "Where the file is written."),
          weir::required("format", &Options::format, "How rows are written."));
