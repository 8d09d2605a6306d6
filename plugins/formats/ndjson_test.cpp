#include "ndjson.hpp"

#include <gtest/gtest.h>

#include "format_probe.hpp"

namespace weir::formats {
namespace {

Outcome decode_ndjson(const NdjsonOptions& options, std::string_view text,
                      const std::vector<size_t>& cuts = {}) {
  NdjsonDecoder decoder(options);
  return decode_text(decoder, text, cuts);
}

NdjsonOptions columns(std::string_view columns) {
  NdjsonOptions options;
  options.columns = declared(columns);
  return options;
}

/// Enough records of one shape for the fast way to be taken, around a given one.
std::string among_others(std::string_view line) {
  std::string text;
  for (int i = 0; i < 3; ++i)
    text += "{\"n\":1,\"s\":\"abc\",\"t\":\"2015-09-12T00:46:58.771Z\",\"o\":{\"x\":1.5}}\n";
  return text + std::string(line) + "\n" + text;
}

TEST(Ndjson, InfersColumnsFromTheSample) {
  const Outcome it =
      decode_ndjson({},
                    "{\"b\":true,\"i\":1,\"f\":1,\"t\":\"2015-09-12T00:46:58.771Z\",\"s\":\"12\"}\n"
                    "{\"f\":2.5,\"o\":{\"x\":[1]},\"mixed\":1}\n{\"mixed\":\"x\"}\n");
  EXPECT_EQ(it.columns, "b: bool, i: int64, f: float64, t: timestamp, s: string, o: string, mixed: string");
  EXPECT_EQ(
      it.rows,
      "{\"b\":true,\"i\":1,\"f\":1,\"t\":\"2015-09-12T00:46:58.771Z\",\"s\":\"12\",\"o\":null,\"mixed\":null}"
      "\n"
      "{\"b\":null,\"i\":null,\"f\":2.5,\"t\":null,\"s\":null,\"o\":\"{\\\"x\\\":[1]}\",\"mixed\":\"1\"}\n"
      "{\"b\":null,\"i\":null,\"f\":null,\"t\":null,\"s\":null,\"o\":null,\"mixed\":\"x\"}\n");
}

TEST(Ndjson, PathsGoIntoObjects) {
  NdjsonOptions options;
  options.columns.emplace_back("size", ColumnSettings{Type::kInt64, "payload.size", ""});
  options.columns.emplace_back("payload", DataType(Type::kString));
  options.columns.emplace_back("id.orig", DataType(Type::kString));
  const Outcome it = decode_ndjson(options,
                                   "{\"payload\":{\"size\":3},\"id.orig\":\"a\"}\n"
                                   "{\"payload\":{\"size\":4},\"id\":{\"orig\":\"b\"}}\n{\"payload\":5}\n");
  EXPECT_EQ(it.rows,
            "{\"size\":3,\"payload\":\"{\\\"size\\\":3}\",\"id.orig\":\"a\"}\n"
            "{\"size\":4,\"payload\":\"{\\\"size\\\":4}\",\"id.orig\":\"b\"}\n"
            "{\"size\":null,\"payload\":\"5\",\"id.orig\":null}\n");
}

TEST(Ndjson, AValueThatNobodyWantsHidesNoQuoteFromAnyRecord) {
  NdjsonDecoder decoder({declared("b: string"), Validate::kRead});
  const std::string_view good = "{\"z\":1,\"b\":\"q\"}\n";
  const std::string bad = "{\"z\":c\":1,\"b\":\"q\"}\n";
  const Outcome it = decode_text(decoder, std::string(good) + bad + std::string(100, ' '));
  EXPECT_EQ(it.rows, "{\"b\":\"q\"}\n");
  EXPECT_EQ(it.rejected,
            "16 bad-json : found what is no JSON: A string is opened, but never closed. | " + bad);
}

TEST(Ndjson, APathIsFollowedAlsoBehindARecordWhoseObjectIsMissing) {
  NdjsonOptions options;
  options.columns.emplace_back("size", ColumnSettings{Type::kInt64, "payload.size", ""});
  for (const std::string_view payload : {"null", "5", "\"none\"", "[]", "{}"}) {
    const std::string first = "{\"payload\":" + std::string(payload) + "}\n";
    const Outcome it = decode_ndjson(
        options, first + first + "{\"payload\":{\"size\":4}}\n" + first + std::string(200, ' ') + "\n");
    EXPECT_EQ(it.rows, "{\"size\":null}\n{\"size\":null}\n{\"size\":4}\n{\"size\":null}\n") << payload;
  }
}

TEST(Ndjson, TimesBeyondTheYear9999AreWrittenWhole) {
  NdjsonOptions options;
  options.columns.emplace_back("t", ColumnSettings{Type::kTimestamp, "", "unix_s"});
  EXPECT_EQ(
      decode_ndjson(options, "{\"t\":1700000000000}\n{\"t\":-99999999999}\n{\"t\":253402300799}\n").rows,
      "{\"t\":\"+55840-11-08T22:13:20Z\"}\n{\"t\":\"-1199-02-15T14:13:21Z\"}\n"
      "{\"t\":\"9999-12-31T23:59:59Z\"}\n");
}

TEST(Ndjson, TheLastOfEqualKeysCounts) {
  EXPECT_EQ(decode_ndjson(columns("a: int64, b: string"), "{\"a\":1,\"a\":2,\"b\":\"x\",\"b\":null}\n").rows,
            "{\"a\":2,\"b\":null}\n");
}

TEST(Ndjson, TheFastWayAndTheSlowWayAgree) {
  const NdjsonOptions options = [] {
    NdjsonOptions made = columns("n: int64, s: string, t: timestamp");
    made.columns.emplace_back("x", ColumnSettings{Type::kFloat64, "o.x", ""});
    return made;
  }();
  for (const std::string_view line : {
           R"({"n":1,"s":"abc","t":"2015-09-12T00:46:58.771Z","o":{"x":1.5}})",
           R"({"n":-9223372036854775808,"s":"a text of more than twelve bytes","t":null,"o":{"x":-1e300}})",
           R"({"n":null,"s":null,"t":null,"o":{"x":null}})",
           R"({"n":1,"s":"esc\"aped \u00e9","t":"2015-09-12","o":{"x":0}})",
           R"({"n":01,"s":"abc","t":"2015-09-12T00:46:58.771Z","o":{"x":1.5}})",
           R"({"n":1.0,"s":"abc","t":"2015-09-12T00:46:58.771Z","o":{"x":1.}})",
           R"({"n":1,"s":"abc","t":"2015-09-12T00:46:58.771Z","o":{"x":1.5}}x)",
           R"({"n":1,"s":"abc","t":"2015-09-12T00:46:58.771Z","o":{"x":1.5})",
           R"({"n":1,"s":"abc","t":"never","o":{"x":1.5}})",
           R"({"n":1,"s":"abc,"t":"2015-09-12T00:46:58.771Z","o":{"x":1.5}})",
           R"({"n":1,"s":"abc)",
           R"({"n":1,"s":5,"t":"2015-09-12T00:46:58.771Z","o":{"x":0.1234567890123456789}})",
           R"({"n":123456789012345678901,"s":"é","t":"2015-09-12T00:46:58+02:00","o":{"x":00.5}})",
           R"( {"n" : 1, "s":"abc"} )",
           R"({"s":"other order","n":2})",
           R"([1])",
           R"()",
           "\t",
       }) {
    NdjsonOptions full = options;
    full.validate = Validate::kFull;  // This one never takes the fast way.
    const Outcome fast = decode_ndjson(options, among_others(line));
    const Outcome slow = decode_ndjson(full, among_others(line));
    EXPECT_EQ(fast.rows, slow.rows) << line;
    EXPECT_EQ(fast.rejected.substr(0, fast.rejected.find(' ')),
              slow.rejected.substr(0, slow.rejected.find(' ')))
        << line;
    EXPECT_EQ(fast.rejected.empty(), slow.rejected.empty()) << line;
  }
}

