// generator: makes rows out of nothing but a seed.
//
//   clicks: {type: generator, rows: 1000, columns: {id: sequence, user: {zipf: {n: 100}}}}
//
// A row depends on the seed and its number alone: batches of any size and restarts anywhere give the same
// rows.
#include <weir/ext_bounded.h>
#include <weir/source.hpp>

#include <algorithm>
#include <memory>
#include <vector>

#include "column_kinds.hpp"

namespace weir::generator {
namespace {

constexpr int64_t kBatchRows = 8192;
constexpr int64_t kBatchBytes = 1 << 20;
// A slow generator wakes at most so many times a second.
constexpr double kWakesPerSecond = 100;

struct Options {
  int64_t rows = 0;
  std::optional<double> rate;
  int64_t seed = 0;
  NamedList<ColumnOption> columns;
};

class Generator final : public Source {
 public:
  explicit Generator(Options options) : options_(std::move(options)) {}

  static const void* extension(weir_str name) {
    static constexpr weir_bounded_calls kBounded = {
        sizeof(kBounded), 0, [](weir_node* node) {
          const auto& self = static_cast<Generator&>(*shim::node_of(node).object);
          return self.options_.rows > 0 ? 1 : 0;
        }};
    return as_view(name) == WEIR_BOUNDED_EXTENSION ? &kBounded : nullptr;
  }

  Result<Schema> bind() override {
    if (options_.columns.empty()) return Status::invalid("'columns' is empty: name at least one column");
    Schema schema;
    makers_.clear();
    int64_t row_bytes = 0;
    for (const auto& [name, option] : options_.columns) {
      WEIR_ASSIGN_OR_RETURN(
          auto maker, make_column_maker(name, option, static_cast<uint64_t>(options_.seed), makers_.size()));
      schema.fields.push_back({name, maker->type(), false});
      makers_.push_back(std::move(maker));
      const auto* const kind = std::get_if<Kind>(&option);
      row_bytes += 16 + (kind != nullptr ? kind->random_string.value_or(0) : 0);
    }
    batch_rows_ = std::clamp(kBatchBytes / row_bytes, int64_t{1}, kBatchRows);
    return schema;
  }

  Status restore(std::span<const PartitionOffset> offsets) override {
    for (const PartitionOffset& offset : offsets) next_ = first_ = offset.offset.position;
    if (options_.rows > 0 && next_ > options_.rows)
      return Status::invalid("the checkpoint made " + std::to_string(next_) + " rows, and 'rows' is " +
                             std::to_string(options_.rows) + " now: raise it, or start with --from-scratch");
    return {};
  }

  Result<Progress> poll(RowOutput& output) override {
    if (partition_ == 0) partition_ = output.partition_found("0");
    const int64_t left = options_.rows > 0 ? options_.rows - next_ : kBatchRows;
    if (left <= 0) {
      output.partition_ended(partition_);
      return Progress::finished();
    }
    int64_t count = std::min(left, batch_rows_);
    if (options_.rate) {
      const int64_t now = host()->monotonic_ns(host());
      if (began_ns_ < 0) began_ns_ = now;
      const double due = static_cast<double>(now - began_ns_) * 1e-9 * *options_.rate;
      const int64_t allowed = first_ + static_cast<int64_t>(due) - next_;
      if (allowed <= 0) return Progress::not_ready_until(next_wake());
      count = std::min(count, allowed);
    }
    emit(output, count);
    return Progress::done();
  }

 private:
  int64_t next_wake() const {
    const double rows = std::max(1.0, *options_.rate / kWakesPerSecond);
    // A nanosecond more than the quotient, so that rounding never wakes too early for the row.
    return began_ns_ + 1 +
           static_cast<int64_t>((static_cast<double>(next_ - first_) + rows) / *options_.rate * 1e9);
  }

  void emit(RowOutput& output, int64_t count) {
    std::vector<Column> columns;
    for (const auto& maker : makers_) columns.push_back(maker->make(next_, static_cast<size_t>(count)));
    const int64_t first = next_;
    next_ += count;
    output.emit(partition_, Batch::make(static_cast<size_t>(count), columns), first, {next_, {}});
  }

  const Options options_;
  std::vector<std::unique_ptr<ColumnMaker>> makers_;
  int64_t batch_rows_ = kBatchRows;
  uint32_t partition_ = 0;
  int64_t first_ = 0;  // Where this process began.
  int64_t next_ = 0;
  int64_t began_ns_ = -1;
};

}  // namespace
}  // namespace weir::generator

using weir::generator::Generator;
using weir::generator::Options;

WEIR_SOURCE(
    Generator, Options, "generator", "Make rows: sequences, times, texts and random numbers from a seed.",
    weir::traits(weir::Trait::kDeterministic, weir::Trait::kReplayable, weir::Trait::kBounded),
    weir::description(
        "A row depends on `seed` and its number alone, so every run gives the same rows, on any machine, "
        "and a restart goes on where it stopped. A column is `sequence`, or one of the kinds below."),
    weir::example(
        "type: generator\nrows: 1000\ncolumns:\n  id: sequence\n  ts: {time: {start: 2025-01-01T00:00:00Z, "
        "step: 10ms, disorder: 2s}}\n  user: {zipf: {n: 1000}}\n  latency_ms: {lognormal: {mu: 3.5, sigma: "
        "0.9}}\n  page: {choice: {home: 5, cart: 1}}"),
    weir::optional("rows", &Options::rows, 0, "How many; 0 never ends.", weir::range(0, 9e18)),
    weir::optional("rate", &Options::rate, "Rows a second; as fast as possible when left out.",
                   weir::range(1e-6, 1e12)),
    weir::optional("seed", &Options::seed, 0, "Another seed gives other rows."),
    weir::required("columns", &Options::columns, "The columns by name, each with its kind.",
                   weir::example_value("{id: sequence}")));
