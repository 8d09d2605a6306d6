// sessionize: which session of its key each row belongs to.
//
//   visits: {type: sessionize, inputs: views, by: [user], gap: 30m}
//
// In:  rows with event time, columns `by` of any type that can be a key; rows with a null in one of them are
//      nobody's.
// Out: the rows of a key in the order of their event time, with session_id, session_start and
//      session_position; nobody's rows as they come, with nulls there. `late`: rows below the watermark, as
//      they were.
//
// State: rows that wait for the watermark, by key and time; for each key and stretch of time which rows those
// are; for each key its last session, until no row can continue it.
//
// Time is cut into buckets, so that a watermark costs a look at the keys of the last bucket and not at all
// keys; and into panes of some buckets, at least a gap long, so that the session that a row may continue lies
// in its own pane or in the one before.
#include <algorithm>

#include <weir/builder.hpp>
#include <weir/keyed_transform.hpp>

#include "marked_rows.hpp"
#include "session_name.hpp"

namespace {

using namespace weir::behaviour;

struct SessionizeOptions {
  std::vector<weir::ColumnRef> by;
  weir::Duration gap{};
};

/// What of a key waits in one bucket.
struct Waiting {
  int64_t latest;  ///< The highest time of its rows.
  uint64_t is_set;
};

/// The last session of a key in one pane.
struct Session {
  int64_t start;
  int64_t last;
  int64_t position;  ///< Of its last row.
  SessionName name;
  uint64_t is_set;
};

class Sessionize final : public weir::KeyedTransform {
 public:
  explicit Sessionize(SessionizeOptions options)
      : options_(std::move(options)),
        gap_(options_.gap.count()),
        bucket_(std::min(gap_, kLongestBucketUs)),
        pane_((gap_ + bucket_ - 1) / bucket_ * bucket_) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    using weir::Type;
    const weir::Schema& input = inputs[0].schema;
    WEIR_ASSIGN_OR_RETURN(who_, WhoAndWhen::make(options_.by, input));
    weir::Binding binding = weir::Binding::keep_all(input);
    std::vector<weir::ColumnId> read = who_.columns();
    binding.add_column({"session_id", Type::kString, true}, read);
    binding.add_column({"session_start", Type::kTimestamp, true}, read);
    binding.add_column({"session_position", Type::kInt64, true}, read);
    WEIR_RETURN_IF_ERROR(check_names(binding.output(0), "its input"));
    binding.add_kept_output(input).reads(read).key_by(options_.by).needs_row_watermark();
    rows_.spec().values = input.fields;
    rows_.declare(binding);
    waiting_.declare(binding);
    sessions_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    weir::RowErrors errors;
    SortedOut sorted = who_.sort_out(batch, watermark_, errors);
    emitter.reject(batch, errors);
    if (!sorted.late.empty()) {
      count("late_rows", static_cast<int64_t>(sorted.late.size()));
      emitter.emit(batch.select(sorted.late), 1);
    }
    if (!sorted.without_key.empty()) give_nobodys(batch.select(sorted.without_key), emitter);
    if (sorted.good.empty()) return weir::Progress::done();
    const auto times = batch.column<int64_t>(who_.time);
    times_.clear();
    ends_.clear();
    for (const uint32_t row : sorted.good) {
      times_.push_back(times[row]);
      ends_.push_back(end_of(times[row], bucket_));
      earliest_end_ = std::min(earliest_end_, ends_.back());
    }
    weir::Keys keys(batch, options_.by);
    keys.rows(sorted.good).namespaces(times_);
    WEIR_RETURN_IF_ERROR(rows_.append(context(), keys, batch));
    keys.namespaces(ends_);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<Waiting> slots, waiting_.find_or_insert(context(), keys));
    for (size_t i = 0; i < slots.size(); ++i) {
      if (slots[i]->is_set == 0) *slots[i] = {kBeforeAll, 1};
      slots[i]->latest = std::max(slots[i]->latest, times_[i]);
    }
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter& emitter) override {
    if (time <= watermark_) return weir::Progress::done();
    watermark_ = time;
    return give_upto(time_before(watermark_, 1), emitter);
  }
  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    return give_upto(kNever, emitter);
  }

  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    while (earliest_end_ != kNever && earliest_end_ - bucket_ <= giving_upto_) {
      if (!emitter.has_room()) return weir::Progress::more();
      WEIR_ASSIGN_OR_RETURN(const bool is_more, give_portion(emitter));
      if (is_more) continue;
      cursor_ = 0;
      if (earliest_end_ > giving_upto_ && giving_upto_ != kNever) break;  // More of this bucket may come.
      WEIR_RETURN_IF_ERROR(waiting_.remove_upto(context(), earliest_end_));
      WEIR_RETURN_IF_ERROR(find_earliest());
    }
    given_upto_ = giving_upto_;
    WEIR_RETURN_IF_ERROR(rows_.remove_upto(context(), giving_upto_));
    // The next row lies behind what was given; it continues a session of its pane or of the one before.
    if (giving_upto_ != kNever && giving_upto_ > kEarliest)
      WEIR_RETURN_IF_ERROR(sessions_.remove_upto(context(), end_of(giving_upto_, pane_) - 2 * pane_));
    return weir::Progress::done();
  }

 private:
  static constexpr int64_t kLongestBucketUs = 60'000'000;
  static constexpr size_t kPortionKeys = 1024;

  /// The end of the stretch, as long as `width`, that holds `time`.
  static int64_t end_of(int64_t time, int64_t width) { return time - (time % width + width) % width + width; }

  weir::Result<weir::Progress> give_upto(int64_t time, weir::Emitter& emitter) {
    giving_upto_ = time;
    cursor_ = 0;
    // After a restart what waits is in the state alone.
    if (!is_found_) WEIR_RETURN_IF_ERROR(find_earliest());
    is_found_ = true;
    return more(emitter);
  }
  weir::Status find_earliest() {
    uint64_t cursor = 0;
    WEIR_ASSIGN_OR_RETURN(const auto first, waiting_.scan(context(), kNever, 1, &cursor));
    earliest_end_ = first.slots.size() == 0 ? kNever : first.namespaces[0];
    return {};
  }

  /// Gives the rows of some keys of the earliest bucket. Returns whether there are more of them.
  weir::Result<bool> give_portion(weir::Emitter& emitter) {
    WEIR_ASSIGN_OR_RETURN(const auto some, waiting_.scan(context(), earliest_end_, kPortionKeys, &cursor_));
    if (some.slots.size() == 0) return false;
    picked_.clear();
    for (uint32_t i = 0; i < some.slots.size(); ++i)
      if (some.slots[i]->latest > given_upto_) picked_.push_back(i);
    if (picked_.empty()) return true;
    std::vector<const weir_column*> raw;
    for (const weir::Column& key : some.keys) raw.push_back(key.get());
    weir::Keys keys(raw, some.slots.size());
    keys.rows(picked_);
    const std::vector<int64_t> from(picked_.size(), earliest_end_ - bucket_);
    const std::vector<int64_t> to(picked_.size(), std::min(earliest_end_ - 1, giving_upto_));
    WEIR_ASSIGN_OR_RETURN(const weir::Batch rows, rows_.read(context(), keys, from, to));
    if (rows.row_count() == 0) return true;
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<Session> sessions, sessions_of(keys));
    SessionNamer namer(raw);
    weir::StringBuilder ids;
    weir::ColumnBuilder<int64_t> starts(rows.row_count(), {}, weir::Type::kTimestamp);
    weir::ColumnBuilder<int64_t> positions(rows.row_count());
    const auto of_key = rows.column<uint32_t>(0);
    const auto times = rows.column<int64_t>(1);
    for (size_t row = 0; row < rows.row_count(); ++row) {
      Session& session = *sessions[of_key[row]];
      if (session.is_set == 0 || times[row] - session.last >= gap_)
        session = {times[row], times[row], 0, namer.name(picked_[of_key[row]], times[row]), 1};
      session.last = times[row];
      ids.append(session.name.text().view());
      starts.values()[row] = session.start;
      positions.values()[row] = ++session.position;
    }
    std::vector<weir::Column> columns;
    for (size_t i = 2; i < rows.column_count(); ++i) columns.push_back(rows.column(i));
    columns.push_back(std::move(ids).finish());
    columns.push_back(std::move(starts).finish());
    columns.push_back(std::move(positions).finish());
    emitter.emit(new_batch(columns, rows.row_count()));
    return true;
  }

  /// The slots of the bucket's pane; new ones begin with what the pane before ended with.
  weir::Result<weir::Slots<Session>> sessions_of(weir::Keys& keys) {
    const int64_t pane_end = end_of(earliest_end_ - 1, pane_);
    const std::vector<int64_t> before(keys.size(), pane_end - pane_);
    keys.namespaces(before);
    WEIR_ASSIGN_OR_RETURN(const auto found, sessions_.find(context(), keys));
    const std::vector<void*> earlier(found.raw().begin(), found.raw().end());
    const std::vector<int64_t> here(keys.size(), pane_end);
    keys.namespaces(here);
    WEIR_ASSIGN_OR_RETURN(const auto slots, sessions_.find_or_insert(context(), keys));
    for (size_t i = 0; i < slots.size(); ++i)
      if (slots[i]->is_set == 0 && earlier[i] != nullptr)
        *slots[i] = *static_cast<const Session*>(earlier[i]);
    return slots;
  }

  static void give_nobodys(weir::Batch rows, weir::Emitter& emitter) {
    weir::StringBuilder ids;
    weir::ColumnBuilder<int64_t> starts(weir::Type::kTimestamp);
    weir::ColumnBuilder<int64_t> positions;
    for (size_t row = 0; row < rows.row_count(); ++row) {
      ids.append_null();
      starts.append_null();
      positions.append_null();
    }
    std::vector<weir::Column> columns = rows.columns();
    columns.push_back(std::move(ids).finish());
    columns.push_back(std::move(starts).finish());
    columns.push_back(std::move(positions).finish());
    emitter.emit(std::move(rows).with_columns(columns));
  }

  const SessionizeOptions options_;
  const int64_t gap_;     // [us]
  const int64_t bucket_;  // Divides pane_.
  const int64_t pane_;    // At least gap_.
  WhoAndWhen who_;
  weir::ListState rows_{"rows", {}};
  weir::ValueState<Waiting> waiting_{"waiting"};
  weir::ValueState<Session> sessions_{"sessions"};
  int64_t watermark_ = kBeforeAll;
  int64_t given_upto_ = kBeforeAll;
  int64_t earliest_end_ = kNever;  // Of the buckets in which something waits.
  bool is_found_ = false;
  int64_t giving_upto_ = kBeforeAll;  // What is being given,
  uint64_t cursor_ = 0;               // and how far its bucket is.
  // Used again for each batch.
  std::vector<int64_t> times_;
  std::vector<int64_t> ends_;
  std::vector<uint32_t> picked_;
};

}  // namespace

