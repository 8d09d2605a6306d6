#include "csv.hpp"

#include <gtest/gtest.h>

#include "format_probe.hpp"

namespace weir::formats {
namespace {

CsvOptions csv(std::string_view columns = "") {
  CsvOptions options;
  if (!columns.empty()) options.columns = declared(columns);
  options.delimiter = ",";
  options.quote = "\"";
  options.nulls = {""};
  return options;
}

Outcome decode_csv(const CsvOptions& options, std::string_view text, const std::vector<size_t>& cuts = {}) {
  DelimitedDecoder<','> decoder(options);
  return decode_text(decoder, text, cuts);
}

TEST(Csv, InfersTypesFromTheSample) {
  const Outcome it = decode_csv(csv(),
                                "b,i,f,t,d,s,zip,none\n"
                                "true,1,0.5,2001-01-01 00:01:00,2001-01-01,x,01234,\n"
                                "False,-2,3,2001-01-01T00:02:00.5Z,2001-01-02,,00001,\n");
  EXPECT_EQ(it.columns,
            "b: bool, i: int64, f: float64, t: timestamp, d: date32, s: string, zip: string, none: string");
  EXPECT_EQ(
      it.rows,
      "{\"b\":true,\"i\":1,\"f\":0.5,\"t\":\"2001-01-01T00:01:00Z\",\"d\":\"2001-01-01\",\"s\":\"x\","
      "\"zip\":\"01234\",\"none\":null}\n"
      "{\"b\":false,\"i\":-2,\"f\":3,\"t\":\"2001-01-01T00:02:00.500Z\",\"d\":\"2001-01-02\",\"s\":null,"
      "\"zip\":\"00001\",\"none\":null}\n");
  EXPECT_EQ(it.rejected, "");
}

TEST(Csv, FindsDeclaredColumnsByNameAndIgnoresOthers) {
  const Outcome it = decode_csv(csv("price: float64, id: int64"), "id,ignored,price\n1,x,2.5\n");
  EXPECT_EQ(it.rows, "{\"price\":2.5,\"id\":1}\n");
}

TEST(Csv, MissingColumnsAreOneFaultWithAHint) {
  const Outcome it = decode_csv(csv("id: int64, prise: float64"), "id,price\n1,2\n");
  EXPECT_EQ(it.columns, "no column 'prise' in the header (id, price); did you mean 'price'?");
}

TEST(Csv, AFaultShowsNothingThatATerminalWouldActOn) {
  const std::string_view text("\x1b[31mid,\0\n", 10);
  EXPECT_EQ(decode_csv(csv("id: int64, b: int64"), text).columns,
            "no columns 'id', 'b' in the header (\\x1b[31mid, \\x00)");
}

TEST(Csv, QuotesHoldDelimitersNewlinesAndQuotes) {
  const std::string_view text = "a,b\r\n1,\"x,\"\"y\"\"\r\nz\"\r\n2,plain\r\n\"3\",\"\"";
  const Outcome it = decode_csv(csv("a: int64, b: string"), text);
  EXPECT_EQ(it.rows,
            "{\"a\":1,\"b\":\"x,\\\"y\\\"\\r\\nz\"}\n{\"a\":2,\"b\":\"plain\"}\n{\"a\":3,\"b\":\"\"}\n");
  EXPECT_EQ(it.rejected, "");
  DelimitedDecoder<','> decoder(csv("a: int64, b: string"));
  EXPECT_EQ(first_bad_cut(decoder, text), text.size());
}

TEST(Csv, AQuoteAmidAnUnquotedFieldIsPlain) {
  const Outcome it = decode_csv(csv("a: string, b: string"), "a,b\n6\" pipe,12\"\" x\n\"q\",r\n");
  EXPECT_EQ(it.rows, "{\"a\":\"6\\\" pipe\",\"b\":\"12\\\"\\\" x\"}\n{\"a\":\"q\",\"b\":\"r\"}\n");
}

TEST(Csv, RejectsBadRecordsWithTheirPlaceAndReason) {
  const Outcome it =
      decode_csv(csv("a: int64, b: timestamp"),
                 "a,b\n1,2001-01-01\nx,2001-01-01\n3\n4,2001-13-01,5\n\n5,soon\n6,2001-01-02\n");
  EXPECT_EQ(it.rows, "{\"a\":1,\"b\":\"2001-01-01T00:00:00Z\"}\n{\"a\":6,\"b\":\"2001-01-02T00:00:00Z\"}\n");
  EXPECT_EQ(it.rejected,
            "17 bad-number a: found 'x', expected int64 | x,2001-01-01\n"
            "30 ragged-row : found 1 field, expected 2 | 3\n"
            "32 ragged-row : found 3 fields, expected 2 | 4,2001-13-01,5\n"
            "48 bad-timestamp b: found 'soon', expected timestamp | 5,soon\n");
}

TEST(Csv, AStrayQuoteCostsOnlyItsLine) {
  const Outcome it = decode_csv(csv("a: int64, b: string"), "a,b\n1,\"open\n2,x\n3,\"q\"\n4,\"z\" y\n5,w\n");
  EXPECT_EQ(it.rows, "{\"a\":2,\"b\":\"x\"}\n{\"a\":3,\"b\":\"q\"}\n{\"a\":5,\"b\":\"w\"}\n");
  EXPECT_EQ(it.rejected,
            "4 bad-quote b: found '\"open\\x0a2,x\\x0a3,\"q\"', expected a quoted field to end with its "
            "quote and each quote "
            "within it to be doubled | 1,\"open\n"
            "22 bad-quote b: found '\"z\" y', expected a quoted field to end with its quote and each quote "
            "within it to be doubled | 4,\"z\" y\n");
}

TEST(Csv, AQuoteThatNeverClosesCostsOnlyItsLine) {
  const Outcome it = decode_csv(csv("a: int64, b: string"), "a,b\n1,x\n2,\"open\n3,y\n");
  EXPECT_EQ(it.rows, "{\"a\":1,\"b\":\"x\"}\n{\"a\":3,\"b\":\"y\"}\n");
  EXPECT_EQ(
      it.rejected,
      "8 unclosed-quote : found a quoted field that never ends, expected its closing quote | 2,\"open\n");
}

TEST(Csv, RejectsBytesThatAreNotUtf8WhereTheyAreText) {
  const Outcome it = decode_csv(csv("a: int64, b: string"), "a,b\n1,caf\xE9\n2,caf\xC3\xA9\n");
  EXPECT_EQ(it.rows, "{\"a\":2,\"b\":\"caf\xC3\xA9\"}\n");
  EXPECT_EQ(
      it.rejected,
      "4 bad-utf8 b: found bytes that are not UTF-8 in 'caf\\xe9', expected text; declare the column as "
      "binary to keep the bytes, or convert the input to UTF-8 | 1,caf\xE9\n");
}

TEST(Csv, ReadsLinesThatEndInCarriageReturns) {
  EXPECT_EQ(decode_csv(csv(), "a,b\r1,x\r2,y\r").rows, "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n");
}

TEST(Csv, StepsOverAByteOrderMark) {
  EXPECT_EQ(decode_csv(csv("a: int64"),
                       "\xEF\xBB\xBF"
                       "a\n7\n")
                .rows,
            "{\"a\":7}\n");
  EXPECT_EQ(decode_csv(csv("a: int64"), std::string_view("\xFF\xFE"
                                                         "a\0",
                                                         4))
                .columns,
            "the input begins with the byte order mark of UTF-16, expected UTF-8; convert it first, as with "
            "'iconv -f UTF-16 -t UTF-8'");
}

TEST(Csv, WithoutAHeaderColumnsGoByPosition) {
  CsvOptions options = csv("a: int64, b: string");
  options.has_header = false;
  EXPECT_EQ(decode_csv(options, "1,x\n2,y").rows, "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n");
  options.columns.clear();
  EXPECT_EQ(decode_csv(options, "1,x\n2,y\n").columns, "column_1: int64, column_2: string");
}

TEST(Csv, NullTextsCountOnlyWithoutQuotes) {
  CsvOptions options = csv("a: string, n: float64");
  options.nulls = {"NA", ""};
  EXPECT_EQ(decode_csv(options, "a,n\nNA,NA\n\"NA\",\"\"\n").rows,
            "{\"a\":null,\"n\":null}\n{\"a\":\"NA\",\"n\":null}\n");
}

TEST(Csv, WithoutAQuoteATextThatWouldBreakItsRecordIsAFault) {
  use_probe_host();
  CsvOptions options = csv();
  options.quote = "";
  DelimitedFileEncoder<','> encoder(options);
  Schema schema;
  schema.fields.push_back({"a", Type::kString});
  ASSERT_TRUE(encoder.bind(schema).is_ok());
  const auto encoded = [&](std::string_view text) -> std::string {
    StringBuilder texts;
    texts.append(text);
    const std::vector<Column> columns = {std::move(texts).finish()};
    EncodedBytes bytes;
    EncodeOutput out(&bytes);
    const Status status = encoder.encode(Batch::make(1, columns), out);
    return std::string(status.is_ok() ? bytes.text() : status.message());
  };
  EXPECT_EQ(encoded("plain"), "plain\n");
  EXPECT_EQ(encoded(""), "\n");
  EXPECT_EQ(encoded("x,y"),
            "column 'a': found 'x,y', which holds a delimiter or a line end, and there is no quote to put "
            "around it");
}

TEST(Csv, ReadsDeclaredTimeFormats) {
  CsvOptions options = csv();
  options.columns.emplace_back("t", ColumnSettings{Type::kTimestamp, "", "%m/%d/%Y %H:%M:%S"});
  options.columns.emplace_back("u", ColumnSettings{Type::kTimestamp, "", "unix_s"});
  EXPECT_EQ(decode_csv(options, "t,u\n5/19/2006 0:00:00,1521911721.255387\n").rows,
            "{\"t\":\"2006-05-19T00:00:00Z\",\"u\":\"2018-03-24T17:15:21.255387Z\"}\n");
}

TEST(Csv, UnwantedColumnsAreNotParsed) {
  DelimitedDecoder<','> decoder(csv("a: int64, b: int64"));
  const Outcome it = decode_text(decoder, "a,b\n1,no number\n", {}, {1, 0});
  EXPECT_EQ(it.rows, "{\"a\":1,\"b\":null}\n");
  EXPECT_EQ(it.rejected, "");
}

TEST(Csv, WhatItWritesItReads) {
  const std::string_view text =
      "a,b,t\n1,\"x,\"\"y\"\"\nz\",2001-01-01T00:00:00Z\n,plain,\n3,\"\",2001-01-01T00:00:00.123456Z\n";
  use_probe_host();
  DelimitedDecoder<','> decoder(csv("a: int64, b: string, t: timestamp"));
  const auto schema = decoder.bind(text, "");
  const auto opened = decoder.open("x", text);
  Decoded decoded;
  const Range range(text.substr(opened->header_size), 0, true);
  DecodeOutput output(context_of(decoded), range.bytes());
  ASSERT_TRUE(opened->context->decode(DecodeInput(range.bytes()), output).is_ok());
  DelimitedFileEncoder<','> encoder(csv());
  EncodedBytes bytes;
  EncodeOutput out(&bytes);
  ASSERT_TRUE(encoder.bind(*schema).is_ok());
  ASSERT_TRUE(encoder.begin(out).is_ok());
  for (const Batch& batch : decoded.batches) ASSERT_TRUE(encoder.encode(batch, out).is_ok());
  EXPECT_EQ(bytes.text(), text);
}

std::string written(const CsvOptions& options, const Decoded& decoded, const Schema& schema) {
  DelimitedFileEncoder<','> encoder(options);
  EncodedBytes bytes;
  EncodeOutput out(&bytes);
  EXPECT_TRUE(encoder.bind(schema).is_ok() && encoder.begin(out).is_ok());
  for (const Batch& batch : decoded.batches) EXPECT_TRUE(encoder.encode(batch, out).is_ok());
  return std::string(bytes.text());
}

// Decodes the text, writes the rows and gives what stands there.
std::string rewritten(const CsvOptions& options, std::string_view text) {
  DelimitedDecoder<','> decoder(options);
  const DecodedText made = decode_bytes(decoder, text);
  EXPECT_TRUE(made.status.is_ok()) << made.status.message();
  return written(options, made.decoded, made.schema);
}

TEST(Csv, ANullInTheOnlyColumnIsARowAlthoughItsLineIsEmpty) {
  const Outcome it = decode_csv(csv("a: string"), "a\nx\n\n\"\"\n");
  EXPECT_EQ(it.rows, "{\"a\":\"x\"}\n{\"a\":null}\n{\"a\":\"\"}\n");
  EXPECT_EQ(rewritten(csv("a: string"), "a\nx\n\n\"\"\n"), "a\nx\n\n\"\"\n");
  EXPECT_EQ(decode_csv(csv("a: string, b: string"), "a,b\nx,y\n\n").rows, "{\"a\":\"x\",\"b\":\"y\"}\n");
}

TEST(Csv, AnEmptyTextInTheOnlyColumnIsQuotedWhereALineWouldBeLost) {
  CsvOptions options = csv("a: string");
  options.nulls = {"NA"};
  EXPECT_EQ(rewritten(options, "a\nNA\n\n\"\"\nx\n"), "a\nNA\n\"\"\nx\n");
}

TEST(Csv, ANameThatBeginsWithAByteOrderMarkKeepsIt) {
  const std::string_view text = "\xEF\xBB\xBF\"\xEF\xBB\xBF\x61\"\n7\n";
  EXPECT_EQ(rewritten(csv(), text), text.substr(3));
}

TEST(Csv, QuotesANumberOrATimeThatHoldsTheDelimiter) {
  CsvOptions options = csv("t: timestamp, f: float64, s: string");
  options.delimiter = ":";
  const std::string_view text = "t:f:s\n\"2025-01-01T12:34:56Z\":-0.5:x\n";
  EXPECT_EQ(rewritten(options, text), text);
  options.delimiter = "-";
  EXPECT_EQ(rewritten(options, "t-f-s\n\"2025-01-01T12:34:56Z\"-\"-0.5\"-x\n"),
            "t-f-s\n\"2025-01-01T12:34:56Z\"-\"-0.5\"-x\n");
}

TEST(Csv, RefusesADelimiterOfSeveralBytes) {
  CsvOptions options = csv();
  options.delimiter = "||";
  EXPECT_EQ(decode_csv(options, "a\n").columns,
            "delimiter: found '||', expected one character of one byte that is no line end");
}

// Quotes and newlines at every place of a block, against the scanner's slow way.
TEST(CsvScanner, BlocksAgreeWithSingleBytes) {
  uint32_t seed = 1;
  const std::string_view letters = "ab,,\n\"\"x";
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 400; ++i) {
      seed = seed * 1664525 + 1013904223;
      text += letters[(seed >> 16U) % (round % 2 == 0 ? 8 : 6)];
    }
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
    std::vector<uint32_t> fast(text.size() + 8);
    std::vector<uint32_t> slow(text.size() + 8);
    CsvScanner whole{CsvDialect{}};
    CsvScanner single{CsvDialect{}};
    fast.resize(static_cast<size_t>(whole.scan(bytes, 0, text.size(), fast.data()) - fast.data()));
    uint32_t* end = slow.data();
    for (size_t at = 0; at < text.size(); ++at) end = single.scan(bytes, at, at + 1, end);
    slow.resize(static_cast<size_t>(end - slow.data()));
    ASSERT_EQ(fast, slow) << text;
    ASSERT_EQ(whole.is_quoted(), single.is_quoted());
  }
}

}  // namespace
}  // namespace weir::formats
