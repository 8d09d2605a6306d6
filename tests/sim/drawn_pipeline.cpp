#include "sim/drawn_pipeline.hpp"

#include <algorithm>

#include <weir/date_text.hpp>

#include "feed/feed_rows.hpp"
#include "world/random.hpp"

namespace weir::simulated {
namespace {

constexpr uint64_t kRows = 2000;

/// An output of a node that others may read.
struct Stream {
  enum class Rows {
    kRaw,       ///< ts, key, seq, x: may be filtered, united, numbered, aggregated.
    kNumbered,  ///< The same and a number.
    kPanes,     ///< What a window gave: key, total, ...
    kLast,      ///< Only a sink may read it.
  };
  std::string name;
  Rows rows = Rows::kRaw;
  bool is_bounded = true;
  bool keeps_order = true;
  bool has_times = true;  ///< Windows can close on it before its end.
  int readers = 0;
};

class Drawing {
 public:
  Drawing(uint64_t seed, uint64_t pieces)
      : random_(seed),
        batches_(seed + 1'000'000'000),
        insights_(seed + 2'000'000'000),
        extras_(seed + 3'000'000'000),
        pieces_(pieces) {}

  DrawnPipeline draw() {
    const uint64_t sources = 1 + below(3);
    for (uint64_t i = 0; i < sources; ++i) draw_source((kRows + sources - 1) / sources);
    const uint64_t operations = 2 + below(5);
    for (uint64_t i = 0; i < operations; ++i) draw_operation();
    if (unread() < 2) fan_out();
    if (insights_.below(2) == 0) draw_insight();
    draw_sinks();
    drawn_.checkpoints = uint64_t{4} << below(3);
    drawn_.nodes = "sources:\n" + sources_ + "transforms:\n" + transforms_ + "sinks:\n" + sinks_;
    drawn_.edge_bytes = int64_t{1} << (10 + below(8));
    if (extras_.below(3) == 0) drawn_.state_bytes = int64_t{1} << (14 + extras_.below(4));
    return std::move(drawn_);
  }

 private:
  uint64_t below(uint64_t bound) { return random_.below(bound); }
  std::string one_of(std::initializer_list<const char*> texts) {
    return *(texts.begin() + static_cast<std::ptrdiff_t>(below(texts.size())));
  }
  std::string new_name(const char* kind) { return kind + std::to_string(++names_); }
  size_t unread() const {
    return static_cast<size_t>(
        std::ranges::count_if(streams_, [](const Stream& stream) { return stream.readers == 0; }));
  }

  // ---- Sources. -----------------------------------------------------------------------------------------

  void draw_source(uint64_t rows) {
    const uint64_t partitions = 1 + below(3);
    const uint64_t of_each = (rows + partitions - 1) / partitions;
    drawn_.rows += of_each * partitions;
    const uint64_t seed = below(1'000'000);
    const uint64_t keys = 1 + below(8);
    if (extras_.below(10) == 0) return draw_silent_feed(of_each * partitions, keys, seed);
    if (below(2) == 0) {
      draw_feed(partitions, of_each, keys, seed);
    } else {
      draw_files(partitions, of_each, keys, seed);
    }
  }

  void draw_feed(uint64_t partitions, uint64_t rows, uint64_t keys, uint64_t seed) {
    constexpr uint64_t kBatchRows[] = {17, 60, 200};
    const uint64_t batch_rows = kBatchRows[below(3)];
    const std::string name = new_name("feed");
    drawn_.inputs.emplace_back(name + ".topic", "");
    sources_ += "  " + name + ": {type: feed, topic: " + name +
                ".topic, partitions: " + std::to_string(partitions) + ", rows: " + std::to_string(rows) +
                ", keys: " + std::to_string(keys) + ", seed: " + std::to_string(seed) +
                ", batch_rows: " + std::to_string(std::max<uint64_t>(1, batch_rows / pieces_)) +
                ", event_time: {column: ts, max_delay: " + one_of({"200ms", "1s", "5s"}) + "}" + batch() +
                "}\n";
    streams_.push_back({name, Stream::Rows::kRaw, false});
  }

  /// One more partition has nothing, ever, and is over when windows of the other have reached the disk: those
  /// behind must not wait for it.
  void draw_silent_feed(uint64_t rows, uint64_t keys, uint64_t seed) {
    const std::string name = new_name("half_silent");
    const std::string pulse = name + "_pulse";
    drawn_.inputs.emplace_back(name + ".topic", "");
    sources_ += "  " + name + ": {type: feed, topic: " + name +
                ".topic, partitions: 1, rows: " + std::to_string(rows) + ", keys: " + std::to_string(keys) +
                ", seed: " + std::to_string(seed) + ", batch_rows: 10, pause: 1ms, silent_until: " + pulse +
                ", event_time: {column: ts, max_delay: 1s, idle_after: 20ms}}\n";
    add(pulse, "aggregate", name, ", window: {tumbling: 2s}, compute: {n: count(), total: sum(x)}");
    streams_.push_back({name, Stream::Rows::kRaw, false});
    streams_.back().readers = 1;
    sinks_ += "  " + pulse + "_out: {type: file, inputs: " + pulse + ", path: \"" + pulse +
              "/{part}.ndjson\", format: ndjson}\n";
    drawn_.sinks.push_back({pulse + "_out", pulse + "/{part}.ndjson", false});
  }

  void draw_files(uint64_t partitions, uint64_t rows, uint64_t keys, uint64_t seed) {
    const std::string name = new_name("files");
    const bool has_delay = below(3) > 0;
    for (uint64_t i = 0; i < partitions; ++i) {
      drawn_.inputs.emplace_back(name + "." + std::to_string(i) + ".csv", csv_of(i, rows, keys, seed));
    }
    sources_ += "  " + name + ": {type: file, path: \"" + name +
                ".*.csv\", chunk: " + std::to_string(4096 / pieces_) +
                "B, format: {type: csv, columns: {ts: timestamp, key: string, seq: int64, "
                "x: int64}}, event_time: {column: ts" +
                (has_delay ? ", max_delay: " + one_of({"200ms", "1s", "5s"}) : std::string()) + "}" +
                batch() + "}\n";
    streams_.push_back({name, Stream::Rows::kRaw, true, true, has_delay});
  }

  static std::string csv_of(uint64_t partition, uint64_t rows, uint64_t keys, uint64_t seed) {
    std::string text = "ts,key,seq,x\n";
    for (uint64_t i = 0; i < rows; ++i) {
      const FeedRow row = feed_row(seed, partition, i, keys);
      append_time((row.ts_us - 1'735'689'600'000'000) / 1000, text);
      text.append(1, ',').append(row.key).append(1, ',');
      text.append(std::to_string(row.seq)).append(1, ',').append(std::to_string(row.x)).append(1, '\n');
    }
    return text;
  }

  /// Appends the time so many ms behind the first moment of the feed's day.
  static void append_time(int64_t ms, std::string& text) {
    char time[] = "2025-01-01T00:00:00.000Z";
    const auto rest = static_cast<uint64_t>(ms);
    put_digits(time + 11, rest / 3'600'000, 2);
    put_digits(time + 14, rest / 60'000 % 60, 2);
    put_digits(time + 17, rest / 1000 % 60, 2);
    put_digits(time + 20, rest % 1000, 3);
    text += time;
  }

  // ---- Operations. --------------------------------------------------------------------------------------

  /// Returns where a stream of that kind stands; those that nobody reads come first.
  size_t pick(Stream::Rows rows) {
    std::vector<size_t> fit;
    for (size_t i = 0; i < streams_.size(); ++i) {
      if (streams_[i].rows == rows && (streams_[i].readers == 0 || below(3) == 0)) fit.push_back(i);
    }
    if (fit.empty()) {
      for (size_t i = 0; i < streams_.size(); ++i) {
        if (streams_[i].rows == rows) fit.push_back(i);
      }
    }
    return fit[below(fit.size())];
  }
  Stream read(size_t at) {
    ++streams_[at].readers;
    Stream stream = streams_[at];
    stream.readers = 0;
    return stream;
  }
  void add(const std::string& name, const std::string& type, const std::string& inputs,
           const std::string& options) {
    transforms_ += "  " + name + ": {type: " + type + ", inputs: " + inputs + options + batch() + "}\n";
  }

  void draw_operation() {
    const size_t first = pick(Stream::Rows::kRaw);
    switch (below(11)) {
      case 0:
        return filter(first);
      case 1:
        return map(first);
      case 2:
        return route(first);
      case 3:
        return diamond(first);
      case 4:
        return unite(first, pick(Stream::Rows::kRaw));
      case 5:
        return number(first);
      case 6:
        return dedupe(first);
      case 7:
        return join(first, pick(Stream::Rows::kRaw));
      default:
        return aggregate(first);
    }
  }

  std::string condition() { return "\"x % " + one_of({"2", "3", "7"}) + " <> " + one_of({"0", "1"}) + "\""; }

  void filter(size_t at) {
    Stream stream = read(at);
    const std::string name = new_name("filter");
    add(name, "filter", stream.name, ", where: " + condition());
    stream.name = name;
    streams_.push_back(stream);
  }

  /// Some rows of some maps cannot be converted, and go to `errors`.
  void map(size_t at) {
    Stream stream = read(at);
    const std::string name = new_name("map");
    const bool has_errors = below(2) == 0;
    add(name, "map", stream.name,
        has_errors ? ", set: {x: \"x + CAST(CASE WHEN x % 97 = 5 THEN 'bad' ELSE '1' END AS int64)\"}"
                   : ", set: {x: \"x * 3 + 1\"}");
    if (has_errors) streams_.push_back({name + ".errors", Stream::Rows::kLast, stream.is_bounded, false});
    stream.name = name;
    streams_.push_back(stream);
  }

  void route(size_t at) {
    Stream stream = read(at);
    const std::string name = new_name("route");
    add(name, "route", stream.name, ", routes: {some: " + condition() + "}");
    for (const char* const port : {".some", ".else"}) {
      Stream branch = stream;
      branch.name = name + port;
      streams_.push_back(branch);
    }
  }

  void diamond(size_t at) {
    const std::string above = streams_[at].name;
    Stream stream = read(at);
    const std::string left = new_name("left");
    const std::string right = new_name("right");
    add(left, "filter", above, ", where: " + condition());
    add(right, "map", above, ", set: {x: \"x + 1000\"}");
    merge(stream, "[" + left + ", " + right + "]");
  }

  /// A bounded source gives its rows again when a run that was complete is followed by another, and a broker
  /// does not: what both give never meets, or a new run would add to the output of a complete one.
  bool may_meet(size_t first, size_t second) const {
    return first != second && streams_[first].is_bounded == streams_[second].is_bounded;
  }

  void unite(size_t first, size_t second) {
    if (!may_meet(first, second)) return diamond(first);
    Stream stream = read(first);
    const Stream other = read(second);
    stream.has_times = stream.has_times && other.has_times;
    merge(stream, "[" + stream.name + ", " + other.name + "]");
  }

  void merge(Stream stream, const std::string& inputs) {
    stream.name = new_name("merge");
    add(stream.name, "merge", inputs, "");
    stream.keeps_order = false;
    streams_.push_back(stream);
  }

  void number(size_t at) {
    if (!streams_[at].keeps_order) return filter(at);
    Stream stream = read(at);
    const std::string name = new_name("number");
    add(name, "number_by_key", stream.name, ", key: key" + buffer(8));
    stream.name = name;
    stream.rows = Stream::Rows::kNumbered;
    streams_.push_back(stream);
  }

  /// Which of two equal rows comes first is certain only where nothing was merged. Rows of one key that
  /// differ in x go to different copies.
  void dedupe(size_t at) {
    if (!streams_[at].keeps_order) return filter(at);
    Stream stream = read(at);
    const std::string name = new_name("dedupe");
    add(name, "dedupe", stream.name,
        std::string(", by: [key, x]") + (stream.is_bounded && below(2) == 0 ? "" : ", within: 20s"));
    stream.name = name;
    stream.keeps_order = false;
    streams_.push_back(stream);
  }

  void join(size_t first, size_t second) {
    if (!may_meet(first, second)) return aggregate(first);
    const Stream left = read(first);
    const Stream right = read(second);
    const std::string name = new_name("join");
    add(name, "join", "{left: " + left.name + ", right: " + right.name + "}",
        ", on: [key], within: {before: 200ms, after: 400ms}, prefix: r_, kind: " +
            one_of({"inner", "left", "full"}));
    streams_.push_back({name, Stream::Rows::kLast, left.is_bounded, false});
  }

  /// Sometimes, once in so many times, the node stands behind a buffer on disk.
  std::string buffer(uint64_t in) { return below(in) == 0 ? ", buffer: {disk: 64KiB}" : ""; }

  /// Sometimes the node hands on, or the sink is given, other batches than those that come. Seldom a batch
  /// for each row, which takes longer than all the rest of a run.
  std::string batch() {
    constexpr const char* kBatches[] = {"rows: 7, timeout: 1ms", "rows: 100, timeout: 20ms",
                                        "bytes: 2KiB, timeout: 5ms", "timeout: 1h"};
    if (batches_.below(6) > 0) return "";
    const char* const drawn = batches_.below(12) == 0 ? "rows: 1" : kBatches[batches_.below(4)];
    return std::string(", batch: {") + drawn + "}";
  }

  void aggregate(size_t at) {
    const Stream stream = read(at);
    const std::string name = new_name("window");
    const bool has_window = !stream.is_bounded || below(4) > 0;
    const bool has_key = below(4) > 0;
    const std::string by = buffer(8) + (has_key ? ", by: [key]" : "");
    const std::string window =
        one_of({"tumbling: 2s", "tumbling: 10s", "tumbling: 1m", "sliding: {size: 10s, every: 5s}",
                has_key ? "session: {gap: 1500ms}" : "tumbling: 5s"});
    add(name, "aggregate", stream.name,
        by + (has_window ? ", window: {" + window + "}" : std::string()) +
            ", compute: {n: count(), total: sum(x), top: max(x), low: min(seq), half: \"quantile(x, 0.5)\"}");
    streams_.push_back({name, Stream::Rows::kPanes, stream.is_bounded, false});
    // A session is given when its key has been silent for the gap, and the gap may have been bridged.
    if (has_key && below(4) == 0)
      best_of(streams_.size() - 1, window.starts_with("session") ? ", allowed_lateness: 3s" : "");
    if (has_window && below(2) == 0) {
      streams_.push_back({name + ".late", Stream::Rows::kLast, stream.is_bounded, false});
    }
  }

  void best_of(size_t at, const std::string& lateness) {
    Stream stream = read(at);
    const std::string name = new_name("best");
    add(name, "top_n", stream.name, ", n: 3, by: [total, key]" + lateness);
    stream.name = name;
    streams_.push_back(stream);
  }

  // ---- What looks for meaning in events: beside whoever reads them else.
  // -----------------------------------

  void draw_insight() {
    std::vector<const Stream*> raw;
    for (const Stream& stream : streams_)
      if (stream.rows == Stream::Rows::kRaw) raw.push_back(&stream);
    const Stream from = *raw[insights_.below(raw.size())];
    const std::string name = new_name("insight");
    Stream stream{name, Stream::Rows::kLast, from.is_bounded, false};
    switch (insights_.below(from.keeps_order ? 25 : 12)) {
      case 0:
        add(name, "retention", from.name, ", by: [x], first: x < 500");
        break;
      case 1:
        add(name + "_arms", "map", from.name, ", set: {arm: \"CASE WHEN x % 2 = 0 THEN 'a' ELSE 'b' END\"}");
        add(name, "experiment", name + "_arms",
            std::string(
                ", arm: arm, control: a, metrics: {high: {proportion: x > 500}}, window: {tumbling: 10s}") +
                (insights_.below(2) == 0 ? ", unit: key" : ""));
        break;
      case 2:
        add(name + "_windows", "aggregate", from.name,
            ", by: [key], window: {tumbling: 2s}, compute: {n: count(), s: sketch(x), h: hll(seq), a: "
            "\"apdex(x, 300)\"}");
        add(name, "aggregate", name + "_windows",
            ", by: [key], window: {tumbling: 10s}, compute: {half: \"quantile(merge(s), 0.5)\", seqs: "
            "approx_distinct(merge(h)), a: max(a)}");
        break;
      case 3:
        add(name + "_windows", "aggregate", from.name,
            ", by: [key], window: {tumbling: 2s}, compute: {n: count(), x: sum(x)}");
        if (insights_.below(2) == 0) {
          add(name, "anomaly", name + "_windows", ", by: [key], value: x, warmup: 30");
        } else {
          add(name, "change_points", name + "_windows", ", by: [key], value: x, warmup: 6, threshold: 1");
        }
        break;
      case 4:
        add(name, "lifecycle", from.name, ", by: [x], segment: [key]");
        break;
      case 5:
        add(name, "active_users", from.name,
            ", by: [x], segment: [key], exact: " + std::string(insights_.below(2) == 0 ? "true" : "false"));
        break;
      case 6:
        add(name, "rfm", from.name, ", by: [x], amount: seq, period: day");
        break;
      case 7:
        add(name, "segment", from.name,
            ", kmeans: {k: 3, columns: [x, seq], window: {tumbling: 10s}, number_by: size, starts: 2}");
        break;
      case 8:
        add(name, "segment", from.name,
            ", rules: [{name: low, when: x < 400}, {name: high, when: x > 600}], default: middle");
        break;
      case 9:
        add(name + "_windows", "aggregate", from.name,
            ", by: [key], window: {tumbling: 2s}, compute: {good: \"count() FILTER (WHERE x > 300)\", total: "
            "count()}");
        add(name, "slo", name + "_windows",
            ", by: [key], good: good, total: total, objective: 0.9, window: 6s, resolution: 2s, burn_rates: "
            "{burn: 4s}");
        break;
      case 10:
        add(name + "_windows", "aggregate", from.name,
            ", by: [key], window: {tumbling: 2s}, compute: {x: max(x)}");
        add(name + "_named", "map", name + "_windows", ", rename: {key: who}");
        add(name, "alert", name + "_named",
            ", by: [who], rules: {high: {value: x, above: 900, clear: 700}, grown: {value: x, change_over: "
            "4s, above: 0.2, for: 2s}, silent: {absent: 4s}}");
        break;
      case 11:
        // Sums of floats differ in their last digits with the order of their parts: no value lies near a
        // half. A thousand resamples take as long as the rest of a run: a few windows have to do.
        add(name + "_windows", "aggregate", from.name,
            ", window: {tumbling: 1m}, compute: {h: \"histogram(x, 0, 1000, 10)\", c: \"covar_pop(x, seq)\", "
            "q: \"quantile_change(x, seq % 2 = 0, 0.5)\"}");
        add(name, "map", name + "_windows", ", set: {c: \"round(c + 0.1234567)\"}");
        break;
      // Where the order of two rows of one time counts, or where no exchange may lie before.
      case 12:
        add(name, "sessionize", from.name, ", by: [key], gap: 1500ms");
        break;
      case 13:
        add(name, "funnel", from.name,
            ", by: [key], steps: {low: x < 400, high: x > 600, last: x < 100}, within: 10s, segment: [key], "
            "window: {tumbling: 10s}");
        break;
      case 14:
        add(name + "_pages", "map", from.name,
            ", set: {page: \"CASE WHEN x < 400 THEN 'low' WHEN x > 600 THEN 'high' ELSE 'middle' END\"}");
        add(name, "paths", name + "_pages",
            std::string(", by: [key], event: page, ") + (insights_.below(2) == 0 ? "from" : "to") +
                ": low, steps: 3, within: 5s, segment: [key], window: {tumbling: 10s}");
        break;
      case 15:
        spread_over_days(name, from);
        add(name, "compare", name + "_windows", ", by: [key], values: [n, x], with: [day]");
        break;
      case 16:
        spread_over_days(name, from);
        add(name, "forecast", name + "_windows",
            ", by: [key], value: x, step: 1h, season: 4, horizon: 2, model: ANN, every: 12h, origins: 2");
        break;
      case 17:
        add(name, "reduce", from.name,
            ", by: [key], keep: {n: count(), first: first(seq), last: last(seq), x: sum(x)}, " +
                std::string(insights_.below(2) == 0 ? "until: x < 100, " : "") + "idle: 2s");
        break;
      case 18:
        add(name, "throttle", from.name, ", by: [key], rows: 3, every: 5s");
        streams_.push_back({name + ".throttled", Stream::Rows::kLast, from.is_bounded, false});
        break;
      case 19:
        add(name, "delay", from.name, ", for: 3s");
        break;
      case 20:
      case 23:
      case 24:
        // What finds timers that come late, so often. Each row when its time has come: in time for the window
        // behind, since none is later than five seconds.
        transforms_ += "  " + name + "_later: {type: map, inputs: " + from.name +
                       ", set: {x: x}, event_time: {column: ts, max_delay: 5s}}\n";
        add(name + "_due", "remind", name + "_later", ", key: key, time: ts, after: 0s");
        add(name, "aggregate", name + "_due",
            ", by: [key], window: {tumbling: 2s}, compute: {n: count(), last: max(at), seqs: sum(seq)}");
        break;
      case 21:
        if (from.is_bounded) {
          add(name + "_sorted", "sort", from.name, ", by: [{column: key, order: desc}, seq]");
          add(name, "limit", name + "_sorted", ", rows: 300");
          stream.rows = Stream::Rows::kRaw;
          stream.keeps_order = true;
          break;
        }
        [[fallthrough]];
      default:
        add(name, "rate", from.name, ", by: [key], max_gap: 2s, rates: {speed: seq}");
    }
    streams_.push_back(stream);
  }

  /// Windows of hours of rows a thousand times as far apart: what is a day before is there.
  void spread_over_days(const std::string& name, const Stream& from) {
    transforms_ +=
        "  " + name + "_days: {type: map, inputs: " + from.name +
        ", set: {at: \"epoch_us(1735689600000000 + (epoch_us(ts) - 1735689600000000) * 1000)\"}, event_time: "
        "{column: at, max_delay: 5000s}}\n";
    add(name + "_windows", "aggregate", name + "_days",
        ", by: [key], window: {tumbling: 1h}, compute: {n: count(), x: sum(x)}");
  }

  void fan_out() {
    filter(pick(Stream::Rows::kRaw));
    filter(pick(Stream::Rows::kRaw));
  }

  // ---- Sinks. -------------------------------------------------------------------------------------------

  void draw_sinks() {
    for (Stream& stream : streams_) {
      if (stream.readers > 0) continue;
      const std::string name = new_name("out");
      const bool has_parts = !stream.is_bounded && below(2) == 0;
      const std::string path = has_parts ? name + "/{part}.ndjson" : name + ".ndjson";
      const bool is_errors = stream.name.ends_with(".errors");
      sinks_ += "  " + name + ": {type: file, inputs: " + stream.name + ", path: \"" + path +
                "\", format: ndjson" + buffer(5) + (is_errors ? ", columns: [node, code, raw]" : "") +
                batch() + "}\n";
      const bool is_raw = stream.rows == Stream::Rows::kRaw || stream.rows == Stream::Rows::kNumbered;
      drawn_.sinks.push_back({name, path, is_raw && stream.keeps_order && !has_parts});
    }
  }

  SimRandom random_;
  SimRandom batches_;   // Decides on nothing else.
  SimRandom insights_;  // Neither.
  SimRandom extras_;    // Nor this.
  const uint64_t pieces_;
  int names_ = 0;
  std::vector<Stream> streams_;
  std::string sources_;
  std::string transforms_;
  std::string sinks_;
  DrawnPipeline drawn_;
};

}  // namespace

DrawnPipeline draw_pipeline(uint64_t seed, uint64_t pieces) { return Drawing(seed, pieces).draw(); }

std::string DrawnPipeline::yaml() const {
  return "weir: 1\nname: drawn\ncheckpoint: {every: " + std::to_string(checkpoint_ms) + "ms}\n" + nodes;
}

}  // namespace weir::simulated
