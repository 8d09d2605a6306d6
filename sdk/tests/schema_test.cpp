#include "weir/schema.hpp"

#include <gtest/gtest.h>

#include "weir/c_schema.hpp"
#include "weir/fault.hpp"

namespace {

TEST(DataType, TextsReadBackAsTheyWereWritten) {
  for (const std::string_view text :
       {"bool", "int64", "timestamp", "date32", "decimal(12,2)", "list<int64>", "list<list<string>>",
        "struct<a: int64, \"b c\": list<decimal(38,0)>>"}) {
    const auto type = weir::DataType::parse(text);
    ASSERT_TRUE(type.is_ok()) << type.status().message();
    EXPECT_EQ(type->to_string(), text);
  }
}

TEST(DataType, FaultsSayWhatWasFound) {
  const auto message = [](std::string_view text) {
    return std::string(weir::DataType::parse(text).status().message());
  };
  EXPECT_EQ(message("flaot64"), "no type 'flaot64'");
  EXPECT_EQ(message("decimal(40,2)"),
            "a decimal is written decimal(digits, digits after the point), as decimal(12,2)");
  EXPECT_EQ(message("list int64"), "'<' is missing in 'list int64'");
  EXPECT_EQ(message("int64 int64"), "more than one type in 'int64 int64'");
}

TEST(Schema, SurvivesTheAbi) {
  weir::Schema schema =
      weir::Schema::parse("{ts: timestamp, tags: list<string>, price: decimal(12,2)}").value();
  schema.event_time = 0;
  schema.fields[1].set_metadata("weir.sensitivity", "quasi");
  schema.fields[2].nullable = false;
  const weir::CSchema c(schema);
  EXPECT_EQ(weir::to_schema(*c.get()), schema);
}

TEST(Schema, FindsColumnsByName) {
  const weir::Schema schema = weir::Schema::parse("a: int64, b: string").value();
  EXPECT_EQ(schema.find("b"), 1U);
  EXPECT_EQ(schema.find("c"), std::nullopt);
  EXPECT_EQ(schema.to_string(), "a: int64, b: string");
}

TEST(Fault, IsCutAtACharacterAndKeepsItsCode) {
  std::string text;
  for (int i = 0; i < 600; ++i) text += "é";
  weir_fault fault{};
  EXPECT_EQ(weir::fill_fault(weir::Status::corrupt(text), &fault, "columns[2]"), 7);
  EXPECT_STREQ(fault.where, "columns[2]");
  EXPECT_EQ(std::string_view(fault.message), text.substr(0, 998));
  EXPECT_EQ(weir::status_of(7, fault).code(), weir::Code::kCorrupt);
}

}  // namespace
