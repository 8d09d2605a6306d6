// abi_1_lines: one text column as lines, one file for each checkpoint, there when its checkpoint is valid.
//
//   out: {type: abi_1_lines, inputs: notes, column: text, directory: out}
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <weir/column.hpp>
#include <weir/files.hpp>
#include <weir/transactional_sink.hpp>

namespace {

struct Options {
  weir::ColumnRef column;
  weir::Path directory;
};

class Lines final : public weir::TransactionalSink {
 public:
  explicit Lines(Options options) : options_(std::move(options)) {}

  weir::Status bind(std::span<const weir::Input>) override { return {}; }

  weir::Result<weir::Progress> write(const weir::Batch& batch, size_t, weir::Emitter& output) override {
    const auto texts = batch.column<std::string_view>(options_.column);
    for (size_t row = 0; row < texts.size(); ++row) {
      if (texts.is_null(row)) {
        output.reject(batch, row, "no-text", "there is no line", "text");
        continue;
      }
      lines_ += texts[row];
      lines_ += '\n';
    }
    return weir::Progress::done();
  }

  weir::Result<std::string> prepare(uint64_t, std::span<const weir::PartitionOffset>) override {
    if (lines_.empty()) return std::string();
    const std::string name = std::to_string(next_++) + ".txt";
    WEIR_ASSIGN_OR_RETURN(weir::File file, weir::File::create(path("." + name)));
    WEIR_RETURN_IF_ERROR(file.write(0, std::exchange(lines_, {})));
    WEIR_RETURN_IF_ERROR(file.sync());
    WEIR_RETURN_IF_ERROR(file.close());
    WEIR_RETURN_IF_ERROR(weir::files::sync_directory(options_.directory.text));
    return name;
  }

  weir::Status commit(std::string_view token) override {
    if (token.empty()) return {};
    const std::string name(token);
    if (weir::files::info(path("." + name)).is_ok())
      WEIR_RETURN_IF_ERROR(weir::files::rename(path("." + name), path(name)));
    return weir::files::sync_directory(options_.directory.text);
  }

  weir::Status abort(std::string_view token) override {
    return token.empty() ? weir::Status::ok() : weir::files::remove(path("." + std::string(token)));
  }

  weir::Status recover(std::span<const std::string_view> tokens) override {
    WEIR_RETURN_IF_ERROR(weir::files::make_directories(options_.directory.text));
    for (const std::string_view token : tokens) WEIR_RETURN_IF_ERROR(commit(token));
    WEIR_ASSIGN_OR_RETURN(const std::vector<std::string> names, weir::files::list(options_.directory.text));
    for (const std::string& name : names) {
      if (name.starts_with("."))
        WEIR_RETURN_IF_ERROR(weir::files::remove(path(name)));
      else
        next_ = std::max(next_, std::atoi(name.c_str()) + 1);
    }
    return {};
  }

 protected:
  weir::Binding binding() override { return weir::Binding::none().single_copy(); }

 private:
  std::string path(const std::string& name) const { return options_.directory.text + "/" + name; }

  const Options options_;
  std::string lines_;
  int next_ = 1;
};

}  // namespace

WEIR_SINK(Lines, Options, "abi_1_lines", "One text column as lines.",
          weir::required("column", &Options::column, weir::Type::kString, "The column of the lines."),
          weir::required("directory", &Options::directory, "Where the files are written."));