TEST(Ndjson, EveryCutGivesTheSameRows) {
  const std::string text = among_others(R"({"n":2,"s":"é","t":null,"o":{"x":"bad"}})");
  NdjsonDecoder decoder(columns("n: int64, s: string, t: timestamp"));
  EXPECT_EQ(first_bad_cut(decoder, text), text.size());
}

TEST(Ndjson, RejectsBadRecordsWithTheirPlaceAndReason) {
  const Outcome it = decode_ndjson(
      columns("a: int64, t: timestamp, s: string"),
      "{\"a\":1}\n{\"a\":1.5}\n{\"a\":\"1\"}\n{\"t\":5}\n[1]\n{\"a\":1\nnope\n{\"a\":2}\n{\"s\":\"\xFF\"}\n");
  EXPECT_EQ(it.rows, "{\"a\":1,\"t\":null,\"s\":null}\n{\"a\":2,\"t\":null,\"s\":null}\n");
  EXPECT_EQ(
      it.rejected,
      "8 bad-number a: found '1.5', expected int64 | {\"a\":1.5}\n"
      "18 wrong-type a: found a string '1', expected int64 | {\"a\":\"1\"}\n"
      "28 wrong-type t: found a number '5', expected timestamp as text; for a number say 'format: unix_s', "
      "'unix_ms' or 'unix_us' | {\"t\":5}\n"
      "36 not-an-object : found an array '[1]', expected an object | [1]\n"
      "40 bad-json : found what is no JSON: JSON document ended early in the middle of an object or array. | "
      "{\"a\":1\n"
      "47 bad-json : found what is no JSON: Problem while parsing an atom starting with the letter 'n' | "
      "nope\n"
      "60 bad-utf8 : found bytes that are not UTF-8, expected text; convert the input to UTF-8 | "
      "{\"s\":\"\xFF\"}\n");
}

TEST(Ndjson, FullValidationLooksAtWhatNobodyReads) {
  NdjsonOptions options = columns("a: int64");
  const std::string_view text = "{\"a\":1,\"b\":nul}\n";
  EXPECT_EQ(decode_ndjson(options, text).rows, "{\"a\":1}\n");
  options.validate = Validate::kFull;
  EXPECT_EQ(decode_ndjson(options, text).rows, "");
}

TEST(Ndjson, AnEmptyInputNeedsDeclaredColumns) {
  EXPECT_EQ(decode_ndjson({}, "").columns,
            "the input is empty, so that no columns can be inferred from it; declare them with 'columns'");
  EXPECT_EQ(decode_ndjson(columns("a: int64"), "").rows, "");
}

TEST(Ndjson, RefusesTypesThatTextCannotBecome) {
  EXPECT_EQ(
      decode_ndjson(columns("a: list<string>"), "{}").columns,
      "column 'a': text formats make no column of type list<string>; declare it as string to get its text");
}

}  // namespace
}  // namespace weir::formats
