// append_lines: a sink without transactions. What it was given is on the disk when it has been asked to
// flush.
//
//   out: {type: append_lines, inputs: events, column: seq, path: out.txt}
//
// In:  `column`, int64. Appends a line to `path` for each row: the number. Asked what it has written it says
//      how often it was asked.
#include <weir/files.hpp>
#include <weir/sink.hpp>

#include <string>

namespace {

struct AppendLinesOptions {
  weir::ColumnRef column;
  weir::Path path;
};

class AppendLines final : public weir::Sink {
 public:
  explicit AppendLines(AppendLinesOptions options) : options_(std::move(options)) {}

  weir::Status bind(std::span<const weir::Input>) override { return {}; }
  weir::Status start() override {
    const std::string& path = options_.path.text;
    WEIR_ASSIGN_OR_RETURN(file_, weir::File::open(path, WEIR_OPEN_WRITE | WEIR_OPEN_CREATE));
    WEIR_RETURN_IF_ERROR(cut_torn_line());
    return weir::files::sync_directory(std::string_view(path).substr(0, path.rfind('/')));
  }
  weir::Result<weir::Progress> write(const weir::Batch& batch, size_t, weir::Emitter&) override {
    std::string lines;
    for (const int64_t number : batch.column<int64_t>(options_.column).values())
      lines += std::to_string(number) + "\n";
    WEIR_RETURN_IF_ERROR(file_.write(end_, lines));
    end_ += lines.size();
    return weir::Progress::done();
  }
  weir::Result<weir::Progress> flush(uint64_t) override {
    WEIR_RETURN_IF_ERROR(file_.sync());
    return weir::Progress::done();
  }
  void written(const std::function<void(std::string_view)>& note) const override {
    note(options_.path.text + ", asked " + std::to_string(++times_asked_));
  }

 private:
  /// Of a line that a power loss has torn something may be there; the next one must not go on in it.
  weir::Status cut_torn_line() {
    WEIR_ASSIGN_OR_RETURN(const weir::File there, weir::File::open_for_reading(options_.path.text));
    WEIR_ASSIGN_OR_RETURN(const weir_file_info info, weir::files::info(options_.path.text));
    std::string bytes(info.size, '\0');
    WEIR_RETURN_IF_ERROR(there.read(0, {reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()}).status());
    end_ = bytes.rfind('\n') + 1;  // 0 where there is none.
    return file_.truncate(end_);
  }

  const AppendLinesOptions options_;
  weir::File file_;
  uint64_t end_ = 0;  // Of the file [bytes].
  mutable int times_asked_ = 0;
};
}  // namespace

WEIR_SINK(AppendLines, AppendLinesOptions, "append_lines", "Write numbers, a line each.",
          weir::required("column", &AppendLinesOptions::column, weir::Type::kInt64, "The numbers."),
          weir::required("path", &AppendLinesOptions::path, "Where to write."));
