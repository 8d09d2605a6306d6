// fleeting: a source that cannot give a row again, whatever becomes of the process.
//
//   events: {type: fleeting, topic: events.topic, rows: 700, batch_rows: 40}
//
// Out: `seq`, int64, from 0. `topic` is a file that must be there: who makes it anew has a topic of which
// nothing was given.
#include <weir/builder.hpp>
#include <weir/files.hpp>
#include <weir/source.hpp>

#include <algorithm>
#include <map>
#include <mutex>

namespace {

/// How many rows of each topic have been given, in this process and in those that died in it.
///
/// Threads: any, at once.
class Given {
 public:
  /// Takes up to `wanted` rows. Returns the first of them.
  int64_t take(uint64_t topic, int64_t wanted) {
    const std::lock_guard lock(mutex_);
    return std::exchange(next_[topic], next_[topic] + wanted);
  }

 private:
  std::mutex mutex_;
  std::map<uint64_t, int64_t> next_;  // By topic. Guarded by mutex_.
};

Given& given() {
  static Given one;
  return one;
}

struct FleetingOptions {
  weir::Path topic;
  int64_t rows = 0;
  int64_t batch_rows = 0;
};

class Fleeting final : public weir::Source {
 public:
  explicit Fleeting(FleetingOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Schema> bind() override {
    weir::Schema schema;
    schema.fields.push_back({"seq", weir::Type::kInt64, false});
    return schema;
  }
  weir::Result<weir::Progress> poll(weir::RowOutput& output) override {
    WEIR_ASSIGN_OR_RETURN(const weir_file_info topic, weir::files::info(options_.topic.text));
    const int64_t first = given().take(topic.inode, options_.batch_rows);
    const int64_t end = std::min(options_.rows, first + options_.batch_rows);
    if (first >= end) return weir::Progress::finished();
    if (!is_found_) partition_ = output.partition_found("all");
    is_found_ = true;
    weir::ColumnBuilder<int64_t> seq;
    for (int64_t i = first; i < end; ++i) seq.append(i);
    std::vector<weir::Column> columns;
    columns.push_back(std::move(seq).finish());
    output.emit(partition_, weir::Batch::make(static_cast<size_t>(end - first), columns), first, {end, {}});
    return weir::Progress::done();
  }

 private:
  const FleetingOptions options_;
  bool is_found_ = false;
  uint32_t partition_ = 0;
};
}  // namespace

WEIR_SOURCE(Fleeting, FleetingOptions, "fleeting", "Read what is given once.",
            weir::required("topic", &FleetingOptions::topic, "Whose rows are kept apart."),
            weir::required("rows", &FleetingOptions::rows, "How many.", weir::range(1, 1e9)),
            weir::required("batch_rows", &FleetingOptions::batch_rows, "Rows in a batch.",
                           weir::range(1, 8192)));
