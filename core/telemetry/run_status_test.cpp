// What a run says of itself, letter by letter, and that its metrics are what Prometheus reads.
#include "telemetry/run_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>

namespace weir {
namespace {

RunStatus sample() {
  RunStatus status;
  status.pipeline = "shop";
  status.run = "20250101-000000-0001";
  status.process = 77;
  status.started_us = 1'735'689'600'000'000;
  status.now_us = status.started_us + 65'000'000;
  status.phase = RunPhase::kRunning;
  NodeSnapshot events{"events"};
  events.instances = 1;
  events.rows_out = 1234;
  events.watermark_us = status.now_us - 3'000'000;
  NodeSnapshot out{"out"};
  out.instances = 2;
  out.rows_in = 1200;
  out.rows_rejected = 3;
  status.metrics.nodes = {events, out};
  status.metrics.edges = {{"events", "out", 4096}};
  status.rates = {100, 99.6};
  status.errors = {{"out", "odd\"code", 3}};
  status.sinks = {{"out", "open", 6, 9, "no answer"}};
  status.checkpoint = {4, 1, 17, status.now_us - 5'000'000, 12'000, 50'000, 2'000'000};
  return status;
}

TEST(RunStatus, AsTextForPeople) {
  EXPECT_EQ(status_text(sample()),
            "shop is running as PID 77: run 20250101-000000-0001, since 2025-01-01T00:00:00.000000Z (1m05s)\n"
            "node           rows in        rows out    rejected      rows/s       lag\n"
            "events               0           1,234           0         100        3s\n"
            "out              1,200               0           3         100          \n"
            "queued events -> out: 4.1 kB\n"
            "last checkpoint: epoch 17, 5s ago, 2.0 MB, took 12 ms\n"
            "out: 6 failures in a row, circuit breaker open: no answer\n");
}

TEST(RunStatus, AsJson) {
  EXPECT_EQ(
      status_json(sample()),
      R"({"pipeline":"shop","run":"20250101-000000-0001","pid":77,"phase":"running",)"
      R"("started":"2025-01-01T00:00:00.000000Z","now":"2025-01-01T00:01:05.000000Z","bytes_done":0,"bytes_total":null,)"
      R"("nodes":[{"name":"events","instances":1,"rows_in":0,"rows_out":1234,"rejected":0,"late":0,"rows_per_second":100.0,"busy_ms":0,"state_bytes":0,"watermark_lag_ms":3000},)"
      R"({"name":"out","instances":2,"rows_in":1200,"rows_out":0,"rejected":3,"late":0,"rows_per_second":99.6,"busy_ms":0,"state_bytes":0}],)"
      R"("edges":[{"from":"events","to":"out","queued_bytes":4096}],"errors":[{"node":"out","code":"odd\"code","rows":3}],)"
      R"("sinks":[{"name":"out","breaker":"open","failures":6,"all_failures":9,"reason":"no answer"}],)"
      R"("checkpoint":{"epoch":17,"ended":"2025-01-01T00:01:00.000000Z","duration_ms":12,"size_bytes":2000000,"count":4,"abandoned":1},)"
      R"("disk":{"full":false,"reason":""}})");
}

TEST(RunStatus, IsReadyWhileItRunsAndHasRoom) {
  RunStatus status = sample();
  EXPECT_EQ(unready_reason(status), std::nullopt);
  status.disk = {true, "cannot write 'x': No space left on device"};
  EXPECT_EQ(unready_reason(status), "the disk is full: cannot write 'x': No space left on device");
  EXPECT_THAT(
      status_text(status),
      testing::EndsWith("the disk is full, sources wait: cannot write 'x': No space left on device\n"));
  status.disk = {};
  status.phase = RunPhase::kStopping;
  EXPECT_EQ(unready_reason(status), "the run is stopping");
  status.phase = RunPhase::kStarting;
  EXPECT_EQ(unready_reason(status), "the run is starting");
}

