// rate: how fast counters grow, resets told apart.
//
//   per_second: {type: rate, inputs: status, by: [host], rates: {requests_per_s: requests}}
//
// In:  counters, numbers that only grow and begin again at zero when their process does; rows with event
// time. Out: the same rows with one column more for each rate [1/s] and each increase, float64; null where
// there is
//      no sample before to compare with. Rows of one key keep their order. `out_of_order`: rows that are not
//      later than the one before of their key.
//
// State: the last sample of each counter of each key, until the key is silent for longer than `max_gap`.
#include <bit>
#include <numeric>

#include <weir/keyed_transform.hpp>
#include <weir/numbers.hpp>

#include "passing_rows.hpp"
#include "settled_times.hpp"
#include "stale_keys.hpp"

namespace {

using namespace weir::analytics;

struct RateOptions {
  std::vector<weir::ColumnRef> by;
  weir::NamedList<weir::ColumnRef> rates;
  weir::NamedList<weir::ColumnRef> increases;
  weir::Duration max_gap{};
};

/// What a counter showed, and when. Behind the slot's head lies one for each counter.
struct Sample {
  int64_t time;
  uint64_t bits;  ///< An integer's own, or those of a double.
  uint64_t is_there;
};
struct Last {
  int64_t time;
  uint64_t is_known;
  int64_t last_time() const { return time; }
  void forget(size_t counters) {
    is_known = 0;
    for (size_t i = 0; i < counters; ++i) sample(i).is_there = 0;
  }
  Sample& sample(size_t counter) { return reinterpret_cast<Sample*>(this + 1)[counter]; }
};

/// A counter's column, its values as bits that keep every digit.
class Counter {
 public:
  explicit Counter(size_t column) : column_(column) {}
  size_t column() const { return column_; }

  void read(const weir::Batch& batch) {
    const weir_column& column = batch.raw_column(column_);
    const auto type = static_cast<weir::Type>(column.type);
    kind_ = type >= weir::Type::kFloat32 ? Kind::kFloat
            : type >= weir::Type::kUint8 ? Kind::kUnsigned
                                         : Kind::kSigned;
    bits_.resize(batch.row_count());
    is_there_.assign(batch.row_count(), 1);
    weir::with_numbers(column, [&](const auto& view) {
      for (size_t row = 0; row < view.size(); ++row) {
        const auto value = view[row];
        if (view.is_null(row)) is_there_[row] = 0;
        if constexpr (std::is_floating_point_v<std::remove_cvref_t<decltype(value)>>) {
          if (std::isnan(value)) is_there_[row] = 0;
          bits_[row] = std::bit_cast<uint64_t>(double{value});
        } else {
          bits_[row] = static_cast<uint64_t>(static_cast<int64_t>(value));
        }
      }
    });
  }
  bool is_there(size_t row) const { return is_there_[row] != 0; }
  uint64_t bits(size_t row) const { return bits_[row]; }
  /// What was counted between the two: a counter that shows less has begun again at zero.
  double increase(uint64_t before, uint64_t now) const {
    if (is_less(now, before)) return value(now);
    return kind_ == Kind::kFloat ? value(now) - value(before) : static_cast<double>(now - before);
  }

