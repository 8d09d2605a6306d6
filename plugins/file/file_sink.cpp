// file: writes rows into files, which become visible when they are whole.
//
//   report: {type: file, inputs: per_page, path: out/report.csv, format: csv}
//
// Bounded input: one file (or one for each value of the columns in its path), renamed at the end. Endless
// input: parts, renamed at each checkpoint, or one file that grows in place.
#include <weir/transactional_sink.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "file_set.hpp"
#include "standard_output.hpp"

namespace weir::file {
namespace {

struct SinkOptions {
  Path path;
  Format format;
  std::vector<ColumnRef> columns;
  std::optional<Existing> mode;
};

class FileSink final : public TransactionalSink {
 public:
  explicit FileSink(SinkOptions options) : options_(std::move(options)) {}

  Status bind(std::span<const Input> inputs) override {
    const Input& input = inputs[0];
    WEIR_RETURN_IF_ERROR(choose_columns(input.schema));
    is_standard_output_ = is_standard_output(options_.path.text);
    if (is_standard_output_) return {};
    WEIR_ASSIGN_OR_RETURN(path_, PathTemplate::parse(options_.path.text, input.schema));
    lifecycle_ = path_.has_part()   ? Lifecycle::kParts
                 : input.is_bounded ? Lifecycle::kWhole
                                    : Lifecycle::kInPlace;
    if (lifecycle_ == Lifecycle::kInPlace && path_.has_columns())
      return Status::invalid(
          "'" + options_.path.text +
          "' has columns in it, and the input does not end: add {part}, as in out/{day}/{part}.csv");
    if (lifecycle_ == Lifecycle::kParts && options_.mode && *options_.mode != Existing::kAppend)
      return Status::invalid(
          "with {part} in the path only mode: append is possible: a part never replaces another");
    const bool is_one_file = !path_.has_columns() && !path_.has_part();
    return is_one_file ? files::check_replaceable(path_.text()) : Status();
  }

  Status start() override {
    WEIR_ASSIGN_OR_RETURN(const FormatEncoder encoder, options_.format.encoder(schema_));
    if (is_standard_output_) {
      printing_ = encoder;
      return {};
    }
    FileSetSetup setup;
    setup.path = path_;
    setup.lifecycle = lifecycle_;
    setup.existing = existing();
    setup.node = as_view(host()->node_name(context()));
    setup.copy = copy_index();
    setup.new_encoder = [this, first = std::optional(encoder)]() mutable -> Result<FormatEncoder> {
      if (first) return *std::exchange(first, std::nullopt);
      return options_.format.encoder(schema_);
    };
    files_ = std::make_unique<FileSet>(std::move(setup));
    return {};
  }

  Result<Progress> write(const Batch& batch, size_t, Emitter& output) override {
    if (batch.row_count() == 0) return Progress::done();
    const Status written = is_standard_output_   ? print(batch)
                           : path_.has_columns() ? write_by_path(batch, output)
                                                 : write_one_file(batch);
    // Nothing of the batch was taken.
    if (!is_standard_output_ && written.code() == Code::kNoSpace)
      return Progress::retry_when_roomy(std::string(written.message()));
    WEIR_RETURN_IF_ERROR(written);
    return Progress::done();
  }

  Result<std::string> prepare(uint64_t epoch, std::span<const PartitionOffset>) override {
    if (!is_standard_output_) return files_->prepare(epoch == kLastEpoch);
    if (epoch != kLastEpoch) return std::string();
    WEIR_RETURN_IF_ERROR(begin_printing());
    WEIR_RETURN_IF_ERROR(printing_->end(bytes_));
    WEIR_RETURN_IF_ERROR(print_bytes());
    return std::string();
  }
  Status commit(std::string_view token) override {
    return is_standard_output_ ? Status() : files_->commit(token);
  }
  Status abort(std::string_view token) override {
    return is_standard_output_ ? Status() : files_->abort(token);
  }
  Status recover(std::span<const std::string_view> tokens) override {
    return is_standard_output_ ? Status() : files_->recover(tokens);
  }
  void written(const std::function<void(std::string_view)>& note) const override {
    if (is_standard_output_) return;
    for (const std::string& path : files_->written()) note(path);
  }

 protected:
  // Copies of a sink have no common order, and one file has one writer. Parts of their own they may write.
  Binding binding() override {
    Binding binding = Binding::none();
    if (is_standard_output_ || lifecycle_ != Lifecycle::kParts) binding.single_copy();
    return binding;
  }

 private:
  Existing existing() const {
    if (options_.mode) return *options_.mode;
    return lifecycle_ == Lifecycle::kInPlace ? Existing::kAppend : Existing::kReplace;
  }

