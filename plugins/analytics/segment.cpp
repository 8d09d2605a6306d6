// segment: which segment each row is in, by rules or by k-means.
//
//   kinds: {type: segment, inputs: users, rules: [{name: loyal, when: visits >= 10}], default: casual}
//   groups: {type: segment, inputs: users, kmeans: {k: 4, columns: [visits, spent]}}
//
// In:  any rows. Clusters: `columns` are numbers; with a window, rows with event time, or windows as
//      `aggregate` gives them.
// Out: the same rows with `segment`: by rules its name, at once and in their order; by k-means its number
// from
//      1, null where one of the columns is null or no finite number, when the window or the input is over,
//      with window_start and window_end where they had none. `centres`: one row for each cluster. `late`:
//      rows whose window was over, as they were.
//
// State: by rules none. By k-means the rows of each window until it is over; one copy keeps them all. While
// they are clustered also their numbers, outside of the state.
#include <optional>

#include <weir/keyed_transform.hpp>
#include <weir/numbers.hpp>

#include "k_means.hpp"
#include "kept_rows.hpp"
#include "marked_rows.hpp"
#include "segment_options.hpp"
#include "segment_rules.hpp"
#include "segment_windows.hpp"

namespace {

using namespace weir::behaviour;

class Segment final : public weir::KeyedTransform {
 public:
  explicit Segment(SegmentOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    WEIR_RETURN_IF_ERROR(check_segments(options_, input));
    weir::Binding binding = weir::Binding::keep_all(input);
    if (options_.kmeans) {
      WEIR_ASSIGN_OR_RETURN(windows_, SegmentWindows::make(*options_.kmeans, inputs[0]));
      bind_clusters(input, binding);
    } else {
      rules_.emplace(options_.rules, options_.otherwise.value_or("other"));
      const std::vector<weir::ColumnId> read = rules_->columns_read();
      binding.add_column({options_.into.text, weir::Type::kString, false}, read).reads(read);
    }
    WEIR_RETURN_IF_ERROR(check_names(binding.output(0), "into"));
    WEIR_RETURN_IF_ERROR(add_centres(input, binding));
    binding.add_kept_output(input);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    if (rules_) return name(std::move(batch), emitter);
    windows_.sort_out(batch, watermark_, kLatePort, emitter, found_);
    WEIR_RETURN_IF_ERROR(kept_.append(context(), batch, found_.rows, found_.starts, found_.ends));
    for (const int64_t end : found_.ends) earliest_end_ = std::min(earliest_end_, end);
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter& emitter) override {
    watermark_ = std::max(watermark_, time);
    if (waits_for_end()) hold_event_time(weir::kBeforeAll);
    if (rules_ || waits_for_end()) return weir::Progress::done();
    due_upto_ = windows_.due_upto(watermark_);
    return more(emitter);
  }

  weir::Result<weir::Progress> on_idle(size_t, weir::Emitter&) override {
    if (waits_for_end()) hold_event_time(weir::kBeforeAll);
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    if (rules_) return weir::Progress::done();
    due_upto_ = kNever;
    return more(emitter);
  }

  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    size_t portions = 0;
    for (;;) {
      switch (phase_) {
        case Phase::kWaiting: {
          WEIR_ASSIGN_OR_RETURN(const bool is_due, begin_window());
          if (!is_due) return weir::Progress::done();
          break;
        }
        case Phase::kReading:
          if (++portions > kPortionsAtOnce) return weir::Progress::more();
          WEIR_RETURN_IF_ERROR(read_portion());
          break;
        case Phase::kClustering:
          if (!clusters_->advance()) return weir::Progress::more();
          portion_ = 0;
          point_ = 0;
          phase_ = Phase::kGiving;
          break;
        case Phase::kGiving:
          if (!emitter.has_room()) return weir::Progress::more();
          WEIR_RETURN_IF_ERROR(give_portion(emitter));
          break;
      }
    }
  }

 private:
  static constexpr uint32_t kCentresPort = 1;
  static constexpr uint32_t kLatePort = 2;
  static constexpr size_t kPortionsAtOnce = 16;

