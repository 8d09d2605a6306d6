// plugin_name: a calendar, one row for each day.
//
//   days: {type: plugin_name, from: 2025-01-01T00:00:00Z, days: 365}
//
// Out: `day` (date32) and `weekday` (int64, Monday is 1).
#include <algorithm>
#include <array>
#include <utility>

#include <weir/builder.hpp>
#include <weir/source.hpp>

namespace {

constexpr int64_t kDayUs = 86'400'000'000;
constexpr int64_t kBatchRows = 1024;

struct Options {
  weir::Timestamp from;
  int64_t days = 0;
};

class PluginName final : public weir::Source {
 public:
  explicit PluginName(Options options) : options_(std::move(options)) {}

  weir::Result<weir::Schema> bind() override { return weir::Schema::parse("day: date32, weekday: int64"); }

  // After a restart: where its last checkpoint stood. There is one partition, and its positions are days.
  weir::Status restore(std::span<const weir::PartitionOffset> offsets) override {
    if (!offsets.empty()) next_ = offsets.front().offset.position;
    return {};
  }

  weir::Result<weir::Progress> poll(weir::RowOutput& output) override {
    if (next_ >= options_.days) return weir::Progress::finished();
    const uint32_t partition = output.partition_found("calendar");
    const int64_t first_day = options_.from.us / kDayUs;  // Since 1970-01-01, a Thursday.
    const int64_t begin = next_;
    next_ = std::min(begin + kBatchRows, options_.days);
    weir::ColumnBuilder<int32_t> days(weir::DataType{weir::Type::kDate32});
    weir::ColumnBuilder<int64_t> weekdays;
    for (int64_t day = first_day + begin; day < first_day + next_; ++day) {
      days.append(static_cast<int32_t>(day));
      weekdays.append(((day + 3) % 7 + 7) % 7 + 1);
    }
    const auto count = static_cast<size_t>(next_ - begin);
    const std::array columns = {std::move(days).finish(), std::move(weekdays).finish()};
    output.emit(partition, weir::Batch::make(count, columns), begin, {next_});
    return weir::Progress::done();
  }

 private:
  const Options options_;
  int64_t next_ = 0;
};

}  // namespace

WEIR_SOURCE(PluginName, Options, "plugin_name", "A calendar, one row for each day.",
            weir::traits(weir::Trait::kDeterministic, weir::Trait::kReplayable, weir::Trait::kBounded),
            weir::required("from", &Options::from, "The first day."),
            weir::required("days", &Options::days, "How many days.", weir::range(0, 10'000'000)));
