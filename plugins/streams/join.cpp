// join: rows of two inputs that belong together.
//
//   answered: {type: join, inputs: {left: shown, right: clicks}, on: [user], within: {after: 30m}, kind:
//   left} priced:   {type: join, inputs: {left: orders, right: prices}, on: [product], as_of: true} named:
//   {type: join, inputs: {left: orders, right: users}, on: {left: [user], right: [id]}, table: true}
//
// In:  left and right, with columns to compare. A key in which a null is matches nothing.
// Out: the columns of the left, then those of the right but for its keys, in no order. Rows without a partner
//      are given by `kind`, with nulls for what they lack. `late_left`, `late_right`: rows that came below
//      the watermark, where time decides.
//
// State: rows of each side by key and time, as long as a partner may come. No input waits for the other: what
// cannot be answered yet is state, so that no circle of full queues can form.
#include <deque>
#include <memory>

#include <weir/keyed_transform.hpp>
#include <weir/row_times.hpp>

#include "join_plan.hpp"
#include "joined_rows.hpp"
#include "kept_rows.hpp"
#include "row_bytes.hpp"

namespace {

using namespace weir::streams;

class Join final : public weir::KeyedTransform {
 public:
  explicit Join(JoinOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    WEIR_ASSIGN_OR_RETURN(plan_, plan_join(options_, inputs));
    // Wide enough that what belongs to a row lies in two stretches at most.
    stretch_ = plan_.before_us + plan_.after_us + 1;
    weir::Binding binding = weir::Binding::unknown({});
    binding.output(0).columns = plan_.output;
    std::vector<weir::ColumnId> read;
    for (uint32_t s = 0; s < 2; ++s) {
      Side& side = sides_[s];
      side.schema = inputs[s].schema;
      side.keys = plan_.keys[s];
      side.is_bounded = inputs[s].is_bounded;
      for (const weir::ColumnRef& key : side.keys) read.emplace_back(s, static_cast<uint32_t>(key.index));
      if (side.schema.event_time >= 0) read.emplace_back(s, static_cast<uint32_t>(side.schema.event_time));
      binding.add_kept_output(side.schema, s).key_by(side.keys);
    }
    // The rows of an interval come when the watermark may be far beyond their time: windows behind it would
    // take them for late.
    if (plan_.way == JoinWay::kAsOf || plan_.way == JoinWay::kTable)
      binding.output(0).event_time = sides_[kLeftInput].schema.event_time;
    if (plan_.needs_time()) binding.needs_row_watermark();
    binding.reads(read);
    for (Side& side : sides_) side.state.declare(binding);
    output_ = std::make_unique<JoinedRows>(sides_[kLeftInput].schema, sides_[kRightInput].schema,
                                           places(kLeftInput), places(kRightInput));
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t port, weir::Emitter& emitter) override {
    batch_ = std::move(batch);
    batch_side_ = port;
    batch_at_ = 0;
    return more(emitter);
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t port, weir::Emitter& emitter) override {
    sides_[port].watermark = std::max(sides_[port].watermark, time);
    sides_[port].is_idle = false;
    return time_moved(emitter);
  }
  weir::Result<weir::Progress> on_idle(size_t port, weir::Emitter& emitter) override {
    sides_[port].is_idle = true;
    return time_moved(emitter);
  }
  weir::Result<weir::Progress> on_end(size_t port, weir::Emitter& emitter) override {
    sides_[port].has_ended = true;
    if (plan_.way == JoinWay::kTable && port == kRightInput) due_.push_back({kLeftInput, weir::kNever});
    if (!sides_[kLeftInput].has_ended || !sides_[kRightInput].has_ended) return time_moved(emitter);
    if (plan_.way != JoinWay::kTable) due_.push_back({kLeftInput, weir::kNever});
    due_.push_back({kRightInput, weir::kNever});
    return more(emitter);
  }

  /// First the batch that is being taken in, then what has become due.
  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    while (batch_ && batch_at_ < batch_.row_count()) {
      if (!emitter.has_room()) return weir::Progress::more();
      WEIR_RETURN_IF_ERROR(take_slice(emitter));
    }
    batch_ = {};
    while (!due_.empty()) {
      if (!emitter.has_room()) return weir::Progress::more();
      WEIR_ASSIGN_OR_RETURN(const bool is_through, give_due(emitter));
      if (!is_through) continue;
      WEIR_RETURN_IF_ERROR(sides_[due_.front().side].state.remove_upto(context(), due_.front().upto));
      due_.pop_front();
      cursor_ = 0;
    }
    return weir::Progress::done();
  }

