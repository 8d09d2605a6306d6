// delay: each row so much later.
//
//   later: {type: delay, inputs: clicks, for: 5m}
//
// In:  any columns.
// Out: rows as they were, without event time. With event time a row comes when the watermark has passed its
//      time by `for`, in the order of their times, those of one time as they came. Without, a row comes when
//      it has been in the engine for so long, in the order of arrival.
//
// State: with event time, the rows that wait, under the time at which they are due. Without, none: a batch
// waits in its place and holds up what comes behind it, also barriers.
#include <weir/keyed_transform.hpp>
#include <weir/row_times.hpp>

#include "kept_rows.hpp"
#include "row_bytes.hpp"

namespace {

using namespace weir::streams;

struct DelayOptions {
  weir::Duration wait{};
};

class Delay final : public weir::KeyedTransform {
 public:
  explicit Delay(DelayOptions options) : wait_(options.wait.count()) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    input_ = inputs[0].schema;
    weir::Binding binding = weir::Binding::keep_all(input_);
    binding.single_copy();
    if (input_.event_time < 0) return binding.reads({});
    time_ = static_cast<size_t>(input_.event_time);
    binding.reads({{0, static_cast<uint32_t>(time_)}}).needs_row_watermark();
    // Windows behind it would take what comes so much later for late.
    binding.output(0).event_time = -1;
    waiting_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    if (input_.event_time >= 0) return keep(std::move(batch), emitter);
    const int64_t entered =
        batch->entered_ns > 0 ? batch->entered_ns : weir::host()->monotonic_ns(weir::host());
    due_ns_ = entered + wait_ * 1000;
    batch_ = std::move(batch);
    return more(emitter);
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter& emitter) override {
    watermark_ = std::max(watermark_, time);
    return give_upto(watermark_, emitter);
  }
  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    return give_upto(weir::kNever, emitter);
  }
  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    if (input_.event_time >= 0) return give_rest(emitter);
    if (batch_ && weir::host()->monotonic_ns(weir::host()) < due_ns_)
      return weir::Progress::not_ready_until(due_ns_);
    emitter.emit(std::move(batch_));
    return weir::Progress::done();
  }

 private:
  static constexpr size_t kOutputTimes = 1024;

  weir::Result<weir::Progress> keep(weir::Batch batch, weir::Emitter& emitter) {
    const weir::RowTimes times(batch, time_, watermark_);
    weir::RowErrors errors;
    std::vector<uint32_t> overdue;
    rows_.clear();
    due_.clear();
    for (uint32_t row = 0; row < batch.row_count(); ++row) {
      if (!times.check(row, input_[time_].name, errors)) continue;
      if (times[row] + wait_ <= times.reached(row)) {
        overdue.push_back(row);
        continue;
      }
      rows_.push_back(row);
      due_.push_back(times[row] + wait_);
    }
    emitter.reject(batch, errors);
    if (!overdue.empty()) emitter.emit(batch.select(overdue));
    weir::Keys keys(std::span<const weir_column* const>(), batch.row_count());
    keys.rows(rows_).namespaces(due_);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<KeptRows> slots, waiting_.find_or_insert(context(), keys));
    for (size_t i = 0; i < rows_.size(); ++i) {
      bytes_.clear();
      append_row(batch, rows_[i], bytes_);
      WEIR_RETURN_IF_ERROR(append_kept(waiting_, context(), *slots[i], due_[i], false, bytes_));
    }
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> give_upto(int64_t time, weir::Emitter& emitter) {
    if (input_.event_time < 0) return weir::Progress::done();
    giving_upto_ = time;
    cursor_ = 0;
    return give_rest(emitter);
  }
  weir::Result<weir::Progress> give_rest(weir::Emitter& emitter) {
    for (;;) {
      if (!emitter.has_room()) return weir::Progress::more();
      WEIR_ASSIGN_OR_RETURN(const auto some, waiting_.scan(context(), giving_upto_, kOutputTimes, &cursor_));
      if (some.slots.size() == 0) break;
      std::vector<std::string_view> rows;
      for (size_t i = 0; i < some.slots.size(); ++i)
        for_each_kept(some.slots[i], [&](const KeptRow& kept) { rows.push_back(kept.row); });
      weir_batch like{};
      like.row_count = static_cast<int64_t>(rows.size());
      like.entered_ns = weir::host()->monotonic_ns(weir::host());
      emitter.emit(weir::Batch::make(like, columns_of(input_.fields, std::move(rows))));
    }
    WEIR_RETURN_IF_ERROR(waiting_.remove_upto(context(), giving_upto_));
    return weir::Progress::done();
  }

  const int64_t wait_;  // [us]
  weir::Schema input_;
  size_t time_ = 0;
  KeptRowsState waiting_{"waiting"};
  int64_t watermark_ = weir::kBeforeAll;
  int64_t giving_upto_ = 0;  // What the running scan gives out.
  uint64_t cursor_ = 0;
  weir::Batch batch_;  // Without event time: what waits.
  int64_t due_ns_ = 0;
  // Used again for each batch.
  std::vector<uint32_t> rows_;
  std::vector<int64_t> due_;
  std::string bytes_;
};

}  // namespace

WEIR_TRANSFORM(
    Delay, DelayOptions, "delay", "Each row so much later.",
    weir::description(
        "Where its input carries event time, a row comes when the watermark has passed its time by `for`, in "
        "the order of the rows' times, those of one time as they came; rows without event time go to "
        "`errors`. "
        "The output has no event time: windows behind it would take every row for late. Without event time a "
        "row "
        "comes when it has been in the engine for so long, by the clock, in the order of arrival; what comes "
        "behind it waits too, checkpoints among it, so that a long delay of a fast source slows the source "
        "down. A bounded input gives all at its end, at the latest."),
    weir::example("later: {type: delay, inputs: clicks, for: 5m}"),
    weir::required("for", &DelayOptions::wait, weir::range(0, 3.2e14), "How much later.",
                   weir::example_value("5m")));
