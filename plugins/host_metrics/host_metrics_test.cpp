#include <gmock/gmock.h>

#include <map>
#include <set>

#include "plugin_host/component_under_test.hpp"
#include "plugin_host/scratch.hpp"
#include "plugin_host/table.hpp"
#include "readings.hpp"

namespace weir::host_metrics {
namespace {

using test::ComponentUnderTest;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(ProcText, ReadsCores) {
  const auto cores = parse_stat(
      "cpu  30 3 30 300 3 3 3 3 0 0\n"
      "cpu0 10 1 20 100 5 2 3 4 7 0\n"
      "cpu1 20 2 10 200 1 1 0 1 0 0\n"
      "intr 1 2 3\n");
  ASSERT_EQ(cores.size(), 2U);
  EXPECT_EQ(cores[0].core, "cpu0");
  EXPECT_EQ(cores[0].user, 11U);
  EXPECT_EQ(cores[0].system, 25U);
  EXPECT_EQ(cores[0].idle, 100U);
  EXPECT_EQ(cores[0].iowait, 5U);
  EXPECT_EQ(cores[0].total, 145U);
}

TEST(ProcText, ReadsMemoryLoadAndPressure) {
  const auto memory = parse_meminfo("MemTotal:  100 kB\nMemFree: 7 kB\nMemAvailable:   40 kB\n");
  EXPECT_EQ(memory->total, 102400U);
  EXPECT_EQ(memory->available, 40960U);
  EXPECT_FALSE(parse_meminfo("").has_value());
  EXPECT_EQ(parse_loadavg("1.50 0.75 0.25 1/100 999\n")->five, 0.75);
  EXPECT_FALSE(parse_loadavg("").has_value());
  const Pressure pressure = parse_pressure(
      "some avg10=1.25 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.50 avg60=0.00 avg300=0.00 total=0\n");
  EXPECT_EQ(pressure.some, 1.25);
  EXPECT_EQ(pressure.full, 0.5);
  EXPECT_FALSE(parse_pressure("").some.has_value());
}

TEST(ProcText, ReadsDisksThatMovedAnythingAndInterfaces) {
  const auto disks = parse_diskstats(
      "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0\n"
      " 254       0 vda 10 0 4 1 20 0 6 1 0 0 0\n");
  ASSERT_EQ(disks.size(), 1U);
  EXPECT_EQ(disks[0].name, "vda");
  EXPECT_EQ(disks[0].in, 2048U);
  EXPECT_EQ(disks[0].out, 3072U);
  const auto interfaces = parse_net_dev(
      "Inter-|   Receive   |  Transmit\n face |bytes packets|bytes packets\n"
      "    lo:  803153     176    0    0    0     0          0         0   42     176    0    0    0     0   "
      "    0    0\n");
  ASSERT_EQ(interfaces.size(), 1U);
  EXPECT_EQ(interfaces[0].name, "lo");
  EXPECT_EQ(interfaces[0].in, 803153U);
  EXPECT_EQ(interfaces[0].out, 42U);
}

TEST(Readings, SharesAndRatesAreThoseBetweenTwoReadings) {
  Reading before;
  before.cores = {{"cpu0", 100, 50, 800, 50, 1000}};
  before.disks = {{"vda", 1000, 500}};
  Reading now;
  now.monotonic_ns = 2'000'000'000;
  now.cores = {{"cpu0", 150, 60, 830, 60, 1100}, {"cpu1", 1, 1, 1, 1, 4}};
  now.memory = Memory{100, 40};
  now.load = Load{1, 2, 3};
  now.pressures[1].some = 7.5;
  now.disks = {{"vda", 5000, 400}, {"vdb", 1, 1}};
  std::vector<std::string> lines;
  for (const Measure& one : measure(before, now))
    lines.push_back(std::string(one.metric) + " " + one.instance + " " + std::to_string(one.value) + " " +
                    std::string(one.unit));
  EXPECT_THAT(lines, ElementsAre("cpu.user cpu0 0.500000 share", "cpu.system cpu0 0.100000 share",
                                 "cpu.iowait cpu0 0.100000 share", "cpu.idle cpu0 0.300000 share",
                                 "cpu.busy cpu0 0.600000 share", "memory.total  100.000000 bytes",
                                 "memory.available  40.000000 bytes", "memory.used  60.000000 bytes",
                                 "load.1m  1.000000 processes", "load.5m  2.000000 processes",
                                 "load.15m  3.000000 processes", "pressure.some io 7.500000 percent",
                                 "disk.read vda 2000.000000 bytes/s", "disk.write vda 0.000000 bytes/s"));
}

TEST(HostMetrics, ReadsThisMachineEachIntervalAndEnds) {
  const test::Scratch scratch;
  test::set_monotonic_ns(0);
  test::set_wall_us(1735689600000000);
  ComponentUnderTest source("host_metrics", "interval: 1s\nduration: 2s");
  EXPECT_EQ(source.schema().to_string(),
            "time: timestamp, metric: string, instance: string, value: float64, unit: string");
  EXPECT_EQ(source.poll(), WEIR_NOT_READY);
  EXPECT_EQ(source.wake().until_ns, 1'000'000'000);
  EXPECT_THAT(source.context().rows, IsEmpty());
  test::set_monotonic_ns(1'000'000'000);
  EXPECT_EQ(source.poll_all(), WEIR_NOT_READY);
  test::set_monotonic_ns(2'000'000'000);
  EXPECT_EQ(source.poll_all(), WEIR_FINISHED);
  ASSERT_EQ(source.context().rows.size(), 2U);
  std::map<std::string, double> values;
  const auto& rows = source.context().rows[1];
  for (size_t i = 0; i < rows.batch.row_count(); ++i) {
    EXPECT_EQ(test::value_text(source.schema(), rows.batch, 0, i), "2025-01-01T00:00:00Z");
    values[test::value_text(source.schema(), rows.batch, 1, i)] = rows.batch.column<double>(3)[i];
  }
  EXPECT_GT(values["memory.total"], values["memory.used"]);
  EXPECT_GT(values["memory.used"], 0);
  EXPECT_TRUE(values.contains("load.1m"));
  EXPECT_TRUE(values.contains("network.received"));
  EXPECT_EQ(rows.first, source.context().rows[0].next);
  EXPECT_THAT(source.context().ended, ElementsAre("host"));
}

TEST(HostMetrics, MissedReadingsAreNotMadeUpFor) {
  const test::Scratch scratch;
  test::set_monotonic_ns(0);
  ComponentUnderTest source("host_metrics", "interval: 1s");
  EXPECT_EQ(source.poll(), WEIR_NOT_READY);
  test::set_monotonic_ns(10'500'000'000);
  EXPECT_EQ(source.poll_all(), WEIR_NOT_READY);
  EXPECT_EQ(source.context().rows.size(), 1U);
  EXPECT_EQ(source.wake().until_ns, 11'000'000'000);
}

TEST(HostMetrics, MistakesSayWhatWasExpected) {
  const test::Scratch scratch;
  EXPECT_EQ(ComponentUnderTest("host_metrics", "interval: 5s\nduration: 1s").fault(),
            "'duration' is shorter than 'interval': there would be no row");
  EXPECT_EQ(ComponentUnderTest("host_metrics", "intervall: 5s").fault(),
            "host_metrics has no option 'intervall' (did you mean 'interval'?)");
  EXPECT_EQ(ComponentUnderTest("host_metrics", "interval: 1ms").fault(),
            "option 'interval': expected 10000 to 86400000000, found 1ms");
}

}  // namespace
}  // namespace weir::host_metrics
