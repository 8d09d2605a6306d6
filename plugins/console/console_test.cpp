#include <gmock/gmock.h>

#include <weir/builder.hpp>

#include "cell_text.hpp"
#include "plugin_host/component_under_test.hpp"
#include "plugin_host/scratch.hpp"
#include "plugin_host/table.hpp"

namespace weir::console {
namespace {

using test::Cells;
using test::ComponentUnderTest;
using test::GivenInput;

constexpr uint64_t kLast = UINT64_MAX;

std::string printed(const std::string& yaml, const std::string& columns, const std::vector<Cells>& batches) {
  const test::Scratch scratch;
  ComponentUnderTest sink("console", yaml, GivenInput{columns});
  EXPECT_EQ(sink.fault(), "");
  testing::internal::CaptureStdout();
  for (const Cells& rows : batches) EXPECT_TRUE(sink.write(test::make_rows(sink.schema(), rows)));
  EXPECT_TRUE(sink.flush(1));
  EXPECT_TRUE(sink.flush(kLast));
  return testing::internal::GetCapturedStdout();
}

TEST(Console, PrintsAnAlignedTableWithTypesAbove) {
  EXPECT_EQ(printed("{}", "page: string, views: int64, p99: float64",
                    {{{"/", "12", "0.5"}, {"/checkout", "3", {}}}, {{"/cart", "100000", "17"}}}),
            "page       views      p99\n"
            "string     int64  float64\n"
            "---------  -----  -------\n"
            "/             12      0.5\n"
            "/checkout      3     null\n"
            "/cart      100000       17\n");
}

TEST(Console, ALimitSaysHowManyRowsItLeftOut) {
  EXPECT_EQ(printed("limit: 2", "n: int64", {{{"1"}}, {{"2"}, {"3"}}, {{"4"}}}),
            "    n\n"
            "int64\n"
            "-----\n"
            "    1\n"
            "    2\n"
            "... and 2 more rows\n");
}

TEST(Console, WithoutRowsTheHeaderIsPrinted) {
  EXPECT_EQ(printed("{}", "day: date32", {}), "day\ndate32\n------\n");
}

TEST(Console, NoValueMovesTheCursorAndWideLettersAreCounted) {
  EXPECT_EQ(printed("{}", "a: string, b: string", {{{"x\n\x1b[2J\ty", "1"}, {"日本", "2"}}}),
            "a              b\n"
            "string         string\n"
            "-------------  ------\n"
            "x\\n\\x1b[2J\\ty  1\n"
            "日本           2\n");
}

TEST(Console, TimesBooleansAndDates) {
  EXPECT_EQ(printed("{}", "t: timestamp, d: date32, b: bool",
                    {{{"1735689600000000", "20089", "true"}, {"-1", "-1", "false"}}}),
            "t                            d           b\n"
            "timestamp                    date32      bool\n"
            "---------------------------  ----------  -----\n"
            "2025-01-01T00:00:00Z         2025-01-01  true\n"
            "1969-12-31T23:59:59.999999Z  1969-12-31  false\n");
}

TEST(Console, DecimalsListsStructsAndBytes) {
  const test::Scratch scratch;
  const auto cell = [](const std::string& type, const Column& column, size_t row) {
    std::string text;
    append_cell(DataType::parse(type).value(), *column, row, text);
    return text;
  };
  ColumnBuilder<Decimal128> money(DataType::decimal(10, 2));
  for (const int cents : {123456, -5, 0}) money.append(cents);
  const Column amounts = std::move(money).finish();
  EXPECT_EQ(cell("decimal(10,2)", amounts, 0), "1234.56");
  EXPECT_EQ(cell("decimal(10,2)", amounts, 1), "-0.05");
  EXPECT_EQ(cell("decimal(10,2)", amounts, 2), "0.00");

  ListBuilder<ColumnBuilder<int64_t>> lists;
  lists.items().append(1);
  lists.items().append(2);
  lists.append();
  lists.append();
  const Column list = std::move(lists).finish();
  EXPECT_EQ(cell("list<int64>", list, 0), "[1, 2]");
  EXPECT_EQ(cell("list<int64>", list, 1), "[]");

  StringBuilder bytes(Type::kBinary);
  bytes.append(std::string_view("\0\xff", 2));
  const Column raw = std::move(bytes).finish();
  EXPECT_EQ(cell("binary", raw, 0), "0x00ff");
  StructBuilder records(1);
  records.add(raw);
  const Column record = std::move(records).finish();
  EXPECT_EQ(cell("struct<a: binary>", record, 0), "{a: 0x00ff}");
}

TEST(Console, MistakesSayWhatWasExpected) {
  const test::Scratch scratch;
  EXPECT_EQ(ComponentUnderTest("console", "limit: -1", GivenInput{"n: int64"}).fault(),
            "option 'limit': expected 0 to 9000000000000000000, found -1");
  EXPECT_EQ(ComponentUnderTest("console", "limits: 1", GivenInput{"n: int64"}).fault(),
            "console has no option 'limits' (did you mean 'limit'?)");
}

TEST(Blackhole, CountsItsRows) {
  const test::Scratch scratch;
  ComponentUnderTest sink("blackhole", "{}", GivenInput{"n: int64"});
  EXPECT_TRUE(sink.write(test::make_rows(sink.schema(), {{"1"}, {"2"}})));
  EXPECT_TRUE(sink.flush(kLast));
  EXPECT_THAT(sink.context().counts, testing::ElementsAre(std::pair(std::string("rows"), int64_t{2})));
}

TEST(Blackhole, TakesNoOptions) {
  const test::Scratch scratch;
  EXPECT_EQ(ComponentUnderTest("blackhole", "limit: 1", GivenInput{"n: int64"}).fault(),
            "blackhole has no option 'limit' (it takes no options)");
}

}  // namespace
}  // namespace weir::console
