#include "telemetry/summary.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

NodeSnapshot node(std::string name, uint64_t in, uint64_t out) {
  NodeSnapshot made;
  made.name = std::move(name);
  made.rows_in = in;
  made.rows_out = out;
  return made;
}

TEST(RenderSummary, AlignsItsColumnsAndSaysWhereRejectedRowsAre) {
  NodeSnapshot events = node("events", 0, 1'234'567);
  events.bytes_out = 480'200'000;
  events.busy_ns = 1'800'000'000;
  NodeSnapshot sane = node("sane", 1'234'567, 1'234'564);
  sane.rows_rejected = 3;
  sane.bytes_in = 100'000'000;
  sane.busy_ns = 200'000'000;
  const std::string text =
      render_summary({{events, sane, node("größe", 5, 0)},
                      2'000'000,
                      2,
                      {{"sane", 3, "weir dead list shop"}, {"events", 1, "out/bad.ndjson"}}});
  EXPECT_EQ(text,
            "node      rows in   rows out  rejected   MB/s  busy\n"
            "events          0  1,234,567         0  240.1  45 %\n"
            "sane    1,234,567  1,234,564         3   50.0   5 %\n"
            "größe           5          0         0    0.0   0 %\n"
            "\n"
            "3 rows rejected by sane: weir dead list shop\n"
            "1 row rejected by events: out/bad.ndjson\n");
}

TEST(RenderSummary, SaysWhichRowsWereLateForNobody) {
  NodeSnapshot minutes = node("minutes", 5, 2);
  minutes.rows_late = 1;
  NodeSnapshot hours = node("hours", 5'000, 1);
  hours.rows_late = 1'200;
  EXPECT_EQ(render_summary({{minutes, hours}, 0, 1, {}}),
            "node     rows in  rows out  rejected  MB/s  busy\n"
            "minutes        5         2         0     -     -\n"
            "hours      5,000         1         0     -     -\n"
            "\n"
            "1 row came too late for minutes and was left out: nothing reads minutes.late\n"
            "1,200 rows came too late for hours and were left out: nothing reads hours.late\n");
}

TEST(RenderSummary, NeedsNoElapsedTimeAndNoNodes) {
  EXPECT_EQ(render_summary({{node("a", 1, 1)}, 0, 1, {}}),
            "node  rows in  rows out  rejected  MB/s  busy\n"
            "a           1         1         0     -     -\n");
  EXPECT_EQ(render_summary({}), "node  rows in  rows out  rejected  MB/s  busy\n");
}

}  // namespace
}  // namespace weir
