#pragma once
// Drives one node in a test: rows in, rows out, time, checkpoints, restarts, faults.
//
//   TEST(ToCelsius, ConvertsValuesAndKeepsNulls) {
//     NodeHarness node("to_celsius", "column: t", "t: float64");
//     node.push("[[32.0], [null], [212.0]]");
//     EXPECT_THAT(node.pull(), IsBatch("[[0.0], [null], [100.0]]"));
//   }
//
// The node runs in the real engine on a simulated machine: its options are read, bound and projected as in
// any pipeline, its state lies in real checkpoints, its files on a disk that forgets what was not synced.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/column.hpp"
#include "weir/option_types.hpp"
#include "weir/test/engine.hpp"
#include "weir/test/subject.hpp"

namespace weir::test {

/// A row that the node could not use.
struct Rejected {
  std::string code, message, column, raw;
  int64_t offset = -1;  ///< -1: none.
  bool operator==(const Rejected&) const = default;
};

/// Calls that the test cannot go on after fail the test and say why.
///
/// Threads: one harness of a process at a time; cancel() alone from any thread.
class NodeHarness {
 public:
  enum class State { kWaiting, kMore, kComplete, kFailed };

  /// A transform. `options` is the YAML below `type:`, `columns` those of its input.
  NodeHarness(std::string name, std::string options, std::string columns, Settings settings = {})
      : NodeHarness(transform(std::move(name), std::move(options), std::move(columns), std::move(settings))) {
  }
  explicit NodeHarness(Subject subject) : subject_(std::move(subject)), test_(make(), engine().destroy) {
    for (const auto& [port, columns] : subject_.inputs)
      schemas_.emplace_back(port, Schema::parse(columns).value());
    if (!subject_.settings.first_bytes.empty()) give_bytes(subject_.settings.first_bytes);
    start();
  }

  /// What is wrong with the options, or why the run failed, a line each; empty: nothing.
  const std::string& fault() const { return fault_; }
  State state() const { return state_; }
  bool is_complete() const { return state_ == State::kComplete; }

  /// Gives rows, as JSON, to an input and lets the node run until it waits for more.
  void push(std::string_view rows, const std::string& port = "in") {
    Result<Batch> made = rows_of(schema_of(port), rows);
    if (!made.is_ok()) return fail_test(made.status().message());
    push(std::move(made).value(), port);
  }
  void push(Batch rows, const std::string& port = "in") {
    give(std::move(rows), port);
    run_or_fail();
  }
  /// The same for a decoder. The engine keeps back what may go on in the next bytes: end() gives all.
  void push_bytes(std::string_view bytes) {
    give_bytes(bytes);
    run_or_fail();
  }
  /// No more input, on any port. The node runs to its end.
  void end() {
    if (subject_.kind == Subject::Kind::kDecoder) engine().end_feed(test_.get(), as_str("in"));
    for (const auto& [port, columns] : subject_.inputs) engine().end_feed(test_.get(), as_str(port));
    run_or_fail();
  }

  /// Returns every row that came out since the last call. A source runs until it has given some.
  Rows pull(const std::string& port = "out") {
    std::vector<Batch> batches = taken(port);
    while (batches.empty() && subject_.kind == Subject::Kind::kSource && run(1) == State::kMore)
      batches = taken(port);
    Rows rows;
    rows.schema = columns(port);
    if (batches.size() == 1) rows.batch = std::move(batches.front());
    if (batches.size() > 1) rows.batch = Batch::concat(batches);
    return rows;
  }
  /// Returns the rows that were rejected since the last call.
  std::vector<Rejected> pull_errors() {
    const Rows rows = pull("errors");
    std::vector<Rejected> made(rows.size());
    if (rows.size() == 0) return made;
    const auto text = [&](const char* name, size_t row) -> std::string {
      const StringColumn column(rows.batch.raw_column(*rows.schema.find(name)));
      return column.is_null(row) ? std::string() : std::string(column[row]);
    };
    const auto offsets = rows.batch.column<int64_t>(*rows.schema.find("offset"));
    for (size_t row = 0; row < rows.size(); ++row)
      made[row] = {text("code", row), text("message", row), text("column", row), text("raw", row),
                   offsets.is_null(row) ? -1 : offsets.values()[row]};
    return made;
  }
  /// The columns of an output.
  Schema columns(const std::string& port = "out") const {
    return to_schema(*engine().columns(test_.get(), as_str(port)));
  }
  /// What an encoder has written.
  std::string encoded() const { return std::string(as_view(engine().encoded(test_.get(), as_str("out")))); }