 private:
  static constexpr size_t kSliceRows = 1024;
  static constexpr size_t kDueKeys = 256;

  struct Side {
    explicit Side(std::string name) : state(std::move(name)) {}
    weir::Schema schema;
    std::vector<weir::ColumnRef> keys;
    KeptRowsState state;
    bool is_bounded = false;
    bool has_ended = false;
    bool is_idle = false;
    int64_t watermark = weir::kBeforeAll;
  };
  /// What lies under namespaces up to `upto` needs nothing more: it is given, and forgotten.
  struct Due {
    size_t side;
    int64_t upto;
  };
  using Slots = std::vector<KeptRows*>;

  std::vector<size_t> places(size_t side) const {
    std::vector<size_t> made;
    for (const weir::ColumnRef& key : sides_[side].keys) made.push_back(key.index);
    return made;
  }

  weir::Result<weir::Progress> time_moved(weir::Emitter& emitter) {
    // All left rows wait for a table that ends, however far event time has come.
    if (plan_.way == JoinWay::kTable && sides_[kRightInput].is_bounded)
      hold_event_time(sides_[kRightInput].has_ended ? weir::kNever : weir::kBeforeAll);
    int64_t lowest = weir::kNever;
    for (const Side& side : sides_)
      if (!side.has_ended && !side.is_idle) lowest = std::min(lowest, side.watermark);
    if (lowest != weir::kNever && lowest > watermark_ && plan_.needs_time()) {
      watermark_ = lowest;
      if (plan_.way == JoinWay::kAsOf) {
        // Rows of the watermark's own time may still come.
        due_.push_back({kLeftInput, weir::time_before(watermark_, 1)});
      } else {
        due_.push_back({kLeftInput, weir::time_before(watermark_, plan_.after_us)});
        due_.push_back({kRightInput, weir::time_before(watermark_, plan_.before_us)});
      }
    }
    return more(emitter);
  }

  // ---- Rows in

  weir::Status take_slice(weir::Emitter& emitter) {
    const size_t end = std::min(batch_.row_count(), batch_at_ + kSliceRows);
    sort_out(batch_at_, end, emitter);
    batch_at_ = end;
    if (!rows_.empty()) {
      encode();
      WEIR_RETURN_IF_ERROR(take_rows(emitter));
    }
    output_->flush(emitter);
    return {};
  }

  /// Fills rows_ and times_ with the rows that can have a partner.
  void sort_out(size_t from, size_t end, weir::Emitter& emitter) {
    rows_.clear();
    times_.clear();
    alone_.clear();
    std::vector<uint32_t> late;
    weir::RowErrors errors;
    const Side& side = sides_[batch_side_];
    std::vector<weir::Validity> keys;
    for (const weir::ColumnRef& key : side.keys) keys.emplace_back(batch_.raw_column(key.index));
    std::optional<weir::RowTimes> times;
    if (plan_.needs_time()) times.emplace(batch_, static_cast<size_t>(side.schema.event_time), watermark_);
    for (size_t i = from; i < end; ++i) {
      const auto row = static_cast<uint32_t>(i);
      if (times && !times->check(row, side.schema[static_cast<size_t>(side.schema.event_time)].name, errors))
        continue;
      if (times && (*times)[row] < times->reached(row)) {
        late.push_back(row);
        continue;
      }
      if (std::ranges::any_of(keys, [row](const weir::Validity& key) { return key.is_null(row); })) {
        alone_.push_back(row);
        continue;
      }
      rows_.push_back(row);
      times_.push_back(times ? (*times)[row] : 0);
    }
    emitter.reject(batch_, errors, static_cast<uint32_t>(batch_side_));
    if (!late.empty()) emitter.emit(batch_.select(late), 1 + static_cast<uint32_t>(batch_side_));
    if (plan_.keeps_lone(batch_side_)) give_alone(emitter);
  }
  /// What matches nothing need not wait.
  void give_alone(weir::Emitter& emitter) {
    for (const uint32_t row : alone_) {
      bytes_.clear();
      append_row(batch_, row, bytes_);
      give_lone(batch_side_, bytes_, emitter);
      output_->flush(emitter);
    }
  }
  void give_lone(size_t side, std::string_view row, weir::Emitter& emitter) {
    side == kLeftInput ? output_->add_left_alone(row, emitter) : output_->add_right_alone(row, emitter);
  }