  /// kWaiting --a window is due--> kReading --all rows--> kClustering --done--> kGiving --all rows-->
  /// kWaiting
  enum class Phase { kWaiting, kReading, kClustering, kGiving };

  /// All rows are given at the end of the input, however far event time had come before.
  bool waits_for_end() const { return !rules_ && windows_.kind() == SegmentWindows::Kind::kWhole; }

  std::vector<weir::ColumnId> clustered_columns() const {
    return {options_.kmeans->columns.begin(), options_.kmeans->columns.end()};
  }

  void bind_clusters(const weir::Schema& input, weir::Binding& binding) {
    std::vector<weir::ColumnId> read = clustered_columns();
    const std::vector<weir::ColumnId> of_windows = windows_.columns_read();
    if (windows_.kind() == SegmentWindows::Kind::kOfTime) {
      binding.add_column({"window_start", weir::Type::kTimestamp, false}, of_windows);
      binding.add_column({"window_end", weir::Type::kTimestamp, false}, of_windows);
      binding.needs_row_watermark();
    }
    binding.add_column({options_.into.text, weir::Type::kInt64, true}, read);
    // Rows come when the watermark has passed their time, and their window's start: only its end is not late.
    if (windows_.kind() != SegmentWindows::Kind::kWhole) {
      binding.output(0).event_time = -1;
      if (options_.kmeans->allowed_lateness.count() == 0) binding.set_event_time("window_end");
    }
    read.insert(read.end(), of_windows.begin(), of_windows.end());
    binding.reads(read).single_copy();
    kept_.declare(input, binding);
  }

  weir::Status add_centres(const weir::Schema& input, weir::Binding& binding) const {
    using weir::Type;
    weir::OutputPort& out = (binding.add_output({}), binding.output(kCentresPort));
    const bool has_windows = windows_.kind() != SegmentWindows::Kind::kWhole;
    const std::vector<weir::ColumnId> of_windows = windows_.columns_read();
    const std::vector<weir::ColumnId> read =
        options_.kmeans ? clustered_columns() : std::vector<weir::ColumnId>();
    const auto add = [&](const std::string& name, Type type, const std::vector<weir::ColumnId>& from) {
      out.columns.push_back({{name, type, false}, weir::Derivation::kAggregated, from});
    };
    if (has_windows) {
      add("window_start", Type::kTimestamp, of_windows);
      add("window_end", Type::kTimestamp, of_windows);
    }
    add(options_.into.text, Type::kInt64, read);
    add("size", Type::kInt64, read);
    add("share", Type::kFloat64, read);
    add("spread", Type::kFloat64, read);
    for (const weir::ColumnId& column : read) add(input[column.column].name, Type::kFloat64, {column});
    return check_names(out, "kmeans.columns");
  }

  weir::Result<weir::Progress> name(weir::Batch batch, weir::Emitter& emitter) {
    weir::RowErrors errors;
    WEIR_ASSIGN_OR_RETURN(weir::Column names, rules_->names(batch, errors));
    std::vector<weir::Column> columns = batch.columns();
    columns.push_back(std::move(names));
    if (errors.is_empty()) {
      emitter.emit(std::move(batch).with_columns(columns));
      return weir::Progress::done();
    }
    const std::vector<uint32_t> good = errors.good_rows(batch.row_count());
    emitter.reject(batch, errors);
    emitter.emit(std::move(batch).with_columns(columns).select(good));
    return weir::Progress::done();
  }

  /// Returns whether a window is due.
  weir::Result<bool> begin_window() {
    if (earliest_end_ > due_upto_) return false;
    WEIR_ASSIGN_OR_RETURN(earliest_end_, kept_.earliest_end(context(), kNever));
    if (earliest_end_ > due_upto_) return false;
    WEIR_ASSIGN_OR_RETURN(window_, kept_.window(context(), earliest_end_));
    if (window_.row_count == 0) return false;
    window_end_ = earliest_end_;
    portion_ = 0;
    points_.clear();
    is_point_.clear();
    phase_ = Phase::kReading;
    return true;
  }

