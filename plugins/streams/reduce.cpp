// reduce: the rows of one key merged into one, until a condition or a silence.
//
//   visits:
//     type: reduce
//     inputs: views
//     by: [user]
//     keep: {pages: count(), last_page: last(page), spent: sum(revenue)}
//     until: page = '/thanks'
//     idle: 30m
//
// In:  columns `by`, of any type that can be a key; nulls are a value like any other. With `idle`, rows with
//      event time.
// Out: one row for each group: the columns of `by`, then those of `keep`, in no order and without event time.
//      A group begins with the first row of its key and ends with a row for which `until` is true, which
//      belongs to it; before a row that is `idle` or more later than all rows of the group; when the
//      watermark is that far; or with the input.
//
// State: for each key where its open group lies, and the group under the time at which it ends by itself, so
// that silence costs one look at the groups that are due.
#include <set>

#include <weir/keyed_transform.hpp>
#include <weir/row_times.hpp>

#include "row_fold.hpp"

namespace {

using namespace weir::streams;

struct ReduceOptions {
  std::vector<weir::ColumnRef> by;
  weir::NamedList<weir::Aggregate> keep;
  std::optional<weir::Expression> until;
  std::optional<weir::Duration> idle;
};

/// What a key has open between two batches.
struct Open {
  int64_t ends_at;  ///< Its group's namespace: the time of its last row and `idle`; weir::kNever without.
  uint32_t is_open;
  uint32_t local;  ///< While a batch is taken in: the number of its group in it, from 1. Else 0.
};

class Reduce final : public weir::KeyedTransform {
 public:
  explicit Reduce(ReduceOptions options)
      : options_(std::move(options)),
        idle_(options_.idle ? options_.idle->count() : 0),
        fold_(options_.keep) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    WEIR_RETURN_IF_ERROR(check(inputs[0]));
    weir::Binding binding = weir::Binding::unknown({});
    weir::OutputPort& out = binding.output(0);
    std::vector<weir::ColumnId> read(options_.by.begin(), options_.by.end());
    for (const weir::ColumnRef& ref : options_.by)
      out.columns.push_back({input[ref.index], weir::Derivation::kSame, {weir::ColumnId(ref)}});
    for (const weir::Computed& computed : fold_.layout().computed) {
      weir::OutputColumn made{computed.result(), weir::Derivation::kAggregated, {}};
      for (const uint32_t column : computed.columns()) made.from.emplace_back(0, column);
      read.insert(read.end(), made.from.begin(), made.from.end());
      out.columns.push_back(std::move(made));
    }
    if (options_.until)
      for (const uint32_t column : options_.until->columns()) read.emplace_back(0, column);
    if (input.event_time >= 0) {
      time_ = input.event_time;
      time_name_ = input[static_cast<size_t>(time_)].name;
      read.emplace_back(0, static_cast<uint32_t>(time_));
    }
    if (options_.idle) binding.needs_row_watermark();
    binding.reads(read).key_by(options_.by);
    open_.declare(binding);
    groups_.spec().slot_size = fold_.layout().size;
    groups_.spec().ref_offsets = fold_.layout().ref_offsets;
    groups_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    WEIR_RETURN_IF_ERROR(sort_out(batch, emitter));
    if (rows_.empty()) return weir::Progress::done();
    WEIR_RETURN_IF_ERROR(cut_into_groups(batch));
    WEIR_RETURN_IF_ERROR(take_in(batch));
    WEIR_RETURN_IF_ERROR(give_ended(batch, emitter));
    WEIR_RETURN_IF_ERROR(keep_open(batch));
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter& emitter) override {
    watermark_ = std::max(watermark_, time);
    return options_.idle ? give_upto(watermark_, emitter) : weir::Progress::done();
  }
  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    return give_upto(weir::kNever, emitter);
  }
  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    for (;;) {
      if (!emitter.has_room()) return weir::Progress::more();
      WEIR_ASSIGN_OR_RETURN(const auto some, groups_.scan(context(), giving_upto_, kOutputRows, &cursor_));
      if (some.slots.size() == 0) break;
      WEIR_RETURN_IF_ERROR(give(some.keys, some.slots.raw(), emitter));
      std::vector<const weir_column*> keys;
      for (const weir::Column& key : some.keys) keys.push_back(key.get());
      WEIR_RETURN_IF_ERROR(open_.remove(context(), weir::Keys(keys, some.slots.size())));
    }
    WEIR_RETURN_IF_ERROR(groups_.remove_upto(context(), giving_upto_));
    return weir::Progress::done();
  }

 private:
  static constexpr size_t kOutputRows = 8192;
  /// Where groups lie while a batch is taken in: below every time.
  static constexpr int64_t kAtWork = weir::kBeforeAll + 1;

  /// One group as far as this batch goes.
  struct Local {
    uint32_t row;                      ///< One of its rows, for the key.
    Open* open;                        ///< Its key's.
    int64_t came_from = weir::kNever;  ///< The namespace of what it was before.
    bool was_there = false;
    bool has_ended = false;
    int64_t last = weir::kBeforeAll;  ///< The latest time of its rows.
  };

  weir::Status check(const weir::Input& input) const {
    if (options_.by.empty()) return weir::Status::invalid("by: at least one column is needed");
    if (!options_.until && !options_.idle)
      return weir::Status::invalid(
          "until: it or 'idle' must say when a group ends, for example idle: 5m; for one row of all rows of "
          "a "
          "key use aggregate");
    if (!options_.idle && !input.is_bounded)
      return weir::Status::invalid(
          "idle: is needed, because its input never ends and a group whose end does not come would be kept "
          "for "
          "ever; for example idle: 1h");
    if (options_.idle && input.schema.event_time < 0)
      return weir::Status::invalid(
          "idle: its input carries no event time; declare event_time at a node before it, for example "
          "event_time: {column: ts}");
    std::set<std::string> names;
    for (const weir::ColumnRef& ref : options_.by) names.insert(ref.name);
    for (const weir::Computed& computed : fold_.layout().computed)
      if (!names.insert(computed.name).second)
        return weir::Status::invalid("keep: two columns of its output would be called '" + computed.name +
                                     "'");
    return {};
  }

  /// Evaluates everything over the batch and fills rows_ with those that have a place in a group.
  weir::Status sort_out(const weir::Batch& batch, weir::Emitter& emitter) {
    weir::RowErrors errors;
    WEIR_RETURN_IF_ERROR(fold_.evaluate(batch, errors));
    is_last_.assign(batch.row_count(), false);
    if (options_.until) {
      WEIR_ASSIGN_OR_RETURN(const weir::Column until, options_.until->evaluate(batch, errors));
      const weir::BoolColumn is_true(*until);
      for (size_t row = 0; row < is_last_.size(); ++row)
        is_last_[row] = !is_true.is_null(row) && is_true[row];
    }
    if (options_.idle) {
      const weir::RowTimes times(batch, static_cast<size_t>(time_), watermark_);
      for (size_t row = 0; row < batch.row_count(); ++row) times.check(row, time_name_, errors);
    }
    rows_ = errors.good_rows(batch.row_count());
    if (errors.is_empty()) return {};
    // Of a row's faults the first is told.
    weir::RowErrors first;
    std::set<size_t> told;
    for (const auto& fault : errors.faults())
      if (told.insert(fault.row).second) first.add(fault.row, fault.code, fault.message, fault.column);
    emitter.reject(batch, first);
    return {};
  }

  /// Goes through the rows in order: local_of_[i] is the group of rows_[i].
  weir::Status cut_into_groups(const weir::Batch& batch) {
    locals_.clear();
    local_of_.clear();
    weir::Keys keys(batch, options_.by);
    keys.rows(rows_);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<Open> found, open_.find_or_insert(context(), keys));
    opens_.assign(rows_.size(), nullptr);
    for (size_t i = 0; i < rows_.size(); ++i) opens_[i] = found[i];
    std::optional<weir::RowTimes> times;
    if (options_.idle) times.emplace(batch, static_cast<size_t>(time_), watermark_);
    for (size_t i = 0; i < rows_.size(); ++i) {
      const uint32_t row = rows_[i];
      Open& open = *opens_[i];
      if (open.local == 0) begin(open, row);
      if (times && is_over(locals_[open.local - 1], *times, row)) {
        locals_[open.local - 1].has_ended = true;
        open.is_open = 0;
        begin(open, row);
      }
      Local& local = locals_[open.local - 1];
      if (times) local.last = std::max(local.last, (*times)[row]);
      local_of_.push_back(open.local - 1);
      if (is_last_[row]) {
        local.has_ended = true;
        open.is_open = 0;
        open.local = 0;
      }
    }
    return {};
  }
  void begin(Open& open, uint32_t row) {
    Local local{row, &open};
    if (open.is_open != 0) {
      local.was_there = true;
      local.came_from = open.ends_at;
      if (options_.idle) local.last = open.ends_at - idle_;
    }
    locals_.push_back(local);
    open.local = static_cast<uint32_t>(locals_.size());
  }
  /// Whether silence ended the group before this row. The row's own watermark decides as the signal would
  /// have, whether or not that came first.
  bool is_over(const Local& local, const weir::RowTimes& times, uint32_t row) const {
    if (local.last == weir::kBeforeAll) return false;
    const int64_t end = local.last + idle_;
    return times[row] >= end || times.reached(row) >= end;
  }

  weir::Status take_in(const weir::Batch& batch) {
    picked_.clear();
    from_.clear();
    to_.clear();
    for (size_t i = 0; i < locals_.size(); ++i) {
      if (!locals_[i].was_there) continue;
      picked_.push_back(locals_[i].row);
      from_.push_back(locals_[i].came_from);
      to_.push_back(kAtWork + static_cast<int64_t>(i));
    }
    WEIR_RETURN_IF_ERROR(move(batch));
    from_.clear();
    for (const uint32_t local : local_of_) from_.push_back(kAtWork + int64_t{local});
    weir::Keys keys(batch, options_.by);
    keys.rows(rows_).namespaces(from_);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<uint64_t> slots, groups_.find_or_insert(context(), keys));
    return fold_.update(context(), groups_, slots.raw(), rows_, event_times(batch));
  }
  const int64_t* event_times(const weir::Batch& batch) {
    if (time_ < 0) return nullptr;
    const auto times = batch.column<int64_t>(static_cast<size_t>(time_));
    if (!times.has_nulls()) return times.values().data();
    times_.resize(times.size());
    for (size_t row = 0; row < times.size(); ++row)
      times_[row] = times.is_null(row) ? weir::kBeforeAll : times[row];
    return times_.data();
  }

  weir::Status give_ended(const weir::Batch& batch, weir::Emitter& emitter) {
    picked_.clear();
    from_.clear();
    for (size_t i = 0; i < locals_.size(); ++i) {
      if (!locals_[i].has_ended) continue;
      picked_.push_back(locals_[i].row);
      from_.push_back(kAtWork + static_cast<int64_t>(i));
    }
    if (picked_.empty()) return {};
    weir::Keys keys(batch, options_.by);
    keys.rows(picked_).namespaces(from_);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<uint64_t> slots, groups_.find(context(), keys));
    std::vector<weir::Column> key_columns;
    for (const weir::ColumnRef& ref : options_.by)
      key_columns.push_back(weir::gather(batch.raw_column(ref.index), picked_));
    WEIR_RETURN_IF_ERROR(give(key_columns, slots.raw(), emitter));
    return groups_.remove(context(), keys);
  }

  /// Puts what is open under the time at which it ends, and forgets keys that have nothing open.
  weir::Status keep_open(const weir::Batch& batch) {
    picked_.clear();
    from_.clear();
    to_.clear();
    for (size_t i = 0; i < locals_.size(); ++i) {
      const Local& local = locals_[i];
      if (local.has_ended) continue;
      *local.open = {options_.idle ? local.last + idle_ : weir::kNever, 1, 0};
      picked_.push_back(local.row);
      from_.push_back(kAtWork + static_cast<int64_t>(i));
      to_.push_back(local.open->ends_at);
    }
    WEIR_RETURN_IF_ERROR(move(batch));
    picked_.clear();
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (opens_[i]->is_open != 0 || opens_[i]->local == kForgotten) continue;
      opens_[i]->local = kForgotten;
      picked_.push_back(rows_[i]);
    }
    if (picked_.empty()) return {};
    weir::Keys keys(batch, options_.by);
    keys.rows(picked_);
    return open_.remove(context(), keys);
  }
  static constexpr uint32_t kForgotten = UINT32_MAX;

  weir::Status move(const weir::Batch& batch) {
    if (picked_.empty()) return {};
    weir::Keys keys(batch, options_.by);
    keys.rows(picked_).namespaces(from_);
    return groups_.move(context(), keys, to_);
  }

  weir::Status give(const std::vector<weir::Column>& keys, std::span<void* const> slots,
                    weir::Emitter& emitter) const {
    WEIR_ASSIGN_OR_RETURN(std::vector<weir::Column> kept, fold_.finish(groups_, slots));
    std::vector<weir::Column> columns = keys;
    for (weir::Column& column : kept) columns.push_back(std::move(column));
    weir_batch like{};
    like.row_count = static_cast<int64_t>(slots.size());
    like.entered_ns = weir::host()->monotonic_ns(weir::host());
    emitter.emit(weir::Batch::make(like, columns));
    return {};
  }
  weir::Result<weir::Progress> give_upto(int64_t time, weir::Emitter& emitter) {
    giving_upto_ = time;
    cursor_ = 0;
    return more(emitter);
  }

  const ReduceOptions options_;
  const int64_t idle_;  // [us]; 0: groups do not end by silence.
  RowFold fold_;
  int time_ = -1;  // The column with event time; -1: none.
  std::string time_name_;
  weir::ValueState<Open> open_{"open"};
  FoldState groups_{"groups"};
  int64_t watermark_ = weir::kBeforeAll;
  int64_t giving_upto_ = 0;  // What the running scan gives out.
  uint64_t cursor_ = 0;
  // Of the batch that is taken in.
  std::vector<bool> is_last_;  // By row: whether `until` is true.
  std::vector<uint32_t> rows_;
  std::vector<Open*> opens_;        // By place in rows_.
  std::vector<uint32_t> local_of_;  // The same.
  std::vector<Local> locals_;
  std::vector<uint32_t> picked_;
  std::vector<int64_t> from_;
  std::vector<int64_t> to_;
  std::vector<int64_t> times_;
};

}  // namespace

