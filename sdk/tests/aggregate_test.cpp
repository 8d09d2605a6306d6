#include "weir/aggregate_function.hpp"

#include <gtest/gtest.h>

#include "test_host.hpp"

namespace {

class MeanOfTwoGroups : public testing::Test {
 protected:
  void SetUp() override {
    use_test_host();
    weir_field arg{};
    arg.type = WEIR_FLOAT64;
    ASSERT_EQ(calls().resolve(&arg, nullptr, 1, &layout, &fault), 0) << fault.message;
  }
  void TearDown() override { calls().release(layout.state); }
  static const weir_aggregate_calls& calls() { return *find_component("mean")->aggregate; }

  weir_aggregate_layout layout{};
  weir_fault fault{};
};

TEST_F(MeanOfTwoGroups, UpdateSaveMergeAndFinishAgree) {
  struct alignas(16) Memory {
    std::array<uint8_t, 64> bytes{};
  };
  std::array<Memory, 2> slots;
  weir::ColumnBuilder<double> x;
  for (const double value : {1.0, 2.0, 4.0}) x.append(value);
  x.append_null();
  const weir::Column column = std::move(x).finish();
  const weir_column* args[] = {column.get()};
  void* of_rows[] = {&slots[0], &slots[1], &slots[0], &slots[1]};
  weir_aggregate_rows rows{};
  rows.struct_size = sizeof(rows);
  rows.slots = of_rows;
  rows.slot_offset = 16;
  rows.row_count = 4;
  ASSERT_EQ(calls().update(layout.state, weir::host(), nullptr, &rows, args, &fault), 0) << fault.message;

  void* groups[] = {&slots[0], &slots[1]};
  rows.slots = groups;
  rows.row_count = 2;
  weir_column* partial[2] = {};
  ASSERT_EQ(layout.partial_count, 2U);
  ASSERT_EQ(calls().save(layout.state, weir::host(), &rows, partial, &fault), 0) << fault.message;
  const weir::Column sums = weir::Column::adopt(partial[0]);
  const weir::Column counts = weir::Column::adopt(partial[1]);
  EXPECT_EQ(to_text(*sums), "5, 2");
  EXPECT_EQ(to_text(*counts), "2, 1");

  ASSERT_EQ(calls().merge(layout.state, weir::host(), nullptr, &rows, partial, &fault), 0) << fault.message;
  weir_column* result = nullptr;
  ASSERT_EQ(calls().finish(layout.state, weir::host(), &rows, &result, &fault), 0) << fault.message;
  EXPECT_EQ(to_text(*weir::Column::adopt(result)), "2.5, 2");
}

TEST_F(MeanOfTwoGroups, WrongArgumentsAreNamed) {
  weir_field arg{};
  arg.type = WEIR_STRING;
  weir_aggregate_layout other{};
  EXPECT_NE(calls().resolve(&arg, nullptr, 1, &other, &fault), 0);
  EXPECT_STREQ(fault.message, "mean takes one float64");
}

}  // namespace
