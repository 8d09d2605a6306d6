// two_phase_file: writes parts of a file that become visible with their checkpoint.
//
// Bytes go to "<path>.<copy>.<number>.part"; prepare() syncs the part and names it in the token; commit()
// renames it to "<path>.<copy>.<number>" and syncs the directory. Both may be repeated: a part that is gone
// was committed. While there is a file `gate` it takes nothing, as a sink whose other end is away.
#include <weir/files.hpp>
#include <weir/transactional_sink.hpp>

namespace {

struct TwoPhaseFileOptions {
  weir::Path path;
  weir::Format format;
  std::optional<weir::Path> gate;
};

class TwoPhaseFile final : public weir::TransactionalSink {
 public:
  explicit TwoPhaseFile(TwoPhaseFileOptions options) : options_(std::move(options)) {}

  weir::Status bind(std::span<const weir::Input> inputs) override {
    schema_ = inputs[0].schema;
    return {};
  }
  weir::Status start() override {
    WEIR_ASSIGN_OR_RETURN(encoder_, options_.format.encoder(schema_));
    return {};
  }
  weir::Result<weir::Progress> write(const weir::Batch& batch, size_t, weir::Emitter&) override {
    if (options_.gate && weir::files::info(options_.gate->text).is_ok())
      return weir::Progress::retry_after(std::chrono::milliseconds(10), "the gate is closed");
    if (!file_) {
      part_ =
          options_.path.text + "." + std::to_string(copy_index()) + "." + std::to_string(parts_++) + ".part";
      WEIR_ASSIGN_OR_RETURN(file_, weir::File::create(part_));
      size_ = 0;
      WEIR_RETURN_IF_ERROR(encoder_->begin(bytes_));
    }
    WEIR_RETURN_IF_ERROR(encoder_->encode(batch, bytes_));
    WEIR_RETURN_IF_ERROR(write_out());
    return weir::Progress::done();
  }
  weir::Result<std::string> prepare(uint64_t, std::span<const weir::PartitionOffset>) override {
    if (!file_) return std::string();
    WEIR_RETURN_IF_ERROR(encoder_->end(bytes_));
    WEIR_RETURN_IF_ERROR(write_out());
    WEIR_RETURN_IF_ERROR(file_.sync());
    WEIR_RETURN_IF_ERROR(file_.close());
    file_ = weir::File();
    return part_;
  }
  weir::Status commit(std::string_view token) override {
    if (token.empty() || !weir::files::info(token).is_ok()) return {};
    const std::string final_name(token.substr(0, token.size() - 5));
    WEIR_RETURN_IF_ERROR(weir::files::rename(token, final_name));
    written_.push_back(final_name);
    return weir::files::sync_directory(directory());
  }
  weir::Status abort(std::string_view token) override {
    if (token.empty() || !weir::files::info(token).is_ok()) return {};
    return weir::files::remove(token);
  }
  weir::Status recover(std::span<const std::string_view> tokens) override {
    for (const std::string_view token : tokens) WEIR_RETURN_IF_ERROR(commit(token));
    WEIR_ASSIGN_OR_RETURN(const std::vector<std::string> names, weir::files::list(directory()));
    const std::string prefix = directory() + "/";
    for (const std::string& name : names) {
      const std::string path = prefix + name;
      const std::string own = options_.path.text + "." + std::to_string(copy_index()) + ".";
      if (path.starts_with(options_.path.text + ".") && path.ends_with(".part")) {
        WEIR_RETURN_IF_ERROR(weir::files::remove(path));
      } else if (path.starts_with(own)) {
        parts_ = std::max<uint64_t>(parts_, std::stoull(path.substr(own.size())) + 1);
      }
    }
    return {};
  }
  void written(const std::function<void(std::string_view)>& note) const override {
    for (const std::string& path : written_) note(path);
  }

 private:
  std::string directory() const { return options_.path.text.substr(0, options_.path.text.rfind('/')); }
  weir::Status write_out() {
    WEIR_RETURN_IF_ERROR(file_.write(size_, bytes_.text()));
    size_ += bytes_.text().size();
    bytes_.clear();
    return {};
  }

  const TwoPhaseFileOptions options_;
  weir::Schema schema_;
  std::optional<weir::FormatEncoder> encoder_;
  weir::EncodedBytes bytes_;
  weir::File file_;
  std::string part_;
  uint64_t size_ = 0;
  uint64_t parts_ = 0;
  std::vector<std::string> written_;
};

}  // namespace

WEIR_SINK(TwoPhaseFile, TwoPhaseFileOptions, "two_phase_file",
          "Write files that become visible with their checkpoint.",
          weir::required("path", &TwoPhaseFileOptions::path, "Where to write."),
          weir::required("format", &TwoPhaseFileOptions::format, "How to write."),
          weir::optional("gate", &TwoPhaseFileOptions::gate,
                         "While there is such a file, nothing is taken."));