  Status choose_columns(const Schema& input) {
    schema_ = input;
    if (options_.columns.empty()) return {};
    schema_ = {};
    for (const ColumnRef& column : options_.columns) {
      if (schema_.find(column.name)) return Status::invalid("column '" + column.name + "' is listed twice");
      schema_.fields.push_back(input[column.index]);
    }
    return {};
  }

  Batch chosen(const Batch& batch) const {
    if (options_.columns.empty()) return batch.share();
    std::vector<Column> columns;
    for (const ColumnRef& column : options_.columns) columns.push_back(batch.column(column));
    return Batch::make(*batch, columns);
  }

  Status write_one_file(const Batch& batch) {
    WEIR_ASSIGN_OR_RETURN(OutFile* const file, files_->file(path_.path(files_->part())));
    WEIR_RETURN_IF_ERROR(file->make_room());
    return file->write(chosen(batch));
  }

  Status write_by_path(const Batch& batch, Emitter& output) {
    std::map<std::string, std::vector<uint32_t>> rows_of;
    std::vector<uint32_t> misfits;
    const std::string part = files_->part();
    for (uint32_t row = 0; row < batch.row_count(); ++row) {
      const std::string path = path_.path(batch, row, part);
      has_long_name(files_->staging_of(path)) ? misfits.push_back(row) : rows_of[path].push_back(row);
    }
    // All of the batch is taken, or nothing of it.
    std::vector<OutFile*> files;
    for (const auto& [path, rows] : rows_of) {
      WEIR_ASSIGN_OR_RETURN(files.emplace_back(), files_->file(path));
      WEIR_RETURN_IF_ERROR(files.back()->make_room());
    }
    for (const uint32_t row : misfits)
      output.reject(batch, row, "path-too-long",
                    "the path '" + path_.path(batch, row, part).substr(0, 200) +
                        "...' has a name of more than " + std::to_string(kMaxNameBytes) + " bytes");
    auto file = files.begin();
    for (const auto& [path, rows] : rows_of) {
      WEIR_RETURN_IF_ERROR(
          (*file++)->write(chosen(rows.size() == batch.row_count() ? batch.share() : batch.select(rows))));
    }
    return {};
  }

  Status begin_printing() { return std::exchange(is_printing_, true) ? Status() : printing_->begin(bytes_); }
  Status print(const Batch& batch) {
    WEIR_RETURN_IF_ERROR(begin_printing());
    WEIR_RETURN_IF_ERROR(printing_->encode(chosen(batch), bytes_));
    return print_bytes();
  }
  Status print_bytes() {
    const Status printed = write_standard_output(bytes_.text());
    bytes_.clear();
    return printed;
  }

  const SinkOptions options_;
  Schema schema_;  // Of the columns that are written.
  PathTemplate path_;
  Lifecycle lifecycle_ = Lifecycle::kWhole;
  std::unique_ptr<FileSet> files_;

  bool is_standard_output_ = false;
  std::optional<FormatEncoder> printing_;
  EncodedBytes bytes_;
  bool is_printing_ = false;
};

}  // namespace
}  // namespace weir::file

using weir::file::Existing;
using weir::file::FileSink;
using weir::file::SinkOptions;

WEIR_SINK(
    FileSink, SinkOptions, "file", "Write files that become visible when they are whole.",
    weir::traits(weir::Trait::kTransactional, weir::Trait::kAppendOnly),
    weir::description(
        "A path that ends in .gz or .zst is compressed. Directories are made where they are missing.\n\n"
        "When the input ends, the file is written beside its target under a hidden name and renamed at the "
        "end, so "
        "that nobody sees half of it; with columns in the path (`out/{country}.csv`) there is one such file "
        "for each "
        "value. When the input is endless, `{part}` in the path (`out/{day}/{part}.ndjson`) gives a file for "
        "each "
        "checkpoint and copy, renamed when the checkpoint is committed; without it one file grows in place "
        "and is cut "
        "back to the last checkpoint at a restart.\n\n"
        "`-` is standard output: rows are printed at once, and after a restart some may come twice."),
    weir::example("type: file\ninputs: per_page\npath: out/report.csv\nformat: csv"),
    weir::required(
        "path", &SinkOptions::path,
        "Where to write. {column} stands for the row's value, {part} for the number of a part; - is "
        "standard output.",
        weir::example_value("out/{day}/{part}.ndjson")),
    weir::required("format", &SinkOptions::format, "How to write the rows.", weir::example_value("csv")),
    weir::optional("columns", &SinkOptions::columns,
                   "Which columns to write, in this order; all when left out.",
                   weir::example_value("[day, orders]")),
    weir::optional(
        "mode", &SinkOptions::mode,
        "What to do with a file that is there already. When left out, a whole file replaces it, and what "
        "grows or comes in parts is added.",
        weir::choices<Existing>(
            {{"replace", Existing::kReplace}, {"append", Existing::kAppend}, {"new", Existing::kRefuse}})));
