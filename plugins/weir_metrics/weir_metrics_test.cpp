// weir_metrics in the engine of the test kit, which tells it how its pipeline is doing as any host does. Of
// many stages at once: tests/sim/own_metrics_test.cpp.
#include <map>
#include <memory>
#include <string>

#include <weir/test/conformance.hpp>

namespace weir::own_metrics {
namespace {

using test::engine;
using test::NodeHarness;

const test::Subject kEverySecond = test::source("weir_metrics", "interval: 1s");

// It is the only source there, so it gives one reading and ends.
TEST(WeirMetrics, KeepsThePromisesOfEveryComponent) {
  expect_conforms(kEverySecond,
                  {.bad_options = {{"interval: 1ms", "interval"}, {"interval: soon", "interval"}}});
}

TEST(WeirMetrics, HasTheColumnsOfHostMetricsAndEndsWhenNothingElseGivesRows) {
  NodeHarness node(kEverySecond);
  EXPECT_EQ(node.columns().to_string(),
            "time: timestamp, metric: string, instance: string, value: float64, unit: string");
  EXPECT_EQ(node.run(), NodeHarness::State::kComplete) << node.fault();
  EXPECT_GT(node.pull().size(), 0U);
}

/// A pipeline of rows that the test gives to a node `numbers`, and of a weir_metrics that reads each second.
class Measured {
 public:
  Measured() {
    const std::string test = "test: " + std::to_string(engine().id(test_.get()));
    yaml_ =
        "weir: 1\nname: test\nsources:\n"
        "  numbers: {type: test_rows, feed: numbers, columns: 'x: int64', " +
        test +
        "}\n"
        "  self: {type: weir_metrics, interval: 1s}\n"
        "sinks:\n"
        "  out: {type: test_store, inputs: numbers, into: out, " +
        test +
        "}\n"
        "  metrics: {type: test_store, inputs: self, into: metrics, " +
        test + "}\n";
    start();
  }

  void give(const std::string& rows) {
    Batch made = test::rows_of(Schema::parse("x: int64").value(), rows).value();
    engine().give_rows(test_.get(), as_str("numbers"), made.release());
    run();
  }
  void end_numbers() {
    engine().end_feed(test_.get(), as_str("numbers"));
    run();
  }
  void pass(Duration time) {
    engine().advance(test_.get(), time.count());
    run();
  }
  /// The power fails behind a checkpoint.
  void restart() {
    engine().checkpoint(test_.get());
    run();
    EXPECT_EQ(engine().checkpoints(test_.get()), 1U);
    engine().kill(test_.get(), 1);
    start();
  }
  bool is_complete() const { return state_ == WEIR_TEST_COMPLETE; }

  /// The values of the next reading that was not taken yet, by "metric instance"; empty: there is none.
  std::map<std::string, double> take_reading() {
    std::map<std::string, double> values;
    weir_batch* const taken = engine().take(test_.get(), as_str("metrics"));
    if (taken == nullptr) return values;
    const Batch batch = Batch::adopt(taken);
    const StringColumn metrics(batch.raw_column(1));
    const StringColumn instances(batch.raw_column(2));
    for (size_t row = 0; row < batch.row_count(); ++row)
      values[std::string(metrics[row]) + " " + std::string(instances[row])] = batch.column<double>(3)[row];
    return values;
  }

 private:
  void start() {
    std::string fault;
    EXPECT_EQ(engine().start(test_.get(), as_str(yaml_), &test::append_text, &fault), 0) << fault;
    run();
  }
  void run() {
    std::string fault;
    state_ = engine().run(test_.get(), 0, &test::append_text, &fault);
    EXPECT_NE(state_, WEIR_TEST_FAILED) << fault;
  }

  std::unique_ptr<weir_test, void (*)(weir_test*)> test_{engine().create(as_str("")), engine().destroy};
  std::string yaml_;
  weir_test_state state_ = WEIR_TEST_WAITING;
};

TEST(WeirMetrics, ReadsOnceInEachInterval) {
  Measured run;
  run.give("[[1], [2]]");
  run.pass(std::chrono::milliseconds(999));
  EXPECT_TRUE(run.take_reading().empty());
  run.pass(std::chrono::milliseconds(1));
  std::map<std::string, double> values = run.take_reading();
  EXPECT_EQ(values["node.rows_out numbers"], 2);
  EXPECT_EQ(values["node.rows_in out"], 2);
  EXPECT_TRUE(values.contains("node.busy numbers"));
  EXPECT_TRUE(run.take_reading().empty());
}

TEST(WeirMetrics, GivesALastReadingWhenEveryOtherSourceHasEnded) {
  Measured run;
  run.give("[[1], [2], [3]]");
  run.end_numbers();
  run.pass(std::chrono::milliseconds(200));
  EXPECT_EQ(run.take_reading()["node.rows_out numbers"], 3);
  EXPECT_TRUE(run.is_complete());
}

// Where it stood is the host's to know, and no row says it: what can be seen is that it goes on.
TEST(WeirMetrics, GoesOnAfterARestart) {
  Measured run;
  run.pass(std::chrono::seconds(1));
  EXPECT_FALSE(run.take_reading().empty());
  run.restart();
  EXPECT_TRUE(run.take_reading().empty()) << "a reading that a checkpoint covers does not come again";
  run.give("[[1]]");
  run.pass(std::chrono::seconds(1));
  EXPECT_EQ(run.take_reading()["node.rows_out numbers"], 1);
  run.end_numbers();
  run.pass(std::chrono::milliseconds(200));
  EXPECT_FALSE(run.take_reading().empty());
  EXPECT_TRUE(run.is_complete());
}

}  // namespace
}  // namespace weir::own_metrics
