// dedupe: the first row of each key.
//
//   once: {type: dedupe, inputs: events, by: [user, page], within: 10m}
//
// In:  columns `by`, of any type that can be a key; nulls are a value like any other. With `within`, rows
//      with event time.
// Out: rows as they were. Rows of one key keep the order in which they came, rows of different keys need not.
//      `duplicates`: rows that came after one of their key. `late`: rows whose time had passed before they
//      came, so that nobody knows any more whether they were seen.
//
// State: for each key and each stretch of event time as long as `within`, the time of the row that passed.
// Two rows that pass are at least `within` apart, so a stretch has one at most, and only the stretches beside
// a row's own need a look.
#include <limits>

#include <weir/keyed_transform.hpp>
#include <weir/row_times.hpp>

namespace {

struct DedupeOptions {
  std::vector<weir::ColumnRef> by;
  std::optional<weir::Duration> within;
};

/// A row that passed, in one stretch of time.
struct Passed {
  int64_t time;
  uint64_t has_passed;
};

class Dedupe final : public weir::KeyedTransform {
 public:
  explicit Dedupe(DedupeOptions options)
      : options_(std::move(options)), within_(options_.within ? options_.within->count() : 0) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    if (options_.by.empty()) return weir::Status::invalid("by: at least one column is needed");
    if (!options_.within && !inputs[0].is_bounded)
      return weir::Status::invalid(
          "within: is needed, because its input never ends and every key would be kept for ever; for "
          "example within: 1h");
    if (options_.within && input.event_time < 0)
      return weir::Status::invalid(
          "within: its input carries no event time; declare event_time at a node before it, for example "
          "event_time: {column: ts}");
    weir::Binding binding = weir::Binding::keep_all(input);
    binding.add_kept_output(input).add_kept_output(input);
    std::vector<weir::ColumnId> read(options_.by.begin(), options_.by.end());
    if (options_.within) {
      time_ = static_cast<size_t>(input.event_time);
      time_name_ = input[time_].name;
      read.emplace_back(0, static_cast<uint32_t>(time_));
      binding.needs_row_watermark();
    }
    binding.reads(read).key_by(options_.by);
    seen_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    passing_.clear();
    duplicates_.clear();
    late_.clear();
    WEIR_RETURN_IF_ERROR(options_.within ? choose_by_time(batch, emitter) : choose_first(batch));
    if (!duplicates_.empty()) {
      count("duplicates", static_cast<int64_t>(duplicates_.size()));
      emitter.emit(batch.select(duplicates_), 1);
    }
    if (!late_.empty()) emitter.emit(batch.select(late_), 2);
    const bool is_all = passing_.size() == batch.row_count();
    emitter.emit(is_all ? std::move(batch) : batch.select(passing_));
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter&) override {
    watermark_ = std::max(watermark_, time);
    // A row that is not late may lie up to `within` below the watermark, and looks `within` further back.
    if (options_.within)
      WEIR_RETURN_IF_ERROR(seen_.remove_upto(context(), weir::time_before(watermark_, 2 * within_)));
    return weir::Progress::done();
  }

 private:
  using Slots = std::vector<Passed*>;

  weir::Status choose_first(const weir::Batch& batch) {
    WEIR_RETURN_IF_ERROR(seen_.find_or_insert(context(), weir::Keys(batch, options_.by)).status());
    for (uint32_t row = 0; row < batch.row_count(); ++row)
      (seen_.was_inserted(row) ? passing_ : duplicates_).push_back(row);
    return {};
  }

