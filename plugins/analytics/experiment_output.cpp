#include "experiment_output.hpp"

#include <cmath>

#include <weir/builder.hpp>

namespace weir::experiment {
namespace {

/// Makes the columns one by one, in the order of result_columns().
class Columns {
 public:
  explicit Columns(const std::vector<ResultRow>& rows) : rows_(rows) {}
  template <class Get>
  void texts(Get get) {
    StringBuilder made;
    for (const ResultRow& row : rows_) made.append(std::string_view(get(row)));
    columns_.push_back(std::move(made).finish());
  }
  template <class Get>
  void counts(Get get, Type type = Type::kInt64) {
    ColumnBuilder<int64_t> made{DataType(type)};
    for (const ResultRow& row : rows_) made.append(get(row));
    columns_.push_back(std::move(made).finish());
  }
  template <class Get>
  void numbers(Get get) {
    ColumnBuilder<double> made;
    for (const ResultRow& row : rows_) {
      const double value = get(row);
      std::isfinite(value) ? made.append(value) : made.append_null();
    }
    columns_.push_back(std::move(made).finish());
  }
  void numbers(double Comparison::* member) {
    numbers([member](const ResultRow& row) { return row.comparison.*member; });
  }
  void flags(bool value) {
    BoolBuilder made;
    for (size_t i = 0; i < rows_.size(); ++i) made.append(value);
    columns_.push_back(std::move(made).finish());
  }
  Batch finish() {
    weir_batch like{};
    like.row_count = static_cast<int64_t>(rows_.size());
    like.entered_ns = host()->monotonic_ns(host());
    return Batch::make(like, columns_);
  }

 private:
  const std::vector<ResultRow>& rows_;
  std::vector<Column> columns_;
};

}  // namespace

OutputPort result_columns(const Options& options, const Schema& input, const std::vector<ColumnId>& read) {
  OutputPort out;
  const auto add = [&](const char* name, Type type, bool nullable, std::vector<ColumnId> from,
                       Derivation how = Derivation::kAggregated) {
    out.columns.push_back({{name, type, nullable}, how, std::move(from)});
  };
  const std::vector<ColumnId> arm = {ColumnId(options.arm)};
  if (options.window) {
    const ColumnId time(0, static_cast<uint32_t>(input.event_time));
    for (const char* name : {"window_start", "window_end"})
      add(name, Type::kTimestamp, false, {time}, Derivation::kDerived);
  }
  add("metric", Type::kString, false, {});
  add("arm", Type::kString, false, arm, Derivation::kDerived);
  add("control", Type::kString, false, {});
  add("test", Type::kString, false, {});
  for (const char* name : {"n", "n_control"}) add(name, Type::kInt64, false, read);
  for (const char* name : {"estimate", "estimate_control", "difference", "lift", "low", "high", "p",
                           "p_adjusted", "statistic", "df", "mde", "variance_reduction", "sample_ratio_p"})
    add(name, Type::kFloat64, true, read);
  add("crossed_units", Type::kInt64, false, read);
  add("verdict", Type::kString, false, read);
  add("sentence", Type::kString, false, read);
  if (options.early_every()) {
    add("is_final", Type::kBool, false, {});
    add("revision", Type::kInt64, false, {});
    out.revises = true;
  }
  return out;
}

Batch result_batch(const std::vector<ResultRow>& rows, const Options& options, const ResultHead& head) {
  Columns columns(rows);
  if (options.window) {
    const int64_t width = options.window->tumbling.count();
    columns.counts([&](const ResultRow&) { return head.window_end - width; }, Type::kTimestamp);
    columns.counts([&](const ResultRow&) { return head.window_end; }, Type::kTimestamp);
  }
  columns.texts([](const ResultRow& row) { return row.metric; });
  columns.texts([](const ResultRow& row) { return row.arm; });
  columns.texts([&](const ResultRow&) { return options.control; });
  columns.texts([](const ResultRow& row) { return row.test; });
  columns.counts([](const ResultRow& row) { return row.n; });
  columns.counts([](const ResultRow& row) { return row.n_control; });
  for (double Comparison::* const member :
       {&Comparison::estimate, &Comparison::estimate_control, &Comparison::difference, &Comparison::lift,
        &Comparison::low, &Comparison::high, &Comparison::p})
    columns.numbers(member);
  columns.numbers([](const ResultRow& row) { return row.p_adjusted; });
  for (double Comparison::* const member :
       {&Comparison::statistic, &Comparison::df, &Comparison::mde, &Comparison::variance_reduction})
    columns.numbers(member);
  columns.numbers([](const ResultRow& row) { return row.sample_ratio_p; });
  columns.counts([](const ResultRow& row) { return row.crossed_units; });
  columns.texts([](const ResultRow& row) { return word_of(row.verdict); });
  columns.texts([](const ResultRow& row) { return row.sentence; });
  if (options.early_every()) {
    columns.flags(head.is_final);
    columns.counts([&](const ResultRow&) { return head.revision; });
  }
  return columns.finish();
}

}  // namespace weir::experiment