  uint64_t portion_count() const {
    return (window_.row_count + KeptRows::kPortionRows - 1) / KeptRows::kPortionRows;
  }

  weir::Status read_portion() {
    if (portion_ == portion_count()) {
      clusters_.emplace(options_.kmeans->rules(), options_.kmeans->columns.size(), std::move(points_));
      points_ = {};
      phase_ = Phase::kClustering;
      return {};
    }
    WEIR_ASSIGN_OR_RETURN(const auto columns, kept_.portion(context(), window_end_, portion_++));
    numbers_.resize(options_.kmeans->columns.size());
    for (size_t d = 0; d < numbers_.size(); ++d)
      weir::read_doubles(*columns[options_.kmeans->columns[d].index], numbers_[d]);
    for (size_t row = 0; row < numbers_[0].size(); ++row) {
      const bool is_point =
          std::ranges::all_of(numbers_, [row](const auto& column) { return KMeans::fits(column[row]); });
      is_point_.push_back(is_point);
      if (!is_point) continue;
      for (const std::vector<double>& column : numbers_) points_.push_back(column[row]);
    }
    return {};
  }

  weir::Status give_portion(weir::Emitter& emitter) {
    if (portion_ == portion_count()) {
      give_centres(emitter);
      clusters_.reset();
      phase_ = Phase::kWaiting;
      return kept_.remove_upto(context(), window_end_);
    }
    const uint64_t first = portion_ * KeptRows::kPortionRows;
    WEIR_ASSIGN_OR_RETURN(std::vector<weir::Column> columns,
                          kept_.portion(context(), window_end_, portion_++));
    const size_t rows = columns[0].size();
    if (windows_.kind() == SegmentWindows::Kind::kOfTime) append_window(rows, columns);
    weir::ColumnBuilder<int64_t> segments;
    for (size_t row = 0; row < rows; ++row) {
      if (is_point_[first + row]) {
        segments.append(int64_t{clusters_->cluster_of_point()[point_++]} + 1);
      } else {
        segments.append_null();
      }
    }
    columns.push_back(std::move(segments).finish());
    emitter.emit(new_batch(columns, rows));
    return {};
  }

  void append_window(size_t rows, std::vector<weir::Column>& columns) const {
    for (const int64_t time : {window_.start, window_end_}) {
      weir::ColumnBuilder<int64_t> times(rows, {}, weir::Type::kTimestamp);
      std::ranges::fill(times.values(), time);
      columns.push_back(std::move(times).finish());
    }
  }

  void give_centres(weir::Emitter& emitter) const {
    const std::vector<Cluster>& clusters = clusters_->clusters();
    const auto all = static_cast<double>(clusters_->cluster_of_point().size());
    std::vector<weir::Column> columns;
    if (windows_.kind() != SegmentWindows::Kind::kWhole) append_window(clusters.size(), columns);
    weir::ColumnBuilder<int64_t> numbers;
    weir::ColumnBuilder<int64_t> sizes;
    weir::ColumnBuilder<double> shares;
    weir::ColumnBuilder<double> spreads;
    std::vector<weir::ColumnBuilder<double>> centres(options_.kmeans->columns.size());
    for (const Cluster& cluster : clusters) {
      numbers.append(static_cast<int64_t>(numbers.size()) + 1);
      sizes.append(cluster.size);
      shares.append(static_cast<double>(cluster.size) / all);
      spreads.append(cluster.spread);
      for (size_t d = 0; d < centres.size(); ++d) centres[d].append(cluster.centre[d]);
    }
    columns.push_back(std::move(numbers).finish());
    columns.push_back(std::move(sizes).finish());
    columns.push_back(std::move(shares).finish());
    columns.push_back(std::move(spreads).finish());
    for (auto& centre : centres) columns.push_back(std::move(centre).finish());
    emitter.emit(new_batch(columns, clusters.size()), kCentresPort);
  }