  /// Fills encoded_ with the bytes of each of rows_.
  void encode() {
    bytes_.clear();
    std::vector<size_t> ends;
    for (const uint32_t row : rows_) {
      append_row(batch_, row, bytes_);
      ends.push_back(bytes_.size());
    }
    encoded_.clear();
    size_t begin = 0;
    for (const size_t end : ends) {
      encoded_.push_back(std::string_view(bytes_).substr(begin, end - begin));
      begin = end;
    }
  }

  weir::Status take_rows(weir::Emitter& emitter) {
    switch (plan_.way) {
      case JoinWay::kAll:
      case JoinWay::kInterval:
        return take_near(emitter);
      case JoinWay::kAsOf:
        return batch_side_ == kLeftInput ? keep_left(times_) : take_version();
      case JoinWay::kTable:
        break;
    }
    if (batch_side_ == kRightInput) return take_newest();
    // A table that ends is read wholly before the first row is answered.
    if (sides_[kRightInput].is_bounded && !sides_[kRightInput].has_ended) return keep_left(nowhere());
    WEIR_ASSIGN_OR_RETURN(const Slots table, slots(kRightInput, nowhere(), false));
    for (size_t i = 0; i < rows_.size(); ++i) answer(encoded_[i], table[i], weir::kNever, emitter);
    return {};
  }

  /// Pairs each row with what is there of the other side, and keeps it for what is to come.
  weir::Status take_near(weir::Emitter& emitter) {
    const bool is_left = batch_side_ == kLeftInput;
    const size_t other = is_left ? kRightInput : kLeftInput;
    const int64_t back = is_left ? plan_.before_us : plan_.after_us;
    const int64_t on = is_left ? plan_.after_us : plan_.before_us;
    WEIR_ASSIGN_OR_RETURN(const Slots own, slots(batch_side_, stretches(0), true));
    WEIR_ASSIGN_OR_RETURN(const Slots first, slots(other, stretches(-back), false));
    WEIR_ASSIGN_OR_RETURN(const Slots second, slots(other, stretches(on), false));
    if (plan_.keeps_lone(other)) {
      WEIR_RETURN_IF_ERROR(announce_writes(other, stretches(-back), first));
      WEIR_RETURN_IF_ERROR(announce_writes(other, stretches(on), second));
    }
    for (size_t i = 0; i < rows_.size(); ++i) {
      bool is_matched = false;
      const auto pair = [&](const KeptRow& kept) {
        const bool is_near =
            plan_.way == JoinWay::kAll || (kept.time >= times_[i] - back && kept.time <= times_[i] + on);
        if (!is_near) return;
        is_matched = true;
        if (plan_.keeps_lone(other)) kept.set_matched();
        is_left ? output_->add(encoded_[i], kept.row, emitter) : output_->add(kept.row, encoded_[i], emitter);
      };
      for_each_kept(first[i], pair);
      if (second[i] != first[i]) for_each_kept(second[i], pair);
      WEIR_RETURN_IF_ERROR(
          append_kept(sides_[batch_side_].state, context(), *own[i], times_[i], is_matched, encoded_[i]));
    }
    return {};
  }

  /// What find() gave is only read; whoever writes asks as one who inserts.
  weir::Status announce_writes(size_t side, std::span<const int64_t> namespaces, const Slots& found) {
    std::vector<uint32_t> rows;
    std::vector<int64_t> there;
    for (size_t i = 0; i < found.size(); ++i) {
      if (found[i] == nullptr) continue;
      rows.push_back(rows_[i]);
      there.push_back(namespaces[i]);
    }
    if (rows.empty()) return {};
    weir::Keys keys(batch_, sides_[batch_side_].keys);
    keys.rows(rows).namespaces(there);
    return sides_[side].state.find_or_insert(context(), keys).status();
  }

  /// Left rows that wait for their answer.
  weir::Status keep_left(std::span<const int64_t> namespaces) {
    WEIR_ASSIGN_OR_RETURN(const Slots own, slots(kLeftInput, namespaces, true));
    for (size_t i = 0; i < rows_.size(); ++i)
      WEIR_RETURN_IF_ERROR(
          append_kept(sides_[kLeftInput].state, context(), *own[i], times_[i], false, encoded_[i]));
    return {};
  }