 private:
  enum class Kind { kSigned, kUnsigned, kFloat };
  bool is_less(uint64_t a, uint64_t b) const {
    if (kind_ == Kind::kUnsigned) return a < b;
    if (kind_ == Kind::kSigned) return static_cast<int64_t>(a) < static_cast<int64_t>(b);
    return std::bit_cast<double>(a) < std::bit_cast<double>(b);
  }
  double value(uint64_t bits) const {
    if (kind_ == Kind::kUnsigned) return static_cast<double>(bits);
    return kind_ == Kind::kSigned ? static_cast<double>(static_cast<int64_t>(bits))
                                  : std::bit_cast<double>(bits);
  }
  size_t column_;
  Kind kind_ = Kind::kSigned;
  std::vector<uint64_t> bits_;
  std::vector<uint8_t> is_there_;
};

class Rate final : public weir::KeyedTransform {
 public:
  explicit Rate(RateOptions options)
      : options_(std::move(options)), gap_(options_.max_gap.count()), stale_(gap_) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    if (options_.rates.empty() && options_.increases.empty())
      return weir::Status::invalid(
          "rates: at least one is needed, for example rates: {requests_per_s: requests}");
    weir::Binding binding = weir::Binding::keep_all(input);
    std::vector<weir::ColumnId> read(options_.by.begin(), options_.by.end());
    WEIR_RETURN_IF_ERROR(times_.bind(input, read));
    WEIR_RETURN_IF_ERROR(add_outputs(options_.rates, "rates", input, binding, read));
    WEIR_RETURN_IF_ERROR(add_outputs(options_.increases, "increases", input, binding, read));
    binding.add_kept_output(input).reads(read);
    options_.by.empty() ? binding.single_copy() : binding.key_by(options_.by);
    if (times_.needs_row_watermark()) binding.needs_row_watermark();
    last_.spec().slot_size = static_cast<uint32_t>(sizeof(Last) + counters_.size() * sizeof(Sample));
    last_.declare(binding);
    stale_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    for (Counter& counter : counters_) counter.read(batch);
    WEIR_RETURN_IF_ERROR(find_slots(batch, emitter));
    std::vector<weir::ColumnBuilder<double>> made(outputs_.size());
    sorted_.clear();
    for (size_t i = 0; i < rows_.size(); ++i) {
      Last& last = *slots_[i];
      const auto [row, time, reached] = rows_[i];
      if (last.is_known != 0 && stale_.is_stale(last, rows_[i])) last.forget(counters_.size());
      if (last.is_known != 0 && time <= last.time) {
        sorted_.out_of_order.push_back(row);
        continue;
      }
      sorted_.passing.push_back(row);
      append_values(last, row, time, made);
      take_in(last, row, time);
    }
    if (!sorted_.out_of_order.empty())
      count("out_of_order", static_cast<int64_t>(sorted_.out_of_order.size()));
    sorted_.give(batch, std::move(made), emitter);
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_timers(const weir::FiredTimers& fired, weir::Emitter&) override {
    WEIR_RETURN_IF_ERROR(stale_.on_timers(context(), fired, last_));
    return weir::Progress::done();
  }

 private:
  struct Output {
    size_t counter;
    bool is_rate;
  };

  weir::Status add_outputs(const weir::NamedList<weir::ColumnRef>& list, const std::string& option,
                           const weir::Schema& input, weir::Binding& binding,
                           std::vector<weir::ColumnId>& read) {
    for (const auto& [name, ref] : list) {
      const weir::DataType& type = input[ref.index].type;
      if (!weir::is_number(type.type) || type.type == weir::Type::kDecimal128)
        return weir::Status::invalid(option + ": column '" + input[ref.index].name + "' is " +
                                     type.to_string() +
                                     ", a counter is an integer or a float; CAST it in a map before");
      if (input.find(name))
        return weir::Status::invalid(option + ": its input has a column '" + name +
                                     "' already; choose another name");
      for (const std::string& other : names_)
        if (other == name) return weir::Status::invalid(option + ": '" + name + "' is given twice");
      names_.push_back(name);
      outputs_.push_back({counter_of(ref.index), option == "rates"});
      read.emplace_back(ref);
      binding.add_column({name, weir::Type::kFloat64},
                         {weir::ColumnId(ref), {0, static_cast<uint32_t>(times_.column())}},
                         weir::Derivation::kAggregated);
    }
    return {};
  }
  size_t counter_of(size_t column) {
    for (size_t i = 0; i < counters_.size(); ++i)
      if (counters_[i].column() == column) return i;
    counters_.emplace_back(column);
    return counters_.size() - 1;
  }

