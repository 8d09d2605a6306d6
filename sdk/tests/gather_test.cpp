#include "weir/gather.hpp"

#include <gmock/gmock.h>

#include <array>

#include "test_host.hpp"

namespace {

using weir::Column;

constexpr std::string_view kLong = "a text that does not fit into a view";

class Columns : public testing::Test {
 protected:
  void SetUp() override { use_test_host(); }

  static Column numbers() {
    weir::ColumnBuilder<int64_t> made;
    made.append(10);
    made.append_null();
    made.append(30);
    made.append(40);
    return std::move(made).finish();
  }
  static Column texts() {
    weir::StringBuilder made;
    made.append("x");
    made.append(kLong);
    made.append_null();
    made.append("a further text of more than 12 bytes");
    return std::move(made).finish();
  }
  static Column codes() {
    weir::DictionaryBuilder made;
    for (const std::string_view text : {std::string_view("red"), kLong, std::string_view("red")})
      made.append(text);
    made.append_null();
    return std::move(made).finish();
  }
  static Column lists() {
    weir::ListBuilder<weir::ColumnBuilder<int64_t>> made;
    made.items().append(1);
    made.items().append(2);
    made.append();
    made.append_null();
    made.append();
    made.items().append(3);
    made.append();
    return std::move(made).finish();
  }
  static Column structs() {
    weir::StructBuilder made(4);
    made.add(numbers()).add(texts());
    made.set_null(3);
    return std::move(made).finish();
  }
  static Column bools() {
    weir::BoolBuilder made;
    made.append(true);
    made.append_null();
    made.append(false);
    made.append(true);
    return std::move(made).finish();
  }
  // The same texts as texts(), in the OFFSETS layout.
  static Column offsets() {
    const std::string all = "x" + std::string(kLong) + "a further text of more than 12 bytes";
    weir::Buffer heap = weir::Buffer::allocate(all.size());
    std::memcpy(heap.data(), all.data(), all.size());
    const auto end = static_cast<int32_t>(1 + kLong.size());
    const std::array<int32_t, 5> places = {0, 1, end, end, static_cast<int32_t>(all.size())};
    weir::Buffer values = weir::Buffer::allocate(sizeof(places));
    std::memcpy(values.data(), places.data(), sizeof(places));
    weir::Buffer bits = weir::Buffer::allocate(1);
    bits.data()[0] = 0b1011;
    weir::ColumnParts parts(weir::Type::kString, WEIR_LAYOUT_OFFSETS, 4);
    parts.add_heap(heap.data());
    return parts.values(values.data()).validity(bits.data(), 1).keep(heap).keep(values).keep(bits).make();
  }
  static std::vector<Column> all() {
    return {numbers(), texts(), codes(), lists(), structs(), bools(), offsets()};
  }
};

TEST_F(Columns, BuildersGiveWhatWasAppended) {
  EXPECT_EQ(to_text(*numbers()), "10, null, 30, 40");
  EXPECT_EQ(to_text(*texts()),
            "x, a text that does not fit into a view, null, a further text of more than 12 bytes");
  EXPECT_EQ(to_text(*codes()), "red, a text that does not fit into a view, red, null");
  EXPECT_EQ(to_text(*lists()), "[1, 2], null, [], [3]");
  EXPECT_EQ(to_text(*bools()), "true, null, false, true");
  EXPECT_EQ(to_text(*structs()), "{10 x}, {null a text that does not fit into a view}, {30 null}, null");
  EXPECT_EQ(to_text(*offsets()), to_text(*texts()));
}

// What gather, slice and concat must give, by way of text.
std::string picked(const Column& column, std::span<const uint32_t> rows) {
  std::string out;
  for (const uint32_t row : rows) out += (out.empty() ? "" : ", ") + to_text(*weir::slice(*column, row, 1));
  return out;
}

TEST_F(Columns, GatherPicksRowsOfEveryLayoutInAnyOrder) {
  const std::array<uint32_t, 6> rows = {3, 0, 0, 2, 1, 3};
  for (const Column& column : all())
    EXPECT_EQ(to_text(*weir::gather(*column, rows)), picked(column, rows)) << int{column->layout};
}

TEST_F(Columns, SliceOfEveryLayoutBeginsAnywhere) {
  for (const Column& column : all())
    for (size_t from = 0; from <= 4; ++from)
      for (size_t count = 0; from + count <= 4; ++count) {
        std::vector<uint32_t> rows;
        for (size_t i = 0; i < count; ++i) rows.push_back(static_cast<uint32_t>(from + i));
        EXPECT_EQ(to_text(*weir::slice(*column, from, count)), to_text(*weir::gather(*column, rows)));
      }
}

TEST_F(Columns, ConcatPutsSlicesTogetherAgain) {
  for (const Column& column : all()) {
    const std::array pieces = {weir::slice(*column, 0, 1), weir::slice(*column, 1, 0),
                               weir::slice(*column, 1, 3)};
    EXPECT_EQ(to_text(*weir::concat(pieces)), to_text(*column)) << int{column->layout};
  }
}

TEST_F(Columns, ConcatJoinsTextsOfDifferentLayouts) {
  const std::array pieces = {codes(), texts(), offsets()};
  EXPECT_EQ(to_text(*weir::concat(pieces)),
            to_text(*codes()) + ", " + to_text(*texts()) + ", " + to_text(*offsets()));
}

TEST_F(Columns, CompactCopiesAwayFromSharedBuffers) {
  for (const Column& column : all()) {
    const Column piece = weir::slice(*column, 1, 3);
    const Column own = weir::compact(*piece);
    EXPECT_EQ(to_text(*own), to_text(*piece));
    for (uint32_t i = 0; i < own->buffer_count; ++i)
      for (uint32_t k = 0; k < column->buffer_count; ++k) EXPECT_NE(own->buffers[i], column->buffers[k]);
  }
}

TEST_F(Columns, GatheredTextsShareTheirHeapInsteadOfCopyingIt) {
  const Column column = texts();
  const std::array<uint32_t, 2> rows = {1, 3};
  const Column made = weir::gather(*column, rows);
  EXPECT_EQ(made.view<std::string_view>()[0].data(), column.view<std::string_view>()[1].data());
}

TEST_F(Columns, NullMaskIsShared) {
  const Column column = numbers();
  weir::ColumnBuilder<double> made(4, column.validity());
  std::ranges::fill(made.values(), 0.5);
  const Column done = std::move(made).finish();
  EXPECT_EQ(to_text(*done), "0.5, null, 0.5, 0.5");
  EXPECT_EQ(done->validity, column->validity);
}

TEST_F(Columns, ViewsReferToBytesOfABufferWithoutCopying) {
  weir::Buffer bytes = weir::Buffer::allocate(kLong.size());
  std::memcpy(bytes.data(), kLong.data(), kLong.size());
  const std::string_view inside(reinterpret_cast<const char*>(bytes.data()), kLong.size());
  weir::StringBuilder made;
  made.append_view(bytes.get(), inside);
  made.append_view(bytes.get(), inside.substr(3, 20));
  made.append("copied into a heap of its own");
  const Column column = std::move(made).finish();
  EXPECT_EQ(column.view<std::string_view>()[0].data(), inside.data());
  EXPECT_EQ(to_text(*column), std::string(kLong) + ", ext that does not fi, copied into a heap of its own");
}

TEST_F(Columns, AnEmptyDictionaryOfNullsCanBeRead) {
  weir::DictionaryBuilder made;
  made.append_null();
  const Column column = std::move(made).finish();
  EXPECT_EQ(to_text(*column), "null");
  EXPECT_EQ(column.view<std::string_view>().view_at(0), "");
}

TEST_F(Columns, NullColumnsExistForEveryType) {
  for (const std::string_view type : {"bool", "int8", "timestamp", "string", "decimal(12,2)", "list<int64>",
                                      "struct<a: int64, b: list<string>>"})
    EXPECT_EQ(to_text(*weir::null_column(weir::DataType::parse(type).value(), 2)), "null, null") << type;
}

TEST_F(Columns, BatchKeepsOriginAndHiddenColumnsThroughSelectSliceAndConcat) {
  const std::array columns = {numbers(), texts()};
  weir_batch like{};
  like.row_count = 4;
  like.entered_ns = 7;
  like.origin = {2, 0, 100, 200};
  const Column watermark = numbers();
  like.row_watermark = watermark.get();
  const weir::Batch batch = weir::Batch::make(like, columns);
  const std::array<uint32_t, 2> rows = {3, 0};
  const weir::Batch chosen = batch.select(rows);
  EXPECT_EQ(to_text(chosen), "40, 10 | a further text of more than 12 bytes, x");
  EXPECT_EQ(to_text(*chosen->row_watermark), "40, 10");
  EXPECT_EQ(chosen->origin.partition, 2U);
  EXPECT_EQ(chosen->entered_ns, 7);
  std::vector<weir::Batch> parts;
  parts.push_back(batch.slice(0, 1));
  parts.push_back(batch.slice(1, 3));
  const weir::Batch whole = weir::Batch::concat(parts);
  EXPECT_EQ(to_text(whole), to_text(batch));
  EXPECT_EQ(to_text(*whole->row_watermark), to_text(*watermark));
  EXPECT_EQ(whole->origin.first, 100);
  EXPECT_EQ(whole->origin.end, 200);
}

TEST_F(Columns, BatchesOfDifferentPartitionsHaveNoOrigin) {
  const std::array columns = {numbers()};
  std::vector<weir::Batch> parts;
  for (uint32_t partition = 1; partition <= 3; ++partition) {
    weir_batch like{};
    like.row_count = 4;
    like.origin = {partition, 0, 0, 4};
    parts.push_back(weir::Batch::make(like, columns));
  }
  EXPECT_EQ(weir::Batch::concat(parts)->origin.partition, 0U);
  EXPECT_EQ(weir::Batch::concat(parts)->origin.end, 0);
}

// A column's struct with another layout; the rest is as it was. Borrows: the column.
weir_column laid_out_as(const Column& column, int layout) {
  weir_column copy = *column;
  copy.layout = static_cast<uint8_t>(layout);
  return copy;
}

template <class Read>
std::string refusal_of(Read read) {
  try {
    read();
  } catch (const weir::FaultException& fault) {
    return std::string(fault.status().message());
  }
  return "was read";
}

TEST_F(Columns, OfALayoutThatIsNotKnownAreRefusedAndNotReadAsAnother) {
  const Column made = texts();
  const weir_column text = laid_out_as(made, 8);
  const std::string refused =
      "a column of string lies in memory in layout 8, in which this component cannot read it";
  EXPECT_EQ(refusal_of([&] { const weir::StringColumn read(text); }), refused);
  EXPECT_EQ(refusal_of([&] { weir::slice(text, 1, 2); }), refused);
  EXPECT_EQ(refusal_of([&] { weir::gather(text, std::array<uint32_t, 1>{1}); }), refused);
  const Column coded = codes();
  const weir_column dictionary = laid_out_as(Column::retain(coded->children[0]), 8);
  const weir_column* const children[] = {&dictionary};
  weir_column outer = *coded;
  outer.children = children;
  EXPECT_EQ(refusal_of([&] { const weir::StringColumn read(outer); }), refused);
}

TEST_F(Columns, OfALayoutThatTheirTypeDoesNotHaveAreRefused) {
  const Column made = numbers();
  const weir_column number = laid_out_as(made, WEIR_LAYOUT_DICTIONARY);
  EXPECT_EQ(refusal_of([&] { const weir::ColumnView<int64_t> read(number); }),
            "a column of int64 lies in memory in layout 5, in which this component cannot read it");
}

}  // namespace
