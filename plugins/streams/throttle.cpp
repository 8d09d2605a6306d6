// throttle: at most so many rows, or bytes, in each period.
//
//   calm: {type: throttle, inputs: logs, by: [user], rows: 100, every: 1s}
//
// In:  any columns. With event time, periods are of event time and the same rows pass at every run; without,
//      they are of the clock on the wall.
// Out: rows as they were, those of one key in the order in which they came. `throttled`: the others. `late`:
//      rows whose period had ended before they came.
//
// State: what has passed, for each key and each period that has not ended.
#include <weir/keyed_transform.hpp>
#include <weir/row_times.hpp>

#include "row_sizes.hpp"

namespace {

using namespace weir::streams;

struct ThrottleOptions {
  std::optional<int64_t> rows;
  std::optional<weir::ByteSize> bytes;
  weir::Duration every{};
  std::vector<weir::ColumnRef> by;
};

struct Spent {
  int64_t rows;
  int64_t bytes;
};

class Throttle final : public weir::KeyedTransform {
 public:
  explicit Throttle(ThrottleOptions options) : options_(std::move(options)), every_(options_.every.count()) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    if (!options_.rows && !options_.bytes)
      return weir::Status::invalid("rows: it or 'bytes' must say how much may pass, for example rows: 100");
    weir::Binding binding = weir::Binding::keep_all(input);
    binding.add_kept_output(input).add_kept_output(input);
    std::vector<weir::ColumnId> read(options_.by.begin(), options_.by.end());
    if (input.event_time >= 0) {
      time_ = input.event_time;
      time_name_ = input[static_cast<size_t>(time_)].name;
      read.emplace_back(0, static_cast<uint32_t>(time_));
      binding.needs_row_watermark();
    }
    // The size of a row is that of all its columns, whoever reads them.
    for (uint32_t i = 0; options_.bytes && i < input.size(); ++i) read.emplace_back(0, i);
    binding.reads(read);
    options_.by.empty() ? binding.single_copy() : binding.key_by(options_.by);
    spent_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    passing_.clear();
    throttled_.clear();
    late_.clear();
    sort_out(batch, emitter);
    if (!candidates_.empty()) WEIR_RETURN_IF_ERROR(choose(batch));
    if (!throttled_.empty()) {
      count("throttled", static_cast<int64_t>(throttled_.size()));
      emitter.emit(batch.select(throttled_), 1);
    }
    if (!late_.empty()) emitter.emit(batch.select(late_), 2);
    const bool is_all = passing_.size() == batch.row_count();
    emitter.emit(is_all ? std::move(batch) : batch.select(passing_));
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter&) override {
    if (time_ < 0) return weir::Progress::done();
    watermark_ = std::max(watermark_, time);
    WEIR_RETURN_IF_ERROR(spent_.remove_upto(context(), watermark_));
    return weir::Progress::done();
  }

 private:
  int64_t end_of_period(int64_t time) const { return time - ((time % every_) + every_) % every_ + every_; }

  /// Fills candidates_ with the rows that may pass, and ends_ with their periods.
  void sort_out(const weir::Batch& batch, weir::Emitter& emitter) {
    candidates_.clear();
    ends_.clear();
    if (time_ < 0) {
      const int64_t end = end_of_period(weir::host()->wall_us(weir::host()));
      for (uint32_t row = 0; row < batch.row_count(); ++row) candidates_.push_back(row);
      ends_.assign(candidates_.size(), end);
      return;
    }
    const weir::RowTimes times(batch, static_cast<size_t>(time_), watermark_);
    weir::RowErrors errors;
    for (uint32_t row = 0; row < batch.row_count(); ++row) {
      if (!times.check(row, time_name_, errors)) continue;
      const int64_t end = end_of_period(times[row]);
      if (end <= times.reached(row)) {
        late_.push_back(row);
        continue;
      }
      candidates_.push_back(row);
      ends_.push_back(end);
    }
    emitter.reject(batch, errors);
  }

  weir::Status choose(const weir::Batch& batch) {
    // Periods of the clock end when rows come: nobody else would look at them.
    if (time_ < 0) WEIR_RETURN_IF_ERROR(spent_.remove_upto(context(), ends_[0] - every_));
    sizes_.assign(batch.row_count(), 0);
    for (size_t i = 0; options_.bytes && i < batch.column_count(); ++i)
      add_row_sizes(batch.raw_column(i), sizes_);
    weir::Keys keys(batch, options_.by);
    keys.rows(candidates_).namespaces(ends_);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<Spent> slots, spent_.find_or_insert(context(), keys));
    for (size_t i = 0; i < candidates_.size(); ++i) {
      const uint32_t row = candidates_[i];
      Spent& spent = *slots[i];
      const bool has_rows = !options_.rows || spent.rows < *options_.rows;
      const bool has_bytes = !options_.bytes || spent.bytes + sizes_[row] <= options_.bytes->bytes;
      if (!has_rows || !has_bytes) {
        throttled_.push_back(row);
        continue;
      }
      passing_.push_back(row);
      spent.rows += 1;
      spent.bytes += sizes_[row];
    }
    return {};
  }

  const ThrottleOptions options_;
  const int64_t every_;  // [us]
  int time_ = -1;        // The column with event time; -1: none.
  std::string time_name_;
  weir::ValueState<Spent> spent_{"spent"};
  int64_t watermark_ = weir::kBeforeAll;
  // Used again for each batch.
  std::vector<uint32_t> passing_;
  std::vector<uint32_t> throttled_;
  std::vector<uint32_t> late_;
  std::vector<uint32_t> candidates_;
  std::vector<int64_t> ends_;
  std::vector<int64_t> sizes_;
};

}  // namespace

WEIR_TRANSFORM(
    Throttle, ThrottleOptions, "throttle", "At most so many rows, or bytes, in each period.",
    weir::description(
        "Periods begin at multiples of `every` since 1970-01-01 UTC. Where the input has event time they are "
        "periods of event time, and what passes depends on the rows alone: of one key and period, the first "
        "that come. Rows of one partition keep their order. Without event time they are periods of the "
        "clock, "
        "and what passes depends on when it runs. A row that would go over `rows` or over `bytes` goes to "
        "`throttled`; a smaller one behind it may still pass. Rows that come after their period ended go to "
        "`late`, those without event time to `errors`. Nulls are a key like any other value."),
    weir::example("calm: {type: throttle, inputs: logs, by: [user], rows: 100, every: 1s}"),
    weir::output("out", "The rows that passed."),
    weir::output("throttled", "The rows that did not; counted as `throttled`.", WEIR_PORT_OPTIONAL),
    weir::output("late", "Rows that came after their period ended.", WEIR_PORT_OPTIONAL),
    weir::optional("rows", &ThrottleOptions::rows, weir::range(1, 9e18),
                   "How many rows may pass in each period.", weir::example_value("100")),
    weir::optional("bytes", &ThrottleOptions::bytes, weir::range(1, 9e18),
                   "How many bytes may pass in each period: the width of numbers, the length of texts.",
                   weir::example_value("1MiB")),
    weir::required("every", &ThrottleOptions::every, weir::range(1, 3.2e14), "How long a period is.",
                   weir::example_value("1s")),
    weir::optional("by", &ThrottleOptions::by,
                   "Each key has its own rows. One share for all where it is left out.",
                   weir::example_value("[user]")));
