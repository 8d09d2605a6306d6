#include <gtest/gtest.h>

#include "access_log.hpp"
#include "columns_text.hpp"
#include "format_probe.hpp"
#include "lines.hpp"
#include "pattern.hpp"

namespace weir::formats {
namespace {

TEST(Lines, EachLineIsARow) {
  LinesDecoder decoder({});
  const Outcome it = decode_text(decoder, "one\r\n\ntwo \xFF\nlast");
  EXPECT_EQ(it.rows, "{\"line\":\"one\"}\n{\"line\":\"\"}\n{\"line\":\"last\"}\n");
  EXPECT_EQ(
      it.rejected,
      "6 bad-utf8 line: found bytes that are not UTF-8 in 'two \\xff', expected text; declare the column as "
      "binary to keep the bytes, or convert the input to UTF-8 | two \xFF\n");
  EXPECT_EQ(first_bad_cut(decoder, "one\r\n\ntwo \xFF\nlast"), 16U);
}

TEST(Lines, FindsTheNextLine) {
  LinesDecoder decoder({});
  EXPECT_EQ(decoder.find_record("ab\ncd\n", 1), 3);
  EXPECT_EQ(decoder.find_record("ab\ncd\n", 3), 3);
  EXPECT_EQ(decoder.find_record("ab\ncd\n", 4), 6);
  EXPECT_EQ(decoder.find_record("ab\ncd", 4), kNotFound);
}

TEST(Lines, WritesOneStringColumn) {
  LinesEncoder encoder({});
  EXPECT_EQ(
      encoder.bind(*Schema::parse("a: string, b: string")).message(),
      "lines writes one string column: found no column 'line' among a: string, b: string; say which with "
      "'column'");
  EXPECT_EQ(encoder.bind(*Schema::parse("a: int64")).message(),
            "lines writes one string column: column 'a' is int64");
  EXPECT_TRUE(encoder.bind(*Schema::parse("a: string")).is_ok());
}

constexpr std::string_view kCombined =
    "1.2.3.4 - bob [17/May/2015:10:05:03 +0200] \"GET /a b?c HTTP/1.1\" 200 2326 \"http://x/\" \"Mozilla "
    "\\\"5\\\"\"\n";

TEST(AccessLog, ReadsTheCombinedFormat) {
  AccessLogDecoder decoder({});
  const Outcome it = decode_text(decoder, kCombined);
  EXPECT_EQ(it.rows,
            "{\"host\":\"1.2.3.4\",\"ident\":null,\"user\":\"bob\",\"time\":\"2015-05-17T08:05:03Z\","
            "\"method\":\"GET\",\"path\":\"/a b?c\",\"protocol\":\"HTTP/1.1\",\"status\":200,\"bytes\":2326,"
            "\"referer\":\"http://x/\",\"agent\":\"Mozilla \\\\\\\"5\\\\\\\"\"}\n");
}

TEST(AccessLog, ReadsTheCommonFormatAndDashes) {
  AccessLogDecoder decoder({declared("method: string, status: int64, bytes: int64, agent: string")});
  const Outcome it = decode_text(decoder,
                                 "h - - [17/May/2015:10:05:03 +0000] \"-\" 408 -\n"
                                 "h - - [17/May/2015:10:05:03 +0000] \"GET /\" 304 -\n");
  EXPECT_EQ(it.rows,
            "{\"method\":null,\"status\":408,\"bytes\":null,\"agent\":null}\n"
            "{\"method\":\"GET\",\"status\":304,\"bytes\":null,\"agent\":null}\n");
}

TEST(AccessLog, SaysWhatIsWrongWithALine) {
  AccessLogOptions options;
  options.style = LogStyle::kCombined;
  AccessLogDecoder decoder(options);
  const Outcome it =
      decode_text(decoder,
                  "h - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"never closed\n"
                  "h - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5\n"
                  "h - - [99/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n"
                  "h - - [17/May/2015:10:05:03 +0000] \"\\x16\\x03\" 400 5 \"-\" \"x\"\n"
                  "nothing\n");
  EXPECT_EQ(it.rows, "");
  std::string reasons;
  for (size_t at = 0; at < it.rejected.size(); at = it.rejected.find('\n', at) + 1)
    reasons += it.rejected.substr(at, it.rejected.find(" | ", at) - at) + "\n";
  EXPECT_EQ(reasons,
            "0 bad-log-line agent: found the end of the line, expected a closing '\"' of agent\n"
            "76 bad-log-line : found the end of the line, expected a space\n"
            "134 bad-timestamp time: found '99/May/2015:10:05:03 +0000', expected timestamp as "
            "%d/%b/%Y:%H:%M:%S %z\n"
            "200 bad-request-line path: found '\\x16\\x03', expected a method, a path and a protocol\n"
            "260 bad-log-line : found the end of the line, expected a space\n");
}

TEST(AccessLog, KnowsItsFields) {
  AccessLogDecoder decoder({declared("agnet: string")});
  EXPECT_EQ(decode_text(decoder, "").columns,
            "'agnet' is no field of the access log (host, ident, user, time, method, path, protocol, status, "
            "bytes, "
            "referer, agent); did you mean 'agent'?");
}

TEST(Pattern, NamedGroupsAreColumns) {
  PatternDecoder decoder({R"(^(?P<time>\S+) (?<level>[A-Z]+)(?: #(?P<n>\d+))? (?P<text>.*)$)", {}});
  const Outcome it = decode_text(
      decoder, "2015-09-12T00:46:58Z INFO #7 it began\nno match\n2015-09-12T00:46:59Z WARN so so\n");
  EXPECT_EQ(it.columns, "time: timestamp, level: string, n: int64, text: string");
  EXPECT_EQ(it.rows,
            "{\"time\":\"2015-09-12T00:46:58Z\",\"level\":\"INFO\",\"n\":7,\"text\":\"it began\"}\n"
            "{\"time\":\"2015-09-12T00:46:59Z\",\"level\":\"WARN\",\"n\":null,\"text\":\"so so\"}\n");
  EXPECT_EQ(it.rejected,
            "38 no-match : found 'no match', expected a line that matches the pattern | no match\n");
}

TEST(Pattern, RefusesWhatIsNoExpression) {
  PatternDecoder broken({"(?P<a>", {}});
  EXPECT_EQ(decode_text(broken, "").columns,
            "regex: found '(?P<a>', expected an expression of RE2: missing ): (?P<a>");
  PatternDecoder nameless({"a+", {}});
  EXPECT_EQ(decode_text(nameless, "").columns,
            "regex: found no named group in 'a+', expected one for each column, as in '(?P<level>[A-Z]+)'");
  PatternDecoder other({"(?P<level>a)", declared("levle: string")});
  EXPECT_EQ(decode_text(other, "").columns,
            "'levle' is no group of the pattern (level); did you mean 'level'?");
}

TEST(Pattern, RefusesMoreGroupsThanItCanFill) {
  std::string regex;
  for (int i = 1; i <= 64; ++i) regex += "(?P<g" + std::to_string(i) + ">a?)";
  PatternDecoder decoder({regex, {}});
  EXPECT_EQ(
      decode_text(decoder, "a\n").columns,
      "regex: found 'g64' as group 64, expected at most 63 groups; (?:...) makes one that does not count");
}

TEST(Pattern, InfersBehindAByteOrderMark) {
  PatternDecoder decoder({"^(?P<n>.*)$", {}});
  EXPECT_EQ(decode_text(decoder,
                        "\xEF\xBB\xBF"
                        "1\n2\n")
                .columns,
            "n: int64");
}

TEST(ColumnsText, ReadsWhatDfPrints) {
  ColumnsTextDecoder decoder({});
  const Outcome it = decode_text(decoder,
                                 "Filesystem     1K-blocks    Used Use% Mounted on\n"
                                 "overlay        102687672 9412840  10% /\n"
                                 "short\n");
  EXPECT_EQ(
      decoder.inferred(),
      "Filesystem: string, \"1K-blocks\": int64, Used: int64, \"Use%25\": string, \"Mounted on\": string");
  EXPECT_EQ(it.rows,
            "{\"Filesystem\":\"overlay\",\"1K-blocks\":102687672,\"Used\":9412840,\"Use%\":\"10%\","
            "\"Mounted on\":\"/\"}\n");
}

TEST(ColumnsText, ReadsWhatPsPrints) {
  ColumnsTextDecoder decoder({declared("COMMAND: string, PID: int64")});
  const Outcome it = decode_text(decoder,
                                 "USER         PID COMMAND\n"
                                 "root           1 /sbin/init splash  \n"
                                 "root\n"
                                 "  me          22 ps aux\n");
  EXPECT_EQ(it.rows, "{\"COMMAND\":\"/sbin/init splash\",\"PID\":1}\n{\"COMMAND\":\"ps aux\",\"PID\":22}\n");
  EXPECT_EQ(it.rejected, "62 ragged-row : found 1 field, expected 3 | root\n");
}

}  // namespace
}  // namespace weir::formats