  /// A right row into the versions of its key, which lie in the order of their time; of one time the last
  /// that came is the last. Versions that no left row can ask for any more are forgotten.
  weir::Status take_version() {
    WEIR_ASSIGN_OR_RETURN(const Slots own, slots(kRightInput, nowhere(), true));
    for (size_t i = 0; i < rows_.size(); ++i) {
      size_t place = 0;
      size_t oldest_needed = 0;
      for_each_kept(own[i], [&](const KeptRow& kept) {
        const auto begins = static_cast<size_t>(kept.at - own[i]->rows->data);
        if (kept.time <= times_[i]) place = begins + kKeptHead + kept.row.size();
        if (kept.time <= watermark_) oldest_needed = begins;
      });
      WEIR_RETURN_IF_ERROR(
          put_kept(sides_[kRightInput].state, context(), *own[i], place, times_[i], false, encoded_[i]));
      WEIR_RETURN_IF_ERROR(drop_kept_before(sides_[kRightInput].state, context(), *own[i], oldest_needed));
    }
    return {};
  }

  weir::Status take_newest() {
    WEIR_ASSIGN_OR_RETURN(const Slots own, slots(kRightInput, nowhere(), true));
    for (size_t i = 0; i < rows_.size(); ++i) {
      WEIR_RETURN_IF_ERROR(sides_[kRightInput].state.resize_block(context(), &own[i]->rows, 0));
      WEIR_RETURN_IF_ERROR(append_kept(sides_[kRightInput].state, context(), *own[i], 0, false, encoded_[i]));
    }
    return {};
  }

  // ---- Rows out

  /// Gives the next portion of what is due. Returns whether it was the last.
  weir::Result<bool> give_due(weir::Emitter& emitter) {
    const Due due = due_.front();
    Side& side = sides_[due.side];
    const bool answers =
        (plan_.way == JoinWay::kAsOf || plan_.way == JoinWay::kTable) && due.side == kLeftInput;
    if (!answers && !plan_.keeps_lone(due.side)) return true;
    if (!answers && plan_.way != JoinWay::kAll && plan_.way != JoinWay::kInterval) return true;
    WEIR_ASSIGN_OR_RETURN(const auto some, side.state.scan(context(), due.upto, kDueKeys, &cursor_));
    if (some.slots.size() == 0) return true;
    Slots table(some.slots.size());
    if (answers) {
      std::vector<const weir_column*> keys;
      for (const weir::Column& key : some.keys) keys.push_back(key.get());
      WEIR_ASSIGN_OR_RETURN(const auto found,
                            sides_[kRightInput].state.find(context(), weir::Keys(keys, some.slots.size())));
      for (size_t i = 0; i < table.size(); ++i) table[i] = found[i];
    }
    for (size_t i = 0; i < some.slots.size(); ++i) {
      for_each_kept(some.slots[i], [&](const KeptRow& kept) {
        if (answers) return answer(kept.row, table[i], kept.time, emitter);
        if (!kept.is_matched()) give_lone(due.side, kept.row, emitter);
      });
    }
    output_->flush(emitter);
    return false;
  }

  /// A left row with the last right one whose time is not beyond `time`.
  void answer(std::string_view left, const KeptRows* versions, int64_t time, weir::Emitter& emitter) {
    std::optional<std::string_view> last;
    for_each_kept(versions, [&](const KeptRow& kept) {
      if (plan_.way == JoinWay::kTable || kept.time <= time) last = kept.row;
    });
    if (last) return output_->add(left, *last, emitter);
    if (plan_.keeps_lone(kLeftInput)) output_->add_left_alone(left, emitter);
  }

  // ---- Where rows lie

  /// The namespace of state that no time ends.
  std::span<const int64_t> nowhere() {
    namespaces_.assign(rows_.size(), 0);
    return namespaces_;
  }
  /// The ends of the stretches of time that hold the rows' times and `shift`.
  std::span<const int64_t> stretches(int64_t shift) {
    if (plan_.way == JoinWay::kAll) return nowhere();
    namespaces_.resize(rows_.size());
    for (size_t i = 0; i < rows_.size(); ++i) {
      const int64_t time = times_[i] + shift;
      namespaces_[i] = time - ((time % stretch_) + stretch_) % stretch_ + stretch_;
    }
    return namespaces_;
  }
  weir::Result<Slots> slots(size_t side, std::span<const int64_t> namespaces, bool makes_them) {
    weir::Keys keys(batch_, sides_[batch_side_].keys);
    keys.rows(rows_).namespaces(namespaces);
    KeptRowsState& state = sides_[side].state;
    WEIR_ASSIGN_OR_RETURN(const auto found,
                          makes_them ? state.find_or_insert(context(), keys) : state.find(context(), keys));
    Slots made(found.size());
    for (size_t i = 0; i < made.size(); ++i) made[i] = found[i];
    return made;
  }

