#include "telemetry/log.hpp"

#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/log_line.hpp"
#include "telemetry/redact.hpp"

namespace weir {
namespace {

constexpr int64_t kTime = 1'735'689'600'000'042;

class LoggerTest : public ::testing::Test {
 protected:
  Logger make(LogFormat format, LogLevel level = LogLevel::kInfo) {
    return {clock_, level, format, [this](std::string_view line) { lines_ += line; }};
  }
  SimClock clock_{kTime};
  std::string lines_;
};

TEST_F(LoggerTest, WritesTextWithItsFields) {
  Logger logger = make(LogFormat::kText);
  logger.warn("row rejected", {{"node", "sane"}, {"rows", 3}, {"share", 0.5}, {"last", true}});
  EXPECT_EQ(lines_, "2025-01-01T00:00:00.000042Z warn  row rejected node=sane rows=3 share=0.5 last=true\n");
}

TEST_F(LoggerTest, QuotesTextThatWouldBeMisread) {
  Logger logger = make(LogFormat::kText);
  logger.info("two\nlines {}", {{"a", "x y"}, {"b", "k=v"}, {"c", ""}, {"d", "say \"hi\""}, {"e", "\xff"}});
  EXPECT_EQ(
      lines_,
      "2025-01-01T00:00:00.000042Z info  two\\nlines {} a=\"x y\" b=\"k=v\" c=\"\" d=\"say \\\"hi\\\"\" "
      "e=\"\xEF\xBF\xBD\"\n");
}

TEST_F(LoggerTest, WritesJson) {
  Logger logger = make(LogFormat::kJson);
  logger.error(
      "bad\tbyte",
      {{"node", "s\"x\\"}, {"rows", 3}, {"ok", false}, {"rate", std::numeric_limits<double>::infinity()}});
  EXPECT_EQ(lines_, R"({"time":"2025-01-01T00:00:00.000042Z","level":"error","message":"bad\u0009byte",)"
                    R"("node":"s\"x\\","rows":3,"ok":false,"rate":"inf"})"
                    "\n");
}

TEST_F(LoggerTest, LeavesOutWhatIsBelowItsLevel) {
  Logger logger = make(LogFormat::kText, LogLevel::kWarn);
  logger.debug("a");
  logger.info("b");
  logger.log(LogLevel::kOff, "c");
  EXPECT_EQ(lines_, "");
  EXPECT_FALSE(logger.is_on(LogLevel::kInfo));
  EXPECT_TRUE(logger.is_on(LogLevel::kError));
  Logger silent = make(LogFormat::kText, LogLevel::kOff);
  silent.error("d");
  EXPECT_EQ(lines_, "");
}

TEST_F(LoggerTest, NeverShowsASecret) {
  for (const LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    Logger logger = make(format);
    process_secrets().add("p\"w");
    process_secrets().add("4711");
    logger.info("login p\"w", {{"key4711", "xp\"wx"}, {"pin", 14711}});
  }
  EXPECT_EQ(
      lines_,
      "2025-01-01T00:00:00.000042Z info  login *** key***=x***x pin=1***\n"
      R"({"time":"2025-01-01T00:00:00.000042Z","level":"info","message":"login ***","key***":"x***x","pin":"1***"})"
      "\n");
}

TEST_F(LoggerTest, LinesOfManyThreadsDoNotMix) {
  Logger logger = make(LogFormat::kText);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 100; ++k) logger.info("same", {{"value", "text"}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::string expected;
  for (int i = 0; i < 400; ++i) expected += "2025-01-01T00:00:00.000042Z info  same value=text\n";
  EXPECT_EQ(lines_, expected);
}

TEST(Logger, WritesToStandardError) {
  const SimClock clock(kTime);
  ::testing::internal::CaptureStderr();
  Logger(clock, LogLevel::kInfo, LogFormat::kText).warn("here");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "2025-01-01T00:00:00.000042Z warn  here\n");
}

TEST(LogLevel, IsKnownByName) {
  EXPECT_EQ(log_level_of("debug"), LogLevel::kDebug);
  EXPECT_EQ(log_level_of("info"), LogLevel::kInfo);
  EXPECT_EQ(log_level_of("warn"), LogLevel::kWarn);
  EXPECT_EQ(log_level_of("error"), LogLevel::kError);
  EXPECT_EQ(log_level_of("off"), LogLevel::kOff);
  EXPECT_EQ(log_level_of("loud"), std::nullopt);
}

TEST(JsonQuoted, KeepsGoodUtf8AndReplacesTheRest) {
  EXPECT_EQ(json_quoted("é€😀"), "\"é€😀\"");
  EXPECT_EQ(json_quoted("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_quoted("\xE2\x82"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_quoted("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_quoted(std::string("\0", 1)), "\"\\u0000\"");
}

TEST(UtcText, KnowsTimesBefore1970) {
  EXPECT_EQ(utc_text(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(utc_text(951'782'400'000'000), "2000-02-29T00:00:00.000000Z");
}

}  // namespace
}  // namespace weir
