#include "data/arrow_data.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include <weir/column.hpp>

#include "data/data_calls.hpp"

namespace weir {
namespace {

// A column of one text as Arrow's views have it.
Result<Column> of_view(const weir_view& view) {
  init_data_host();
  Buffer bytes = Buffer::allocate(sizeof(view));
  std::memcpy(bytes.data(), &view, sizeof(view));
  ArrowField field;
  field.field = {"t", Type::kString, true, {}};
  field.layout = ArrowField::Layout::kTextView;
  ArrowData data;
  data.length = 1;
  data.buffers.resize(2);
  data.buffers[1] = {bytes.data(), sizeof(view), bytes};
  return column_of_arrow(field, data);
}

TEST(ArrowData, AShortTextIsPaddedWithZerosSoThatWordsCanBeCompared) {
  weir_view view{};
  view.size = 2;
  std::memcpy(view.u.inlined, "ab", 2);
  const Result<Column> good = of_view(view);
  ASSERT_TRUE(good.is_ok()) << good.status().message();
  EXPECT_EQ(StringColumn(*good->get())[0], "ab");
  view.u.inlined[3] = 'x';
  EXPECT_EQ(of_view(view).status().message(),
            "column 't': row 0 refers to bytes that are not there, or is not padded with zeros");
}

}  // namespace
}  // namespace weir
