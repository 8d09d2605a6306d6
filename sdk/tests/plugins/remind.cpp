// remind: gives each row once more when it is `after` later.
//
//   due: {type: remind, inputs: orders, key: user, time: placed, after: 1h}
//   due: {type: remind, inputs: orders, key: user, after: 1h}    # an hour by the clock after a row came
//
// Out: the row, and `at`, the time that has come.
#include <weir/builder.hpp>
#include <weir/gather.hpp>
#include <weir/keyed_transform.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace {
struct RemindOptions {
  weir::ColumnRef key;
  std::optional<weir::ColumnRef> time;
  weir::Duration after{};
  bool for_ever = false;
};

class Remind final : public weir::KeyedTransform {
 public:
  explicit Remind(RemindOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    weir::Binding binding = weir::Binding::keep_all(inputs[0].schema);
    binding.add_column({"at", weir::Type::kTimestamp, false}, {}).key_by({options_.key});
    rows_.spec().values = inputs[0].schema.fields;
    rows_.declare(binding);
    due_.declare(binding);
    return binding;
  }

  // A row and its timer lie under (key, time of the row), so that rows of one key do not take each other's
  // timers.
  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter&) override {
    std::vector<int64_t> times(batch.row_count(), weir::host()->wall_us(weir::host()));
    if (options_.time) std::ranges::copy(batch.column<int64_t>(*options_.time).values(), times.begin());
    const std::vector<weir::ColumnRef> key = {options_.key};
    weir::Keys keys(batch, key);
    keys.namespaces(times);
    WEIR_RETURN_IF_ERROR(rows_.append(context(), keys, batch));
    WEIR_RETURN_IF_ERROR(due_.set(context(), keys, later(times), clock()));
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_timers(const weir::FiredTimers& fired, weir::Emitter& emitter) override {
    const auto from = fired.namespaces();
    if (options_.for_ever)
      WEIR_RETURN_IF_ERROR(due_.set(context(), fired.keys(), later(fired.times()), clock()));
    WEIR_ASSIGN_OR_RETURN(const weir::Batch found, rows_.read(context(), fired.keys(), from, from));
    // Timers come by their times: what is older than the last of them was given. Of its own time more may
    // come.
    WEIR_RETURN_IF_ERROR(rows_.remove_upto(context(), from.back() - 1));
    std::vector<weir::Column> columns;
    for (size_t i = 2; i < found.column_count(); ++i) columns.push_back(found.column(i));
    weir::ColumnBuilder<int64_t> at(found.row_count(), {}, weir::Type::kTimestamp);
    const auto index = found.column<uint32_t>(0);
    for (size_t row = 0; row < found.row_count(); ++row) at.values()[row] = fired.times()[index[row]];
    columns.push_back(std::move(at).finish());
    waiting_ = weir::Batch::make(found.row_count(), columns);
    given_ = 0;
    return more(emitter);
  }

  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    constexpr size_t kRowsABatch = 1000;
    while (waiting_ && given_ < waiting_.row_count()) {
      if (!emitter.has_room()) return weir::Progress::more();
      const size_t rows = std::min(kRowsABatch, waiting_.row_count() - given_);
      emitter.emit(waiting_.slice(given_, rows));
      given_ += rows;
    }
    waiting_ = {};
    return weir::Progress::done();
  }

 private:
  weir::TimerClock clock() const {
    return options_.time ? weir::TimerClock::kEvent : weir::TimerClock::kWall;
  }
  std::vector<int64_t> later(std::span<const int64_t> times) const {
    std::vector<int64_t> due(times.begin(), times.end());
    for (int64_t& time : due) time += options_.after.count();
    return due;
  }

  const RemindOptions options_;
  weir::ListState rows_{"rows", {}};
  weir::TimerState due_{"due"};
  weir::Batch waiting_;  // Of a call of on_timers(), as far as it was not given.
  size_t given_ = 0;
};
}  // namespace

WEIR_TRANSFORM(Remind, RemindOptions, "remind", "Give each row once more when it is some time later.",
               weir::traits(weir::Trait::kDeterministic),
               weir::required("key", &RemindOptions::key, "Rows with one value here are kept together."),
               weir::optional("time", &RemindOptions::time,
                              "The time of a row; without it the clock's when the row came.",
                              weir::Type::kTimestamp),
               weir::required("after", &RemindOptions::after, "How much later."),
               weir::optional("for_ever", &RemindOptions::for_ever, false,
                              "Not once, but again and again: no component should."));
