#include "data/row_json.hpp"

#include <gtest/gtest.h>

#include <limits>

#include <weir/c_schema.hpp>

#include "data/data_calls.hpp"
#include "data/sample_batch.hpp"
#include "data/value_text.hpp"

namespace weir {
namespace {

class RowJson : public testing::Test {
 protected:
  void SetUp() override { init_data_host(); }
};

std::string row(const Schema& schema, const Batch& batch, int64_t index) {
  std::string out;
  append_row_json(*CSchema(schema).get(), *batch, index, out);
  return out;
}

TEST_F(RowJson, WritesEveryTypeExactly) {
  const Batch batch = SampleBatch(5).make();
  EXPECT_EQ(row(sample_schema(), batch, 2),
            R"({"flag":false,"i8":0,"i16":-600,"i32":140000,"i64":-9223372036854775806,"u8":253,"u16":65533,)"
            R"("u32":4294967293,"u64":18446744073709551613,"f32":1,"f64":0.6666666666666666,)"
            R"("at":"2025-01-01T00:00:00.123458Z","day":"2025-01-03","name":"n2","offsets":"n2","page":"n2",)"
            R"("raw":"bjI=","price":1.95,"tags":["n0","n1 is a text beyond twelve bytes é€"],)"
            R"("place":{"city":"n2","x":2}})");
  EXPECT_EQ(row(sample_schema(), batch, 3),
            R"({"flag":null,"i8":null,"i16":null,"i32":null,"i64":null,"u8":null,"u16":null,"u32":null,)"
            R"("u64":null,"f32":null,"f64":null,"at":null,"day":null,"name":null,"offsets":null,"page":null,)"
            R"("raw":null,"price":null,"tags":null,"place":null})");
}

TEST_F(RowJson, EscapesNamesAndTexts) {
  std::string out;
  append_json_string("a\"b\\c\n\r\t\b\f\x01\x7F/\xC3\xA9\xF0\x9F\x98\x80", out);
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0001\\u007f/\xC3\xA9\xF0\x9F\x98\x80\"");
}

TEST_F(RowJson, PutsTheReplacementCharacterForWhatIsNoUtf8) {
  for (const std::string_view bad : {"\xFF", "\xC0\x80", "\xE2\x82", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
    std::string out;
    append_json_string(bad, out);
    std::string expected = "\"";
    for (size_t i = 0; i < bad.size(); ++i) expected += "\xEF\xBF\xBD";
    EXPECT_EQ(out, expected + "\"");
  }
}

TEST_F(RowJson, WritesWhatJsonHasNoNumberForAsText) {
  ColumnBuilder<double> builder;
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity(), -0.0})
    builder.append(value);
  const Column columns[] = {std::move(builder).finish()};
  const Batch batch = Batch::make(4, columns);
  const Schema schema = Schema::parse("\"x y\": float64").value();
  EXPECT_EQ(row(schema, batch, 0), R"({"x y":"NaN"})");
  EXPECT_EQ(row(schema, batch, 1), R"({"x y":"Infinity"})");
  EXPECT_EQ(row(schema, batch, 2), R"({"x y":"-Infinity"})");
  EXPECT_EQ(row(schema, batch, 3), R"({"x y":-0})");
}

std::string decimal(Decimal128 value, int scale) {
  std::string out;
  append_decimal(&value, scale, out);
  return out;
}

TEST(ValueText, WritesEveryDigitOfADecimal) {
  EXPECT_EQ(decimal(0, 0), "0");
  EXPECT_EQ(decimal(0, 3), "0.000");
  EXPECT_EQ(decimal(-5, 2), "-0.05");
  EXPECT_EQ(decimal(1230, 2), "12.30");
  EXPECT_EQ(decimal(12, -3), "12000");
  const Decimal128 lowest = Decimal128{1} << 126;
  EXPECT_EQ(decimal(-lowest - lowest, 0), "-170141183460469231731687303715884105728");
  EXPECT_EQ(decimal(-lowest - lowest, 38), "-1.70141183460469231731687303715884105728");
}

std::string timestamp(int64_t value) {
  std::string out;
  append_timestamp(value, out);
  return out;
}

TEST(ValueText, WritesTimesFromTheFirstToTheLast) {
  EXPECT_EQ(timestamp(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(timestamp(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(timestamp(951782400000000), "2000-02-29T00:00:00Z");
  EXPECT_EQ(timestamp(-62167219200000000), "0000-01-01T00:00:00Z");
  EXPECT_EQ(timestamp(-62167219200000001), "-0001-12-31T23:59:59.999999Z");
  EXPECT_EQ(timestamp(INT64_MAX), "+294247-01-10T04:00:54.775807Z");
  EXPECT_EQ(timestamp(INT64_MIN), "-290308-12-21T19:59:05.224192Z");
  std::string out;
  append_date(INT32_MIN, out);
  EXPECT_EQ(out, "-5877641-06-23");
}

}  // namespace
}  // namespace weir
