#include "arrow.hpp"

#include <gtest/gtest.h>

#include "format_probe.hpp"

namespace weir::formats {
namespace {

std::string stream_of_two_batches() {
  use_probe_host();
  ArrowEncoder encoder;
  EncodedBytes bytes;
  EncodeOutput out(&bytes);
  EXPECT_TRUE(encoder.bind(*Schema::parse("a: int64, s: string")).is_ok());
  EXPECT_TRUE(encoder.begin(out).is_ok());
  for (int64_t i = 0; i < 2; ++i) {
    ColumnBuilder<int64_t> a;
    StringBuilder s;
    a.append(i);
    a.append_null();
    s.append("a text of more than twelve bytes");
    s.append("x");
    const std::vector<Column> columns = {std::move(a).finish(), std::move(s).finish()};
    EXPECT_TRUE(encoder.encode(Batch::make(2, columns), out).is_ok());
  }
  EXPECT_TRUE(encoder.end(out).is_ok());
  return std::string(bytes.text());
}

constexpr std::string_view kRows =
    "{\"a\":0,\"s\":\"a text of more than twelve bytes\"}\n{\"a\":null,\"s\":\"x\"}\n"
    "{\"a\":1,\"s\":\"a text of more than twelve bytes\"}\n{\"a\":null,\"s\":\"x\"}\n";

TEST(Arrow, WhatItWritesItReadsHoweverItIsCut) {
  const std::string stream = stream_of_two_batches();
  ArrowDecoder decoder;
  EXPECT_EQ(decode_text(decoder, stream).columns, "a: int64, s: string");
  for (size_t cut = 0; cut < stream.size(); cut += 7) {
    const Outcome it = decode_text(decoder, stream, {cut});
    EXPECT_EQ(it.rows, kRows) << cut;
    EXPECT_EQ(it.rejected, "") << cut;
  }
}

TEST(Arrow, ACutStreamIsRejectedFromThere) {
  const std::string stream = stream_of_two_batches();
  ArrowDecoder decoder;
  const Outcome it = decode_text(decoder, std::string_view(stream).substr(0, stream.size() - 40));
  EXPECT_EQ(it.rows, kRows.substr(0, it.rows.size()));
  EXPECT_NE(it.rejected.find("bad-arrow"), std::string::npos) << it.rejected;
}

TEST(Arrow, OtherInputIsNoStream) {
  ArrowDecoder decoder;
  const std::string fault = decode_text(decoder, "a,b\n1,2\n").columns;
  EXPECT_EQ(fault.substr(0, 28), "the input is no Arrow stream") << fault;
}

}  // namespace
}  // namespace weir::formats