/// The rules of the text format, version 0.0.4: each family is announced once, with help and type, before its
/// samples, which stand together; no sample comes twice; names, labels, escapes and values are well formed.
std::vector<std::string> faults_of(const std::string& text) {
  static const std::regex comment(R"(# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+))");
  static const std::regex line_of_sample(
      R"(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*")*\})? ([-+0-9.eE]+|NaN|[+-]Inf))");
  std::vector<std::string> faults;
  std::set<std::string> families;
  std::set<std::string> seen;
  std::string family;
  std::string type;
  bool has_help = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch found;
    if (std::regex_match(line, found, comment)) {
      if (found[1] == "HELP") {
        family = found[2];
        has_help = families.insert(family).second;
        if (!has_help) faults.push_back("a family announced twice: " + line);
        type.clear();
      } else {
        type = found[3];
        const bool is_known =
            type == "counter" || type == "gauge" || type == "summary" || type == "histogram";
        if (!has_help || found[2] != family || !is_known) faults.push_back("a type out of place: " + line);
        if (type == "counter" && !family.ends_with("_total"))
          faults.push_back("a counter without _total: " + line);
      }
      continue;
    }
    if (!std::regex_match(line, found, line_of_sample)) {
      faults.push_back("no line of the format: " + line);
      continue;
    }
    const std::string name = found[1];
    const bool is_part = type == "summary" && (name == family + "_sum" || name == family + "_count");
    if (type.empty() || (name != family && !is_part))
      faults.push_back("a sample outside its family: " + line);
    if (!seen.insert(name + found[2].str()).second) faults.push_back("a sample twice: " + line);
  }
  if (!text.ends_with('\n')) faults.emplace_back("the last line has no end");
  return faults;
}

TEST(PrometheusText, KeepsTheRulesOfTheFormat) {
  const std::string text = prometheus_text(sample());
  EXPECT_THAT(faults_of(text), testing::IsEmpty());
  EXPECT_THAT(text,
              testing::HasSubstr("# HELP weir_node_rows_total Rows of a node by what became of them.\n"
                                 "# TYPE weir_node_rows_total counter\n"
                                 "weir_node_rows_total{pipeline=\"shop\",node=\"events\",kind=\"in\"} 0\n"));
  EXPECT_THAT(text, testing::HasSubstr(
                        "weir_node_rows_total{pipeline=\"shop\",node=\"events\",kind=\"out\"} 1234\n"));
  EXPECT_THAT(text, testing::HasSubstr(
                        "weir_node_errors_total{pipeline=\"shop\",node=\"out\",code=\"odd\\\"code\"} 3\n"));
  EXPECT_THAT(text,
              testing::HasSubstr("weir_node_watermark_lag_seconds{pipeline=\"shop\",node=\"events\"} 3\n"));
  EXPECT_THAT(text, testing::HasSubstr(
                        "weir_edge_queued_bytes{pipeline=\"shop\",from=\"events\",to=\"out\"} 4096\n"));
  EXPECT_THAT(text, testing::HasSubstr("weir_checkpoint_duration_seconds_sum{pipeline=\"shop\"} 0.05\n"
                                       "weir_checkpoint_duration_seconds_count{pipeline=\"shop\"} 4\n"));
  EXPECT_THAT(text, testing::HasSubstr("weir_checkpoint_age_seconds{pipeline=\"shop\"} 5\n"));
  EXPECT_THAT(
      text, testing::HasSubstr("weir_sink_breaker_state{pipeline=\"shop\",node=\"out\",state=\"open\"} 1\n"));
  EXPECT_THAT(text, testing::HasSubstr("weir_disk_full{pipeline=\"shop\"} 0\n"));
}

TEST(PrometheusText, TheRulesFindFaults) {
  EXPECT_THAT(faults_of("a 1\n"), testing::SizeIs(1));
  EXPECT_THAT(faults_of("# HELP a_total x\n# TYPE a_total counter\na_total{b=\"c\"} 1\na_total{b=\"c\"} 2\n"),
              testing::SizeIs(1));
  EXPECT_THAT(faults_of("# HELP a x\n# TYPE a gauge\na{b=\"c\nd\"} 1\n"), testing::SizeIs(2));
  EXPECT_THAT(faults_of("# HELP a x\n# TYPE a counter\na 1"), testing::SizeIs(2));
}

TEST(RowRates, AreThoseOfTheLastTenSeconds) {
  RowRates rates;
  MetricsSnapshot metrics;
  metrics.nodes = {NodeSnapshot{"a"}};
  EXPECT_THAT(rates.update(metrics, 0), testing::ElementsAre(0));
  metrics.nodes[0].rows_out = 50;
  EXPECT_THAT(rates.update(metrics, 5'000'000), testing::ElementsAre(10));
  metrics.nodes[0].rows_out = 150;
  EXPECT_THAT(rates.update(metrics, 15'000'000), testing::ElementsAre(10));
  EXPECT_THAT(rates.update(metrics, 25'000'000), testing::ElementsAre(0));
}

}  // namespace
}  // namespace weir