WEIR_TRANSFORM(
    Reduce, ReduceOptions, "reduce", "The rows of one key merged into one, until a condition or a silence.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "A group begins with the first row of its key. It ends with a row for which `until` is true, which "
        "belongs to it; or when nothing came for `idle` of event time: before a row that is so much later "
        "than "
        "all of the group, or when the watermark is. What is open at the end of the input ends there. Gives "
        "the columns of `by`, then those of `keep`, one row for each group, in no order and without event "
        "time. Rows of one key are taken in the order in which they come; those of one partition keep "
        "theirs. "
        "Nulls are a key like any other value; rows without event time go to `errors` where there is `idle`. "
        "An aggregate takes what FILTER (WHERE ...) lets through, as in `aggregate`."),
    weir::example("visits: {type: reduce, inputs: views, by: [user], keep: {pages: count(), last_page: "
                  "last(page), spent: sum(revenue)}, until: \"page = '/thanks'\", idle: 30m}"),
    weir::required("by", &ReduceOptions::by, "The columns that make rows belong together.",
                   weir::example_value("[user]")),
    weir::required("keep", &ReduceOptions::keep, "The columns to compute, each from one aggregate.",
                   weir::example_value("{pages: count(), last_page: last(page)}")),
    weir::optional("until", &ReduceOptions::until, weir::Type::kBool,
                   "A row for which this is true is the last of its group.",
                   weir::example_value("page = '/thanks'")),
    weir::optional("idle", &ReduceOptions::idle, weir::range(1, 3.2e14),
                   "A group ends after so much event time without a row.", weir::example_value("5m")));
