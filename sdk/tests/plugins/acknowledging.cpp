// acknowledging: a source that writes down how far its rows are safe, as one that reads a queue tells the
// queue.
//
//   letters: {type: acknowledging, rows: 3, path: acknowledged.txt}
//
// Out: `id`, from 0; a batch for each row.
#include <weir/builder.hpp>
#include <weir/files.hpp>
#include <weir/source.hpp>

#include <string>

namespace {
struct AcknowledgingOptions {
  int64_t rows = 0;
  weir::Path path;
};

class Acknowledging final : public weir::Source {
 public:
  explicit Acknowledging(AcknowledgingOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Schema> bind() override {
    weir::Schema schema;
    schema.fields.push_back({"id", weir::Type::kInt64, false});
    return schema;
  }
  weir::Status restore(std::span<const weir::PartitionOffset> offsets) override {
    for (const weir::PartitionOffset& offset : offsets) next_ = offset.offset.position;
    return {};
  }
  weir::Result<weir::Progress> poll(weir::RowOutput& output) override {
    const uint32_t partition = output.partition_found("letters");
    if (next_ == options_.rows) return weir::Progress::finished();
    weir::ColumnBuilder<int64_t> ids;
    ids.append(next_);
    const std::vector<weir::Column> columns = {std::move(ids).finish()};
    output.emit(partition, weir::Batch::make(1, columns), next_, {next_ + 1, {}});
    ++next_;
    return weir::Progress::done();
  }
  weir::Status durable(std::span<const weir::PartitionOffset> offsets) override {
    std::string text;
    for (const weir::PartitionOffset& offset : offsets)
      text += offset.partition + " " + std::to_string(offset.offset.position) + "\n";
    WEIR_ASSIGN_OR_RETURN(weir::File file, weir::File::create(options_.path.text));
    WEIR_RETURN_IF_ERROR(file.write(0, text));
    WEIR_RETURN_IF_ERROR(file.sync());
    WEIR_RETURN_IF_ERROR(file.close());
    const size_t slash = options_.path.text.rfind('/');
    return weir::files::sync_directory(slash == std::string::npos ? "."
                                                                  : options_.path.text.substr(0, slash));
  }

 private:
  const AcknowledgingOptions options_;
  int64_t next_ = 0;
};
}  // namespace

WEIR_SOURCE(Acknowledging, AcknowledgingOptions, "acknowledging", "Write down how far the rows are safe.",
            weir::traits(weir::Trait::kReplayable, weir::Trait::kBounded),
            weir::required("rows", &AcknowledgingOptions::rows, "How many.", weir::range(0, 1e9)),
            weir::required("path", &AcknowledgingOptions::path, "Where to write it."));