  weir::Status choose_by_time(const weir::Batch& batch, weir::Emitter& emitter) {
    const weir::RowTimes times(batch, time_, watermark_);
    sort_out(batch, times, emitter);
    if (candidates_.empty()) return {};
    WEIR_ASSIGN_OR_RETURN(const Slots here, slots(batch, 0, true));
    WEIR_ASSIGN_OR_RETURN(const Slots before, slots(batch, -within_, false));
    WEIR_ASSIGN_OR_RETURN(const Slots after, slots(batch, within_, false));
    for (size_t i = 0; i < candidates_.size(); ++i) {
      const int64_t time = times[candidates_[i]];
      const auto is_near = [&](const Passed* other) {
        return other != nullptr && other->has_passed != 0 && std::abs(other->time - time) < within_;
      };
      const bool is_duplicate = is_near(here[i]) || is_near(before[i]) || is_near(after[i]);
      (is_duplicate ? duplicates_ : passing_).push_back(candidates_[i]);
      if (!is_duplicate) *here[i] = {time, 1};
    }
    return {};
  }

  /// Fills candidates_ and the ends of their stretches; late rows and those without a time are put aside.
  void sort_out(const weir::Batch& batch, const weir::RowTimes& times, weir::Emitter& emitter) {
    candidates_.clear();
    ends_.clear();
    weir::RowErrors errors;
    for (uint32_t row = 0; row < batch.row_count(); ++row) {
      if (!times.check(row, time_name_, errors)) continue;
      if (times[row] + within_ <= times.reached(row)) {
        late_.push_back(row);
        continue;
      }
      const int64_t into = ((times[row] % within_) + within_) % within_;
      candidates_.push_back(row);
      ends_.push_back(times[row] - into + within_);
    }
    emitter.reject(batch, errors);
  }

  /// The slots of the candidates in the stretch that lies `shift` beside their own.
  weir::Result<Slots> slots(const weir::Batch& batch, int64_t shift, bool makes_them) {
    shifted_.resize(ends_.size());
    for (size_t i = 0; i < ends_.size(); ++i) shifted_[i] = ends_[i] + shift;
    weir::Keys keys(batch, options_.by);
    keys.rows(candidates_).namespaces(shifted_);
    WEIR_ASSIGN_OR_RETURN(const auto found,
                          makes_them ? seen_.find_or_insert(context(), keys) : seen_.find(context(), keys));
    Slots made(found.size());
    for (size_t i = 0; i < made.size(); ++i) made[i] = found[i];
    return made;
  }

  const DedupeOptions options_;
  const int64_t within_;  // [us]; 0: for ever.
  size_t time_ = 0;
  std::string time_name_;
  weir::ValueState<Passed> seen_{"seen"};
  int64_t watermark_ = weir::kBeforeAll;
  // Used again for each batch.
  std::vector<uint32_t> passing_;
  std::vector<uint32_t> duplicates_;
  std::vector<uint32_t> late_;
  std::vector<uint32_t> candidates_;
  std::vector<int64_t> ends_;
  std::vector<int64_t> shifted_;
};

}  // namespace

WEIR_TRANSFORM(
    Dedupe, DedupeOptions, "dedupe", "The first row of each key.", weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "Of rows that agree in all columns of `by` the first passes. With `within`, a row is a duplicate "
        "when "
        "one of its key has passed whose event time is less than that away, before or after; what is needed "
        "for that is forgotten when the watermark is twice as far on. Without it every key is kept to the "
        "end "
        "of the input, which must have one. First is what comes first: rows of one partition keep their "
        "order, "
        "so the same rows pass at every run; of copies in different partitions any may. Nulls are a key like "
        "any other value. Rows that come more than `within` behind the watermark go to `late`, those without "
        "event time to `errors`."),
    weir::example("once: {type: dedupe, inputs: events, by: [user, page], within: 10m}"),
    weir::output("out", "The rows that passed."),
    weir::output("duplicates", "The rows that did not; counted as `duplicates`.", WEIR_PORT_OPTIONAL),
    weir::output("late", "Rows that came too late to know.", WEIR_PORT_OPTIONAL),
    weir::required("by", &DedupeOptions::by, "The columns that make two rows the same.",
                   weir::example_value("[user, page]")),
    weir::optional("within", &DedupeOptions::within, weir::range(1, 3.2e14),
                   "For how long rows of one key are the same, in event time. Without it, for ever.",
                   weir::example_value("10m")));
