#include "telemetry/progress.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr int64_t kSecond = 1'000'000;

TEST(RenderProgress, ShowsRowsBytesRateAndEta) {
  EXPECT_EQ(render_progress({12'300'000, 1'200'000'000, 4'080'000'000, 5 * kSecond}),
            "12.3 M rows  1.2 GB  240 MB/s  ETA 12s");
}

TEST(RenderProgress, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(render_progress({0, 0, 100, 0}), "0 rows  0 B");
  EXPECT_EQ(render_progress({0, 0, 100, kSecond}), "0 rows  0 B  0 B/s");
  EXPECT_EQ(render_progress({5, 500, std::nullopt, kSecond}), "5 rows  500 B  500 B/s");
  EXPECT_EQ(render_progress({5, 500, 500, kSecond}), "5 rows  500 B  500 B/s");
  EXPECT_EQ(render_progress({500, 0, std::nullopt, 2 * kSecond}), "500 rows  250 rows/s");
  EXPECT_EQ(render_progress({1, 0, std::nullopt, 0}), "1 row");
}

TEST(ProgressLine, OverwritesItselfOnATerminal) {
  std::string shown;
  ProgressLine line(ProgressLine::Kind::kTerminal, [&](std::string_view text) { shown += text; });
  line.update({1, 100, std::nullopt, 100'000});
  EXPECT_EQ(shown, "");
  line.update({2, 200, std::nullopt, 200'000});
  line.update({3, 300, std::nullopt, 300'000});
  line.update({4, 400, std::nullopt, 400'000});
  line.finish({5, 500, std::nullopt, 500'000});
  EXPECT_EQ(shown,
            "\r2 rows  200 B  1.0 kB/s\x1b[K"
            "\r4 rows  400 B  1.0 kB/s\x1b[K"
            "\r5 rows  500 B  1.0 kB/s\x1b[K\n");
}

TEST(ProgressLine, IsALineEveryTenSecondsElsewhere) {
  std::string shown;
  ProgressLine line(ProgressLine::Kind::kPlain, [&](std::string_view text) { shown += text; });
  line.update({1, 900, std::nullopt, 9 * kSecond});
  line.update({1, 1000, std::nullopt, 10 * kSecond});
  line.update({1, 1900, std::nullopt, 19 * kSecond});
  line.update({1, 2000, std::nullopt, 20 * kSecond});
  line.finish({1, 2100, std::nullopt, 21 * kSecond});
  EXPECT_EQ(shown,
            "1 row  1.0 kB  100 B/s\n"
            "1 row  2.0 kB  100 B/s\n"
            "1 row  2.1 kB  100 B/s\n");
}

TEST(ProgressLine, AShortRunLeavesNothingInALog) {
  std::string shown;
  ProgressLine line(ProgressLine::Kind::kPlain, [&](std::string_view text) { shown += text; });
  line.update({1, 1, 1, kSecond});
  line.finish({1, 1, 1, kSecond});
  EXPECT_EQ(shown, "");
}

}  // namespace
}  // namespace weir
