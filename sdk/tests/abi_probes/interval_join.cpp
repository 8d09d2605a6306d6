// interval_join: pairs each left row with the right rows of its key that came at most `within` later.
//
//   clicked: {type: interval_join, inputs: {left: shown, right: clicks}, left_key: user, right_key: user,
//   within: 5m}
//
// In:  left and right, each with event time. Out: left's columns, then right's with "right_" before their
// names. Right rows wait in the host's state; a left row is answered when right's watermark has passed its
// interval.
#include <weir/keyed_transform.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace {

struct IntervalJoinOptions {
  weir::ColumnRef left_key;
  weir::ColumnRef right_key;
  weir::Duration within{};
};

constexpr size_t kLeft = 0;
constexpr size_t kRight = 1;

class IntervalJoin final : public weir::KeyedTransform {
 public:
  explicit IntervalJoin(IntervalJoinOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    left_ = inputs[kLeft].schema;
    right_ = inputs[kRight].schema;
    if (left_.event_time < 0 || right_.event_time < 0)
      return weir::Status::invalid("both inputs need event time: give 'event_time' where the rows enter");
    weir::Binding binding = weir::Binding::keep_all(left_, kLeft);
    for (uint32_t i = 0; i < right_.size(); ++i) {
      weir::Field field = right_[i];
      field.name = "right_" + field.name;
      binding.add_column(field, {{kRight, i}}, weir::Derivation::kSame);
    }
    binding.key_by({options_.left_key}).key_by({options_.right_key});
    waiting_left_.spec().values = left_.fields;
    waiting_right_.spec().values = right_.fields;
    waiting_left_.declare(binding);
    waiting_right_.declare(binding);
    due_.declare(binding);
    return binding;
  }

  // Both sides are kept under (key, time). A timer for each left row says when its interval has passed.
  weir::Result<weir::Progress> process(weir::Batch batch, size_t port, weir::Emitter&) override {
    const bool is_left = port == kLeft;
    const weir::Schema& schema = is_left ? left_ : right_;
    const std::array key = {is_left ? options_.left_key : options_.right_key};
    const auto times = batch.column<int64_t>(static_cast<size_t>(schema.event_time));
    weir::Keys keys(batch, key);
    keys.namespaces(times.values());
    weir::ListState& state = is_left ? waiting_left_ : waiting_right_;
    WEIR_RETURN_IF_ERROR(state.append(context(), keys, {batch->columns, batch.column_count()}));
    if (is_left) {
      std::vector<int64_t> ends(times.values().begin(), times.values().end());
      for (int64_t& end : ends) end += options_.within.count() + 1;
      WEIR_RETURN_IF_ERROR(due_.set(context(), keys, ends));
    }
    return weir::Progress::done();
  }

  // No row of either side can come below the fired times any more: they stand right behind the interval. A
  // timer's namespace is its left row's time.
  weir::Result<weir::Progress> on_timers(const weir::FiredTimers& fired, weir::Emitter& emitter) override {
    const weir::Keys keys = fired.keys();
    const std::span<const int64_t> from = fired.namespaces();
    std::vector<int64_t> to(fired.times().begin(), fired.times().end());
    for (int64_t& time : to) --time;
    WEIR_ASSIGN_OR_RETURN(const weir::Batch left, waiting_left_.read(context(), keys, from, from));
    WEIR_ASSIGN_OR_RETURN(const weir::Batch right, waiting_right_.read(context(), keys, from, to));
    emitter.emit(paired(left, right));
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t port, weir::Emitter&) override {
    marks_[port] = time;
    const int64_t passed = std::min(marks_[kLeft], marks_[kRight]) - options_.within.count();
    WEIR_RETURN_IF_ERROR(waiting_left_.remove_upto(context(), passed - 1));
    WEIR_RETURN_IF_ERROR(waiting_right_.remove_upto(context(), passed - 1));
    return weir::Progress::done();
  }

 private:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::min() / 2;

  // Column 0 of both says which key a row belongs to, column 1 its time; rows of one key lie together.
  static weir::Batch paired(const weir::Batch& left, const weir::Batch& right) {
    const auto left_of = left.column<uint32_t>(0);
    const auto right_of = right.column<uint32_t>(0);
    std::vector<uint32_t> left_rows;
    std::vector<uint32_t> right_rows;
    for (uint32_t l = 0; l < left_of.size(); ++l)
      for (uint32_t r = 0; r < right_of.size(); ++r)
        if (left_of[l] == right_of[r]) {
          left_rows.push_back(l);
          right_rows.push_back(r);
        }
    std::vector<weir::Column> columns;
    for (size_t i = 2; i < left.column_count(); ++i)
      columns.push_back(weir::gather(left.raw_column(i), left_rows));
    for (size_t i = 2; i < right.column_count(); ++i)
      columns.push_back(weir::gather(right.raw_column(i), right_rows));
    return weir::Batch::make(left_rows.size(), columns);
  }

  const IntervalJoinOptions options_;
  weir::Schema left_;
  weir::Schema right_;
  weir::ListState waiting_left_{"left", {}};
  weir::ListState waiting_right_{"right", {}};
  weir::TimerState due_{"due"};
  std::array<int64_t, 2> marks_ = {kNever, kNever};
};

}  // namespace

WEIR_TRANSFORM(
    IntervalJoin, IntervalJoinOptions, "interval_join", "Pair rows of one key that came close to each other.",
    weir::input("left", "Rows that begin an interval."), weir::input("right", "Rows that may fall into it."),
    weir::required("left_key", &IntervalJoinOptions::left_key, weir::on_input(0), "The key of left rows."),
    weir::required("right_key", &IntervalJoinOptions::right_key, weir::on_input(1), "The key of right rows."),
    weir::required("within", &IntervalJoinOptions::within, "How long an interval is."));