  const SegmentOptions options_;
  std::optional<SegmentRules> rules_;  // Else clusters.
  SegmentWindows windows_;
  KeptRows kept_;
  int64_t watermark_ = kBeforeAll;
  int64_t due_upto_ = kBeforeAll;
  int64_t earliest_end_ = kBeforeAll;  // No window that ends before has rows; after a restart not known.
  // The window that is being clustered.
  Phase phase_ = Phase::kWaiting;
  KeptRows::Window window_{};
  int64_t window_end_ = 0;
  uint64_t portion_ = 0;        // The next one to be read or given,
  size_t point_ = 0;            // and the next of its points.
  std::vector<bool> is_point_;  // By row.
  std::vector<double> points_;
  std::optional<KMeans> clusters_;
  // Used again for each batch.
  WindowedRows found_;
  std::vector<std::vector<double>> numbers_;
};

}  // namespace

WEIR_TRANSFORM(
    Segment, SegmentOptions, "segment", "Which segment each row is in, by rules or by k-means.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "With `rules` a row is in the first segment whose condition is true, else in `default`; a condition "
        "that is null is not true. A condition that cannot be computed sends the row to `errors`, unless a "
        "rule before it took the row. Rows pass at once.\n\n"
        "With `kmeans` the rows of a window, or of the whole input, are split into `k` clusters so that "
        "W = sum over rows of the squared distance to the mean of their cluster is small. Columns are "
        "standardised first, z = (x - mean) / standard deviation over all n rows, so that all weigh the "
        "same; one that is constant weighs nothing. Centres are chosen by k-means++ (Arthur and "
        "Vassilvitskii 2007: a further centre is row x with probability D(x)^2 / sum of D^2, D the distance "
        "to the nearest centre so far), then moved by Lloyd's algorithm (1982) until no row changes its "
        "cluster; the least W of `starts` such runs is taken. This is a good solution, not surely the best "
        "one: more starts come nearer. A row that is equally near to two centres goes to the one that was "
        "chosen first.\n\n"
        "`segment` is then a number from 1, by the mean of the first of `columns` or by size, so that it "
        "means the same from run to run; in another window with other rows clusters lie elsewhere, which "
        "`centres` shows: `segment`, `size`, `share` of the clustered rows, `spread` (root mean squared "
        "distance of its rows to its centre, in standard deviations), and the mean of each of `columns` as "
        "it was given. There are fewer than `k` where there are not so many different rows. A row with a "
        "null, a NaN or a number beyond 1e140 in one of `columns` is in no segment: null. The same rows "
        "give the same clusters to the last bit, in whatever order they come (random numbers: splitmix64, "
        "Steele, Lea and Flood 2014, from `seed`).\n\n"
        "With a window in `kmeans` rows come when the watermark is at its end, with their `window_start` "
        "and `window_end`, of which the latter is their event time; rows whose window was over go to `late`. "
        "Without "
        "one they come at the end of the input, which must have one. What waits lies in memory; clustering "
        "takes 8 bytes more for each number, and time in proportion to rows * k * columns * starts."),
    weir::example("groups: {type: segment, inputs: views, kmeans: {k: 3, columns: [latency_ms, revenue]}}"),
    weir::output("out", "The rows with their segments."),
    weir::output("centres", "With `kmeans`: one row for each window and cluster.", WEIR_PORT_OPTIONAL),
    weir::output("late", "Rows whose window was over, as they were.", WEIR_PORT_OPTIONAL),
    weir::optional("rules", &SegmentOptions::rules, "The segments in the order in which they are tried.",
                   weir::example_value("[{name: loyal, when: visits >= 10}]")),
    weir::optional("default", &SegmentOptions::otherwise,
                   "With `rules`: the segment of rows that no rule takes; `other` where it is left out.",
                   weir::example_value("casual")),
    weir::optional("kmeans", &SegmentOptions::kmeans, "Clusters in place of rules.",
                   weir::example_value("{k: 4, columns: [visits, spent]}")),
    weir::optional("into", &SegmentOptions::into, "segment", "The name of the new column.",
                   weir::example_value("kind")));
