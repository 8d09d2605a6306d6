// sessionize: which session of its key each row belongs to.
//
//   visits: {type: sessionize, inputs: views, by: [user], gap: 30m}
//
// In:  rows with event time, columns `by` of any type that can be a key; rows with a null in one of them are
//      nobody's.
// Out: the rows of a copy in the order of their event time, with session_id, session_start and
//      session_position; nobody's rows as they come, with nulls there. `late`: rows below the watermark, as
//      they were.
//
// State: rows that wait for the watermark, by key and time; for each key and stretch of time which rows those
// are; for each key its last session, until no row can continue it. The last few batches are held as they
// are until a watermark comes, which most of their rows then pass without ever being in the state, or a
// barrier, before which they go there.
//
// Time is cut into buckets, so that a watermark costs a look at the keys of the last bucket and not at all
// keys; and into panes of some buckets, at least a gap long, so that the session that a row may continue lies
// in its own pane or in the one before.
#include <algorithm>
#include <utility>

#include <weir/builder.hpp>
#include <weir/keyed_transform.hpp>

#include "held_rows.hpp"
#include "marked_rows.hpp"
#include "session_name.hpp"
#include "total_order.hpp"

namespace {

using namespace weir::behaviour;

struct SessionizeOptions {
  std::vector<weir::ColumnRef> by;
  weir::Duration gap{};
};

/// What of a key waits in one bucket.
struct Waiting {
  int64_t latest;  ///< The highest time of its rows.
  uint64_t rows;   ///< How many came, those that were given since too.
};

/// The last session of a key in one pane.
struct Session {
  int64_t start;
  int64_t last;
  int64_t position;  ///< Of its last row.
  SessionName name;
  uint64_t is_set;
};

/// The columns that rows get, row by row.
class SessionColumns {
 public:
  explicit SessionColumns(size_t rows) : starts_(rows, {}, weir::Type::kTimestamp), positions_(rows) {}
  void add(const Session& session) {
    ids_.append(session.name.text().view());
    starts_.values()[row_] = session.start;
    positions_.values()[row_++] = session.position;
  }
  /// Returns them behind the others.
  std::vector<weir::Column> behind(std::vector<weir::Column> columns) && {
    columns.push_back(std::move(ids_).finish());
    columns.push_back(std::move(starts_).finish());
    columns.push_back(std::move(positions_).finish());
    return columns;
  }