  /// Lets time pass, and the node run.
  void advance(Duration time) {
    engine().advance(test_.get(), time.count());
    run_or_fail();
  }
  /// Runs until the node waits, at most `max_slices` slices (0: any number).
  State run(uint64_t max_slices = 0) {
    if (!fault_.empty()) return state_ = State::kFailed;
    state_ = static_cast<State>(engine().run(test_.get(), max_slices, &append_text, &fault_));
    return state_;
  }
  /// For components with a thread of their own: waits until one has given the node something to do, at most
  /// so long of real time; advance() moves the node's. Returns whether one has, or cancel() was called: run()
  /// goes on from there. Once the run is over it does not wait.
  bool wait_for_others(std::chrono::milliseconds at_most) {
    return engine().wait_for_others(test_.get(), std::chrono::microseconds(at_most).count()) != 0;
  }
  /// Takes a checkpoint. Returns whether there was one to take: not after the end, and not while the node
  /// waits for a thread of its own from which nothing comes for `others`.
  bool checkpoint(std::chrono::milliseconds others = std::chrono::milliseconds(0)) {
    const uint64_t before = engine().checkpoints(test_.get());
    engine().checkpoint(test_.get());
    const uint64_t slices = subject_.kind == Subject::Kind::kSource ? 1 : 0;
    const auto is_taken = [&] { return engine().checkpoints(test_.get()) > before; };
    for (;;) {
      const State now = run(slices);
      if (is_taken() || now == State::kComplete || now == State::kFailed) break;
      if (now == State::kWaiting && !wait_for_others(others)) break;
    }
    return is_taken();
  }
  /// The power fails and comes back; the node goes on from its last checkpoint. Rows that it gives again come
  /// out again. `seed` decides which unsynced bytes survive.
  void restart(uint64_t seed = 1) {
    engine().kill(test_.get(), seed);
    start();
    if (subject_.kind != Subject::Kind::kSource) run_or_fail();
  }
  /// From any thread, while run() is in another.
  void cancel() { engine().cancel(test_.get()); }

  /// Files of the test's folder, in which the options' relative paths lie.
  void write_file(const std::string& name, std::string_view bytes) {
    if (engine().write_file(test_.get(), as_str(name), as_str(bytes)) != 0) fail_test("cannot write " + name);
  }
  std::string read_file(const std::string& name) const {
    std::string bytes;
    if (engine().read_file(test_.get(), as_str(name), &append_text, &bytes) != 0)
      fail_test("cannot read " + name);
    return bytes;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    engine().list_files(test_.get(), &append_line, &names);
    return names;
  }
  /// The disk's next call of this name ("open", "write", "sync", "rename", "sync_dir") fails so.
  void fail_next(const std::string& call, int error_number) {
    engine().fail_next(test_.get(), as_str(call), error_number);
  }

  /// As push() without running: for tests that decide themselves when the node runs.
  void give(Batch rows, const std::string& port = "in") {
    engine().give_rows(test_.get(), as_str(port), rows.release());
  }
  void give_bytes(std::string_view bytes) { engine().give_bytes(test_.get(), as_str("in"), as_str(bytes)); }
  const Schema& schema_of(const std::string& port) const {
    for (const auto& [name, schema] : schemas_)
      if (name == port) return schema;
    fail_test("there is no input '" + port + "'");
    static const Schema none;
    return none;
  }
  /// Begins once more after the files that the options name were written.
  void start() {
    fault_.clear();
    state_ = State::kWaiting;
    const std::string yaml = pipeline();
    if (engine().start(test_.get(), as_str(yaml), &append_text, &fault_) != 0) state_ = State::kFailed;
  }