  /// Fills rows_ with the rows that have a time, and slots_ with what is known of their keys.
  weir::Status find_slots(const weir::Batch& batch, weir::Emitter& emitter) {
    times_.read(batch, rows_, emitter, [](uint32_t, weir::RowErrors&) { return true; });
    return stale_.find(context(), last_, batch, options_.by, rows_, slots_);
  }

  void append_values(Last& last, uint32_t row, int64_t time,
                     std::vector<weir::ColumnBuilder<double>>& made) const {
    for (size_t i = 0; i < outputs_.size(); ++i) {
      const Counter& counter = counters_[outputs_[i].counter];
      const Sample& before = last.sample(outputs_[i].counter);
      if (!counter.is_there(row) || before.is_there == 0 || time - before.time > gap_) {
        made[i].append_null();
        continue;
      }
      const double increase = counter.increase(before.bits, counter.bits(row));
      const double seconds = static_cast<double>(time - before.time) / 1e6;
      made[i].append(outputs_[i].is_rate ? increase / seconds : increase);
    }
  }
  void take_in(Last& last, uint32_t row, int64_t time) {
    last.time = time;
    last.is_known = 1;
    for (size_t i = 0; i < counters_.size(); ++i)
      if (counters_[i].is_there(row)) last.sample(i) = {time, counters_[i].bits(row), 1};
  }

  const RateOptions options_;
  const int64_t gap_;  // [us]
  SettledTimes times_;
  std::vector<Counter> counters_;
  std::vector<Output> outputs_;
  std::vector<std::string> names_;
  weir::ValueState<Last> last_{"last"};
  StaleKeys<Last> stale_;
  // Used again for each batch.
  std::vector<SettledTimes::Row> rows_;
  std::vector<Last*> slots_;
  PassingRows sorted_;
};

}  // namespace

WEIR_TRANSFORM(
    Rate, RateOptions, "rate", "How fast counters grow, with their resets told apart.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description("A counter only grows, until its process starts again at zero. Of two samples that "
                      "follow each other, "
                      "`increase = now - before`, and `rate = increase / seconds between them`. Where a "
                      "counter shows less than "
                      "before, it was reset in between: then `increase = now`, as in Prometheus' rate() and "
                      "increase(), but "
                      "nothing is extrapolated to the ends of a window: the sum of the increases is what was "
                      "counted. The first "
                      "sample of a key has no rate (null), nor has one that comes more than `max_gap` after "
                      "the one before; a "
                      "null or NaN counter is no sample. For a mean rate over a window, divide sums: "
                      "`sum(increase)` by the "
                      "window's seconds.\n\nRows of one key must come in the order of their time, as those "
                      "of one partition do; "
                      "one that is not later than the one before of its key goes to `out_of_order`. Nulls in "
                      "`by` are a key of "
                      "their own."),
    weir::example("speed: {type: rate, inputs: status, by: [host], rates: {requests_per_s: requests}, "
                  "increases: {new_requests: requests}}"),
    weir::output("out", "The rows with their rates."),
    weir::output("out_of_order", "Rows that were not later than the one before of their key, as they were.",
                 WEIR_PORT_OPTIONAL),
    weir::optional("by", &RateOptions::by, "What a counter belongs to. One counter where it is left out.",
                   weir::example_value("[host]")),
    weir::optional("rates", &RateOptions::rates, "New columns, float64 [1/s], each from a counter.",
                   weir::example_value("{requests_per_s: requests}")),
    weir::optional("increases", &RateOptions::increases,
                   "New columns, float64, each with what a counter grew by since the row before.",
                   weir::example_value("{new_requests: requests}")),
    weir::optional(
        "max_gap", &RateOptions::max_gap, "1h", weir::range(1, 3.2e14),
        "Samples further apart are not compared, and a key that is silent for longer is forgotten.",
        weir::example_value("5m")));
