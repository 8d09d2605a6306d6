#include "json.hpp"

#include <gtest/gtest.h>

#include "format_probe.hpp"

namespace weir::formats {
namespace {

Outcome decode_json(const JsonOptions& options, std::string_view text) {
  JsonDecoder decoder(options);
  return decode_text(decoder, text);
}

TEST(Json, AnArrayOfObjectsIsItsItems) {
  const Outcome it = decode_json({}, "[{\"a\":1,\"b\":\"x\"},\n {\"a\":2}]\n");
  EXPECT_EQ(it.columns, "a: int64, b: string");
  EXPECT_EQ(it.rows, "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":null}\n");
}

TEST(Json, RecordsLeadsToTheArray) {
  JsonOptions options;
  options.records = "data.items";
  const Outcome it =
      decode_json(options, R"({"n":2,"data":{"x":[1],"items":[{"u":{"id":1}},{"u":{"id":2}}]},"z":0})");
  EXPECT_EQ(it.columns, "u: string");
  options.columns.emplace_back("id", ColumnSettings{Type::kInt64, "u.id", ""});
  EXPECT_EQ(
      decode_json(options, R"({"n":2,"data":{"x":[1],"items":[{"u":{"id":1}},{"u":{"id":2}}]},"z":0})").rows,
      "{\"id\":1}\n{\"id\":2}\n");
  EXPECT_EQ(decode_json(options, "{\"data\":[]}").rejected,
            "0 no-records : found nothing at 'data.items', expected an array of records | {\"data\":[]}\n");
}

TEST(Json, ASingleObjectIsOneRow) { EXPECT_EQ(decode_json({}, "{\"a\": 1.5}").rows, "{\"a\":1.5}\n"); }

TEST(Json, RecordsThatAreNoObjectsAreTheirText) {
  const Outcome it = decode_json({}, "[1, [2, 3], \"x\", null]");
  EXPECT_EQ(it.rows, "{\"$\":\"1\"}\n{\"$\":\"[2, 3]\"}\n{\"$\":\"\\\"x\\\"\"}\n{\"$\":\"null\"}\n");
  EXPECT_EQ(decode_json({}, " true ").rows, "{\"$\":\"true\"}\n");
}

TEST(Json, ABadItemCostsOnlyItself) {
  JsonOptions options;
  options.columns = declared("a: int64");
  const Outcome it = decode_json(options, "[{\"a\":1}, {\"a\":\"x\"}, 7, {\"a\":2}]");
  EXPECT_EQ(it.rows, "{\"a\":1}\n{\"a\":2}\n");
  EXPECT_EQ(it.rejected,
            "10 wrong-type a: found a string 'x', expected int64 | {\"a\":\"x\"}\n"
            "21 not-an-object : found a number '7', expected an object | 7\n");
}

TEST(Json, AFaultAnywhereRejectsTheDocument) {
  const Outcome it = decode_json({}, "[{\"a\":1},{\"a\":nul}]");
  EXPECT_EQ(it.rows, "");
  EXPECT_EQ(
      it.rejected,
      "0 bad-json : found what is no JSON: Problem while parsing an atom starting with the letter 'n' | "
      "[{\"a\":1},{\"a\":nul}]\n");
}

TEST(Json, InfersFromTheBeginningOfALongDocument) {
  use_probe_host();
  JsonDecoder decoder({});
  const auto schema = decoder.bind("[{\"a\":1,\"b\":{\"c\":2}},{\"a\":2.5},{\"a\":3,\"b\":{\"c\"", "");
  EXPECT_EQ(schema->to_string(), "a: float64, b: string");
}

TEST(Json, WaitsForTheWholeDocument) {
  JsonDecoder decoder({});
  EXPECT_EQ(decoder.find_record("[1,\n2]", 1), kNotSplittable);
  EXPECT_EQ(decode_text(decoder, "[{\"a\":1}]", {4}).rows, "{\"a\":1}\n");
}

TEST(Json, WritesAnArray) {
  use_probe_host();
  JsonEncoder encoder;
  ASSERT_TRUE(encoder.bind(*Schema::parse("a: int64, t: timestamp, f: float64, s: string")).is_ok());
  ColumnBuilder<int64_t> a;
  ColumnBuilder<int64_t> t(Type::kTimestamp);
  ColumnBuilder<double> f;
  StringBuilder s;
  a.append(1);
  a.append_null();
  t.append(1'000'001);
  t.append(-1);
  f.append(0.1);
  f.append(std::numeric_limits<double>::quiet_NaN());
  s.append("\"\n\x01\xC3\xA9");
  s.append("\xFFz");
  const std::vector<Column> columns = {std::move(a).finish(), std::move(t).finish(), std::move(f).finish(),
                                       std::move(s).finish()};
  EncodedBytes bytes;
  EncodeOutput out(&bytes);
  ASSERT_TRUE(encoder.begin(out).is_ok());
  ASSERT_TRUE(encoder.encode(Batch::make(2, columns), out).is_ok());
  ASSERT_TRUE(encoder.end(out).is_ok());
  EXPECT_EQ(bytes.text(),
            "[\n{\"a\":1,\"t\":\"1970-01-01T00:00:01.000001Z\",\"f\":0.1,\"s\":\"\\\"\\n\\u0001\xC3\xA9\"},\n"
            "{\"a\":null,\"t\":\"1969-12-31T23:59:59.999999Z\",\"f\":\"NaN\",\"s\":\"\xEF\xBF\xBDz\"}\n]\n");
}

}  // namespace
}  // namespace weir::formats
