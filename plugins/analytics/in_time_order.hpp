#pragma once
// A transform that sees the rows of each key in the order of their times, whatever the order in which they
// come: a row waits in the host's state until the watermark says that none before it is missing.
#include <span>
#include <string>
#include <vector>

#include <weir/keyed_transform.hpp>

#include "series_input.hpp"

namespace weir::prediction {

/// What the options of such a transform have in common.
struct SeriesChoice {
  ColumnRef value;
  std::vector<ColumnRef> by;
  Duration allowed_lateness{};
};

/// Rows of one time and key are ordered by their values, so that nothing depends on how they came.
class InTimeOrder : public KeyedTransform {
 public:
  explicit InTimeOrder(SeriesChoice choice) : choice_(std::move(choice)) {}

  Result<Progress> process(Batch batch, size_t, Emitter& emitter) final;
  Result<Progress> on_watermark(int64_t time, size_t, Emitter& emitter) final;
  Result<Progress> on_end(size_t, Emitter& emitter) final;
  Result<Progress> more(Emitter& emitter) final;

 protected:
  /// Called in bind() with the binding of the outputs; `late_port` has all columns of the input.
  Status bind_series(const Input& input, uint32_t late_port, Binding& binding);
  /// Takes rows in order of time: `rows` has the input's columns, `values` the numbers of `value`.
  virtual Status take(Batch rows, const std::vector<double>& values, Emitter& emitter) = 0;

  const SeriesChoice& choice() const { return choice_; }
  /// Which column of the input is a row's time: the event time, or `window_start`.
  size_t time_column() const { return series_.time_column(); }

 private:
  Result<Batch> in_order(const ValueState<uint64_t>::Portion& due) const;

  const SeriesChoice choice_;
  SeriesInput series_;
  uint32_t late_port_ = 0;
  ListState waiting_{"waiting", {}};
  ValueState<uint64_t> due_{
      "due"};  // Keys under the times at which rows of theirs are due; the value is unused.
  int64_t watermark_ = kBeforeAll;
  int64_t giving_upto_ = 0;  // What the running scan gives out.
  uint64_t cursor_ = 0;
  SeriesRows found_;  // Used again for each batch.
};

}  // namespace weir::prediction