  const JoinOptions options_;
  JoinPlan plan_;
  int64_t stretch_ = 1;  // [us]
  Side sides_[2] = {Side("left"), Side("right")};
  std::unique_ptr<JoinedRows> output_;
  int64_t watermark_ = weir::kBeforeAll;  // The lower of both.
  std::deque<Due> due_;
  uint64_t cursor_ = 0;  // Of the scan for the first of them.
  // The batch that is being taken in, and how far.
  weir::Batch batch_;
  size_t batch_side_ = 0;
  size_t batch_at_ = 0;
  // Of a slice of it.
  std::vector<uint32_t> rows_;
  std::vector<int64_t> times_;
  std::vector<uint32_t> alone_;
  std::string bytes_;
  std::vector<std::string_view> encoded_;
  std::vector<int64_t> namespaces_;
};

}  // namespace

WEIR_TRANSFORM(
    Join, JoinOptions, "join", "Rows of two inputs that belong together.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "Four ways, of which one is chosen:\n\n"
        "- `within`: every right row of the same key whose event time lies in an interval around the left "
        "row's, ends included. A pair comes when its second row does. `within: 10m` is 10m before and "
        "after.\n"
        "- `as_of: true`: the right row of the same key that was the last at the left row's event time. The "
        "answer comes when the watermark of both inputs is beyond that time. Of right rows of one time the "
        "last "
        "that came counts.\n"
        "- `table: true`: the right row of the same key that came last. A right input that ends is read "
        "wholly "
        "before the first left row is answered; one that does not end is asked as it is when the left row "
        "comes, so what is found depends on when that is.\n"
        "- none of them: every right row of the same key. Both inputs must end.\n\n"
        "Gives the columns of the left, then those of the right but for its keys, in no order. With `as_of` "
        "and "
        "`table` the event time of the output is the left's; else it has none. `kind: left` gives left rows "
        "that "
        "have no partner too, with nulls; `right` and `full` (not with `as_of` and `table`) do so for right "
        "rows, whose key then stands in the left's columns. They come when the watermark proves that there "
        "is no "
        "partner, or at the end. A key in which a null is "
        "matches nothing. Where time decides, rows that come below the watermark go to `late_left` and "
        "`late_right`, rows without event time to `errors`. Neither input waits for the other: rows are kept "
        "in state."),
    weir::example(
        "answered: {type: join, inputs: {left: shown, right: clicks}, on: [user], within: {after: 30m}, "
        "kind: left, prefix: click_}"),
    weir::input("left", "Rows that look for a partner."), weir::input("right", "Rows that are looked for."),
    weir::output("out", "Joined rows."),
    weir::output("late_left", "Left rows that came below the watermark.", WEIR_PORT_OPTIONAL),
    weir::output("late_right", "Right rows that came below the watermark.", WEIR_PORT_OPTIONAL),
    weir::required(
        "on", &JoinOptions::on,
        "The columns that must be equal: names that both inputs have, or {left: [...], right: [...]}.",
        weir::example_value("{left: [user], right: [id]}")),
    weir::optional("within", &JoinOptions::within, "How far apart in event time the rows of a pair may be.",
                   weir::example_value("{before: 5m, after: 1h}")),
    weir::optional("as_of", &JoinOptions::as_of, false,
                   "The right row that was the last at the left row's time."),
    weir::optional("table", &JoinOptions::table, false, "The right row that came last."),
    weir::optional("kind", &JoinOptions::kind, "inner", "Which rows are given without a partner.",
                   weir::choices<JoinKind>({{"inner", JoinKind::kInner},
                                            {"left", JoinKind::kLeft},
                                            {"right", JoinKind::kRight},
                                            {"full", JoinKind::kFull}})),
    weir::optional("prefix", &JoinOptions::prefix, "",
                   "Put before the names of the right input's columns, for example right_."));