 private:
  static weir_test* make() {
    std::string path;
#ifdef WEIR_TEST_PLUGIN_PATH
    path = WEIR_TEST_PLUGIN_PATH;
#endif
    if (const char* const more = std::getenv("WEIR_PLUGIN_PATH"); more != nullptr)
      path += (path.empty() ? "" : ":") + std::string(more);
    return engine().create(as_str(path));
  }
  static void fail_test(std::string_view why) { ADD_FAILURE() << why; }
  void run_or_fail() {
    if (run() == State::kFailed) fail_test(fault_);
  }
  std::vector<Batch> taken(const std::string& port) {
    std::vector<Batch> batches;
    while (weir_batch* const batch = engine().take(test_.get(), as_str(port)))
      batches.push_back(Batch::adopt(batch));
    return batches;
  }

  std::string pipeline() const {
    const std::string test = "test: " + std::to_string(engine().id(test_.get()));
    std::string inputs;
    std::string sources;
    for (const auto& [port, columns] : subject_.inputs) {
      const char* const type = subject_.settings.is_endless ? "test_stream" : "test_rows";
      sources += "  " + port + ":\n    type: " + type + "\n    " + test + "\n    feed: " + port +
                 "\n    columns: " + detail::quoted(columns) + "\n";
      if (schema_of(port).find(subject_.settings.event_time))
        sources += "    event_time: {column: " + subject_.settings.event_time +
                   ", max_delay: " + subject_.settings.max_delay + "}\n";
      inputs += (inputs.empty() ? "" : ", ") + port + ": " + port;
    }
    inputs = subject_.inputs.size() == 1 ? subject_.inputs.front().first : "{" + inputs + "}";
    std::string transforms;
    std::string sinks;
    const std::string it = "  it:\n    type: ";
    const std::string in = "\n    inputs: " + inputs;
    switch (subject_.kind) {
      case Subject::Kind::kSource:
        sources += it + subject_.name + "\n" + indented(4);
        break;
      case Subject::Kind::kDecoder:
        sources += it + "test_bytes\n    " + test +
                   "\n    feed: in\n    format:\n      type: " + subject_.name + "\n" + indented(6);
        break;
      case Subject::Kind::kTransform:
        transforms = "transforms:\n" + it + subject_.name + in + "\n" + indented(4);
        break;
      case Subject::Kind::kSink:
        sinks = it + subject_.name + in + "\n" + indented(4);
        break;
      case Subject::Kind::kEncoder:
        sinks = it + "test_encoded" + in + "\n    " + test +
                "\n    into: out\n    format:\n      type: " + subject_.name + "\n" + indented(6);
        break;
    }
    const auto store = [&](const std::string& port, const std::string& from) {
      sinks += "  " + port + "_store: {type: test_store, inputs: " + from + ", " + test + ", into: " + port +
               "}\n";
    };
    store("errors", "it.errors");
    if (subject_.kind != Subject::Kind::kSink && subject_.kind != Subject::Kind::kEncoder) {
      for (size_t i = 0; i < subject_.settings.outputs.size(); ++i) {
        const std::string& port = subject_.settings.outputs[i];
        store(port, i == 0 ? "it" : "it." + port);
      }
    }
    return "weir: 1\nname: test\nsources:\n" + sources + transforms + "sinks:\n" + sinks;
  }
  std::string indented(size_t columns) const {
    std::string made;
    size_t at = 0;
    while (at < subject_.options.size()) {
      const size_t end = std::min(subject_.options.find('\n', at), subject_.options.size());
      made += std::string(columns, ' ') + subject_.options.substr(at, end - at) + "\n";
      at = end + 1;
    }
    return made;
  }

  const Subject subject_;
  std::vector<std::pair<std::string, Schema>> schemas_;  // By input port.
  std::unique_ptr<weir_test, void (*)(weir_test*)> test_;
  State state_ = State::kWaiting;
  std::string fault_;
};

/// Whether rows are these, in this order: IsBatch("[[0.0], [null], [100.0]]").
MATCHER_P(IsBatch, rows, std::string(negation ? "is not " : "is ") + rows) {
  const Result<Batch> expected = rows_of(arg.schema, rows);
  if (!expected.is_ok()) {
    *result_listener << "and the expected rows cannot be read: " << expected.status().message();
    return false;
  }
  return Rows{arg.schema, expected->share()}.to_json() == arg.to_json();
}

}  // namespace weir::test