WEIR_TRANSFORM(
    Sessionize, SessionizeOptions, "sessionize", "Which session of its key each row belongs to.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "A session of a key (a user) are rows with less than `gap` of event time between one and the next, "
        "as "
        "in the session windows of `aggregate`. Rows keep their columns and get `session_id` (32 hexadecimal "
        "digits: FNV-1a of 128 bits over the key and the start, so the same at every run), `session_start` "
        "and "
        "`session_position` (1 for the first row).\n\n"
        "Rows of a key come out in the order of their event time, those of one time as they came; each when "
        "the watermark has passed it, so that windows behind take none for late. Rows below the watermark go "
        "to `late`, rows without event time to `errors`. Rows with a null in `by` are nobody's: they pass at "
        "once, with nulls in the new columns. What waits for the watermark lies in memory: of an input that "
        "ends, too, let event_time have a `max_delay`, or all of it waits for the end. A session is "
        "forgotten "
        "when the watermark is two gaps behind it."),
    weir::example("visits: {type: sessionize, inputs: views, by: [user], gap: 30m}"),
    weir::output("out", "The rows with their sessions."),
    weir::output("late", "Rows that came below the watermark, as they were.", WEIR_PORT_OPTIONAL),
    weir::required("by", &SessionizeOptions::by, "Whose sessions they are.", weir::example_value("[user]")),
    weir::required("gap", &SessionizeOptions::gap, weir::range(1, kLongestUs),
                   "A session ends when its key has had no row for this long.", weir::example_value("30m")));