 private:
  weir::StringBuilder ids_;
  weir::ColumnBuilder<int64_t> starts_;
  weir::ColumnBuilder<int64_t> positions_;
  size_t row_ = 0;
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
    WEIR_RETURN_IF_ERROR(recall());
    weir::RowErrors errors;
    SortedOut sorted = who_.sort_out(batch, watermark_, errors);
    emitter.reject(batch, errors);
    if (!sorted.late.empty()) {
      count("late_rows", static_cast<int64_t>(sorted.late.size()));
      emitter.emit(batch.select(sorted.late), 1);
    }
    if (!sorted.without_key.empty()) give_nobodys(batch.select(sorted.without_key), emitter);
    if (sorted.good.empty()) return weir::Progress::done();
    if (held_.is_full()) WEIR_RETURN_IF_ERROR(held_.take_all(kept()));
    held_.add(std::move(batch), who_.time, std::move(sorted.good));
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter& emitter) override {
    if (time <= watermark_) return weir::Progress::done();
    watermark_ = time;
    return give_upto(time_before(watermark_, 1), emitter);
  }
  weir::Result<weir::Progress> on_barrier(uint64_t, weir::Emitter&) override {
    WEIR_RETURN_IF_ERROR(held_.take_all(kept()));
    return weir::Progress::done();
  }
  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    return give_upto(kNever, emitter);
  }

  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    for (;;) {
      for (; passing_ < passed_.size(); ++passing_, given_rows_ = 0) {
        while (given_rows_ < passed_[passing_].row_count()) {
          if (!emitter.has_room()) return weir::Progress::more();
          WEIR_RETURN_IF_ERROR(give_some_of(passed_[passing_], emitter));
        }
      }
      if (given_upto_ == giving_upto_) break;
      WEIR_RETURN_IF_ERROR(take_next());
    }
    passed_.clear();
    WEIR_RETURN_IF_ERROR(rows_.remove_upto(context(), giving_upto_));
    // The next row lies behind what was given; it continues a session of its pane or of the one before.
    if (giving_upto_ > kEarliest && giving_upto_ < kLatest)
      WEIR_RETURN_IF_ERROR(sessions_.remove_upto(context(), end_of(giving_upto_, pane_) - 2 * pane_));
    return weir::Progress::done();
  }

 private:
  static constexpr int64_t kLongestBucketUs = 60'000'000;
  static constexpr size_t kPortionKeys = 1024;
  static constexpr size_t kOutputRows = 8192;
  static constexpr uint64_t kRowsAtOnce = 256 * 1024;

  /// The end of the stretch, as long as `width`, that holds `time`.
  static int64_t end_of(int64_t time, int64_t width) { return time - (time % width + width) % width + width; }

  weir::Result<weir::Progress> give_upto(int64_t time, weir::Emitter& emitter) {
    giving_upto_ = time;
    WEIR_RETURN_IF_ERROR(recall());
    return more(emitter);
  }

  /// After a restart what waits is in the state alone.
  weir::Status recall() {
    if (std::exchange(is_recalled_, true)) return {};
    return find_earliest();
  }
  weir::Status find_earliest() {
    uint64_t cursor = 0;
    WEIR_ASSIGN_OR_RETURN(const auto first, waiting_.scan(context(), kNever, 1, &cursor));
    earliest_end_ = first.slots.size() == 0 ? kNever : first.namespaces[0];
    return {};
  }

  // ---- What waits goes into the state. --------------------------------------------------------------------

  /// These rows of the batch wait in the state.
  weir::Status keep(const weir::Batch& batch, std::span<const uint32_t> rows) {
    if (rows.empty()) return {};
    const auto times = batch.column<int64_t>(who_.time);
    times_.clear();
    ends_.clear();
    for (const uint32_t row : rows) {
      times_.push_back(times[row]);
      ends_.push_back(end_of(times[row], bucket_));
      earliest_end_ = std::min(earliest_end_, ends_.back());
    }
    weir::Keys keys(batch, options_.by);
    keys.rows(rows).namespaces(times_);
    WEIR_RETURN_IF_ERROR(rows_.append(context(), keys, batch));
    keys.namespaces(ends_);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<Waiting> slots, waiting_.find_or_insert(context(), keys));
    for (size_t i = 0; i < slots.size(); ++i) {
      if (slots[i]->rows++ == 0) slots[i]->latest = kBeforeAll;
      slots[i]->latest = std::max(slots[i]->latest, times_[i]);
    }
    return {};
  }
  HeldRows::Keep kept() {
    return [this](const weir::Batch& batch, std::span<const uint32_t> rows) { return keep(batch, rows); };
  }

  // ---- What the watermark has passed is given. ------------------------------------------------------------

  /// Finds what is given next: all that is due, or as far as the end of the earliest bucket of the state.
  weir::Status take_next() {
    const bool has_kept = earliest_end_ != kNever && earliest_end_ - bucket_ <= giving_upto_;
    int64_t upto = giving_upto_;
    std::vector<weir::Batch> due;  // What is kept came before all that is held.
    if (has_kept) {
      WEIR_RETURN_IF_ERROR(rows_.remove_upto(context(), given_upto_));
      WEIR_ASSIGN_OR_RETURN(upto, read_at_once());
      WEIR_RETURN_IF_ERROR(read_kept(upto, due));
    }
    held_.take_upto(upto, due);
    passed_ = in_total_order(std::move(due), who_.time, options_.by);
    passing_ = given_rows_ = 0;
    given_upto_ = upto;
    if (!has_kept || upto != earliest_end_ - 1) return {};
    WEIR_RETURN_IF_ERROR(waiting_.remove_upto(context(), earliest_end_));
    return find_earliest();
  }

  /// Where in the earliest bucket what was not given begins.
  int64_t unread_from() const { return std::max(earliest_end_ - bucket_, given_upto_ + 1); }

  /// How far of the earliest bucket is read next: what is due of about kRowsAtOnce rows, as if they came
  /// evenly.
  weir::Result<int64_t> read_at_once() {
    uint64_t rows = 0;
    for (uint64_t cursor = 0;;) {
      WEIR_ASSIGN_OR_RETURN(const auto some, waiting_.scan(context(), earliest_end_, kPortionKeys, &cursor));
      if (some.slots.size() == 0) break;
      for (size_t i = 0; i < some.slots.size(); ++i) rows += some.slots[i]->rows;
    }
    const auto parts = static_cast<int64_t>(rows / kRowsAtOnce + 1);
    const int64_t width = std::max<int64_t>(bucket_ / parts, 1);
    return std::min({earliest_end_ - 1, giving_upto_, unread_from() + width - 1});
  }

  /// Adds the rows of the earliest bucket that are due.
  weir::Status read_kept(int64_t upto, std::vector<weir::Batch>& due) {
    const int64_t after = unread_from();
    for (uint64_t cursor = 0;;) {
      WEIR_ASSIGN_OR_RETURN(const auto some, waiting_.scan(context(), earliest_end_, kPortionKeys, &cursor));
      if (some.slots.size() == 0) return {};
      picked_.clear();
      for (uint32_t i = 0; i < some.slots.size(); ++i)
        if (some.slots[i]->latest >= after) picked_.push_back(i);
      if (picked_.empty()) continue;
      std::vector<const weir_column*> raw;
      for (const weir::Column& key : some.keys) raw.push_back(key.get());
      weir::Keys keys(raw, some.slots.size());
      keys.rows(picked_);
      const std::vector<int64_t> from(picked_.size(), after);
      const std::vector<int64_t> to(picked_.size(), upto);
      WEIR_ASSIGN_OR_RETURN(const weir::Batch rows, rows_.read(context(), keys, from, to));
      std::vector<weir::Column> columns = rows.columns();
      columns.erase(columns.begin(), columns.begin() + 2);  // The asking row and the time.
      due.push_back(new_batch(columns, rows.row_count()));
    }
  }

  /// Gives the next rows, as far as they are of one pane.
  weir::Status give_some_of(const weir::Batch& passed, weir::Emitter& emitter) {
    const auto times = passed.column<int64_t>(who_.time);
    const int64_t pane_end = end_of(times[given_rows_], pane_);
    rows_of_pane_.clear();
    for (size_t row = given_rows_;
         row < times.size() && times[row] < pane_end && rows_of_pane_.size() < kOutputRows; ++row)
      rows_of_pane_.push_back(static_cast<uint32_t>(row));
    WEIR_ASSIGN_OR_RETURN(const std::span<Session* const> sessions,
                          sessions_of(weir::Keys(passed, options_.by), rows_of_pane_, pane_end));
    std::vector<const weir_column*> raw;
    for (const weir::ColumnRef& key : options_.by) raw.push_back(&passed.raw_column(key.index));
    SessionNamer namer(raw);
    SessionColumns made(rows_of_pane_.size());
    for (size_t i = 0; i < rows_of_pane_.size(); ++i) {
      const uint32_t row = rows_of_pane_[i];
      made.add(continued(*sessions[i], times[row], [&] { return namer.name(row, times[row]); }));
    }
    weir::Batch batch = passed.slice(given_rows_, rows_of_pane_.size());
    given_rows_ += rows_of_pane_.size();
    const std::vector<weir::Column> columns = std::move(made).behind(batch.columns());
    emitter.emit(std::move(batch).with_columns(columns));
    return {};
  }

  /// The slots of a pane for these rows' keys; new ones begin with what the pane before ended with.
  weir::Result<std::span<Session* const>> sessions_of(weir::Keys keys, std::span<const uint32_t> rows,
                                                      int64_t pane_end) {
    const std::vector<int64_t> here(rows.size(), pane_end);
    keys.rows(rows).namespaces(here);
    WEIR_ASSIGN_OR_RETURN(const auto slots, sessions_.find_or_insert(context(), keys));
    of_rows_.clear();
    new_.clear();
    new_rows_.clear();
    for (size_t i = 0; i < rows.size(); ++i) {
      of_rows_.push_back(slots[i]);
      if (!sessions_.was_inserted(i)) continue;
      new_.push_back(slots[i]);
      new_rows_.push_back(rows[i]);
    }
    if (new_.empty()) return std::span<Session* const>(of_rows_);
    const std::vector<int64_t> before(new_rows_.size(), pane_end - pane_);
    keys.rows(new_rows_).namespaces(before);
    WEIR_ASSIGN_OR_RETURN(const auto earlier, sessions_.find(context(), keys));
    for (size_t i = 0; i < new_.size(); ++i)
      if (earlier[i] != nullptr) *new_[i] = *earlier[i];
    return std::span<Session* const>(of_rows_);
  }
  /// The session with one row more, at `time`.
  template <class Name>
  const Session& continued(Session& session, int64_t time, Name name) const {
    if (session.is_set == 0 || time - session.last >= gap_) session = {time, time, 0, name(), 1};
    session.last = time;
    ++session.position;
    return session;
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
  HeldRows held_;
  std::vector<weir::Batch> passed_;  // What a watermark has passed, in its order:
  size_t passing_ = 0;               // given so far are the batches before this one,
  size_t given_rows_ = 0;            // and of this one so many rows.
  int64_t watermark_ = kBeforeAll;
  int64_t given_upto_ = kBeforeAll;
  int64_t giving_upto_ = kBeforeAll;
  int64_t earliest_end_ = kNever;  // Of the buckets in which something waits,
  bool is_recalled_ = false;       // which is known.
  // Used again for each batch.
  std::vector<int64_t> times_;
  std::vector<int64_t> ends_;
  std::vector<uint32_t> picked_;
  std::vector<Session*> of_rows_;
  std::vector<Session*> new_;
  std::vector<uint32_t> new_rows_;
  std::vector<uint32_t> rows_of_pane_;
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
        "Rows come out in the order of their event time, those of one key and time as they came; each when "
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
