#include "data/ipc.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <weir/c_schema.hpp>
#include <weir/encode_output.hpp>

#include "data/data_calls.hpp"
#include "data/row_json.hpp"
#include "data/sample_batch.hpp"

namespace weir {
namespace {

using Kind = IpcStep::Kind;

std::vector<std::string> json_rows(const Schema& schema, const Batch& batch) {
  const CSchema c_schema(schema);
  std::vector<std::string> rows(batch.row_count());
  for (size_t i = 0; i < rows.size(); ++i)
    append_row_json(*c_schema.get(), *batch, static_cast<int64_t>(i), rows[i]);
  return rows;
}

std::span<const uint8_t> span_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

struct Read {
  Status status;
  Schema schema;
  std::vector<std::string> rows;
  size_t consumed = 0;
  bool is_ended = false;
};

// Everything that `text` holds, given in pieces of `piece` bytes.
Read read_all(std::string_view text, IpcTrust trust, size_t piece = SIZE_MAX, bool is_complete = true) {
  Read result;
  IpcReader reader(trust);
  size_t end = std::min(piece, text.size());
  while (true) {
    const bool is_last = is_complete && end == text.size();
    Result<IpcStep> step = reader.read(span_of(text.substr(result.consumed, end - result.consumed)), is_last);
    result.status = step.status();
    if (!step.is_ok()) return result;
    result.consumed += step->consumed;
    if (step->kind == Kind::kSchema) result.schema = reader.schema();
    if (step->kind == Kind::kBatch)
      for (std::string& row : json_rows(reader.schema(), step->batch)) result.rows.push_back(std::move(row));
    result.is_ended = step->kind == Kind::kEnd;
    if (result.is_ended || (step->kind == Kind::kNeedMore && end == text.size())) return result;
    if (step->kind == Kind::kNeedMore) end = std::min(text.size(), end + std::min(piece, text.size()));
  }
}

class Ipc : public testing::Test {
 protected:
  void SetUp() override { init_data_host(); }

  static std::string stream(const Schema& schema, const std::vector<size_t>& row_counts) {
    EncodedBytes out;
    IpcWriter writer(schema);
    EXPECT_TRUE(writer.begin(out).is_ok());
    for (size_t rows : row_counts) {
      const Status status = writer.write(*SampleBatch(rows).make(), out);
      EXPECT_TRUE(status.is_ok()) << status.message();
    }
    EXPECT_TRUE(writer.finish(out).is_ok());
    return std::string(out.text());
  }
};

TEST_F(Ipc, GivesBackEveryTypeWithNullsAndLabels) {
  const Schema schema = sample_schema();
  const Read read = read_all(stream(schema, {23, 0, 8}), IpcTrust::kOwn);
  ASSERT_TRUE(read.status.is_ok()) << read.status.message();
  EXPECT_TRUE(read.is_ended);
  EXPECT_EQ(read.schema, schema);
  std::vector<std::string> expected = json_rows(schema, SampleBatch(23).make());
  for (std::string& row : json_rows(schema, SampleBatch(8).make())) expected.push_back(std::move(row));
  EXPECT_EQ(read.rows, expected);
}

TEST_F(Ipc, RowsWithoutColumnsComeBack) {
  EncodedBytes out;
  IpcWriter writer{Schema()};
  ASSERT_TRUE(writer.begin(out).is_ok() && writer.write(*Batch::make(3, {}), out).is_ok() &&
              writer.finish(out).is_ok());
  const Read read = read_all(out.text(), IpcTrust::kOwn);
  ASSERT_TRUE(read.status.is_ok()) << read.status.message();
  EXPECT_EQ(read.rows, std::vector<std::string>(3, "{}"));
}

TEST_F(Ipc, ReadsPiecesOfAnySize) {
  const std::string text = stream(sample_schema(), {5, 3});
  const Read whole = read_all(text, IpcTrust::kOwn);
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{64}, size_t{1000}}) {
    const Read read = read_all(text, IpcTrust::kOwn, piece);
    ASSERT_TRUE(read.status.is_ok()) << read.status.message();
    EXPECT_EQ(read.rows, whole.rows);
    EXPECT_EQ(read.consumed, text.size());
  }
}

TEST_F(Ipc, SharesTheBufferThatItReads) {
  const std::string text = stream(sample_schema(), {100});
  const Buffer buffer = Buffer::allocate(text.size());
  std::memcpy(buffer.data(), text.data(), text.size());
  IpcReader reader(IpcTrust::kOwn);
  size_t at = reader.read({buffer.data(), text.size()}, true, buffer)->consumed;
  const IpcStep step = std::move(reader.read({buffer.data() + at, text.size() - at}, true, buffer)).value();
  ASSERT_EQ(step.kind, Kind::kBatch);
  const auto* values = static_cast<const uint8_t*>(step.batch.raw_column(10).values);
  EXPECT_GE(values, buffer.data());
  EXPECT_LT(values, buffer.data() + buffer.size());
  EXPECT_FALSE(buffer.is_sole());
}

TEST_F(Ipc, WritesOnlyTheRowsOfASlice) {
  const Batch batch = SampleBatch(64).make();
  const Schema schema = sample_schema();
  EncodedBytes out;
  IpcWriter writer(schema);
  ASSERT_TRUE(writer.begin(out).is_ok());
  const Batch part = batch.slice(11, 9);
  ASSERT_TRUE(writer.write(*part, out).is_ok());
  ASSERT_TRUE(writer.finish(out).is_ok());
  const Read read = read_all(out.text(), IpcTrust::kOwn);
  ASSERT_TRUE(read.status.is_ok()) << read.status.message();
  EXPECT_EQ(read.rows, json_rows(schema, part));
}

TEST_F(Ipc, RefusesABatchOfAnotherSchemaAndLeavesTheOutputAsItWas) {
  EncodedBytes out;
  IpcWriter writer(Schema::parse("a: int32, b: string").value());
  ASSERT_TRUE(writer.begin(out).is_ok());
  const size_t before = out.size;
  EXPECT_EQ(writer.write(*SampleBatch(3).make(), out).message(), "the batch has 20 columns, its stream 2");
  StringBuilder texts;
  texts.append("x");
  const std::vector<Column> columns(2, std::move(texts).finish());
  EXPECT_EQ(writer.write(*Batch::make(1, columns), out).message(), "column 'a' is string, not int32");
  EXPECT_EQ(out.size, before);
  EXPECT_EQ(writer.next_number(), 1U);
}

TEST_F(Ipc, GoesOnWithAStreamWhereAnotherWriterStopped) {
  const Schema schema = sample_schema();
  EncodedBytes out;
  IpcWriter first(schema);
  ASSERT_TRUE(first.begin(out).is_ok());
  ASSERT_TRUE(first.write(*SampleBatch(4).make(), out).is_ok());
  IpcWriter second(schema, first.next_number());
  ASSERT_TRUE(second.write(*SampleBatch(6).make(), out).is_ok());
  ASSERT_TRUE(second.finish(out).is_ok());
  const Read read = read_all(out.text(), IpcTrust::kOwn);
  EXPECT_TRUE(read.status.is_ok()) << read.status.message();
  EXPECT_EQ(read.rows.size(), 10U);
}

TEST_F(Ipc, BeginsInTheMiddleWhenTold) {
  const Schema schema = sample_schema();
  EncodedBytes out;
  IpcWriter writer(schema, 7);
  ASSERT_TRUE(writer.write(*SampleBatch(4).make(), out).is_ok());
  ASSERT_TRUE(writer.write(*SampleBatch(2).make(), out).is_ok());
  IpcReader reader(IpcTrust::kOwn);
  reader.assume_schema(schema);
  reader.skip_to_any_number();
  const Result<IpcStep> step = reader.read(span_of(out.text()), false);
  ASSERT_TRUE(step.is_ok()) << step.status().message();
  EXPECT_EQ(json_rows(schema, step->batch), json_rows(schema, SampleBatch(4).make()));
  EXPECT_EQ(reader.next_number(), 8U);
  EXPECT_EQ(reader.read(span_of(out.text().substr(step->consumed)), false)->batch.row_count(), 2U);
}

TEST_F(Ipc, FindsMissingAndRepeatedMessages) {
  const Schema schema = sample_schema();
  std::vector<std::string> messages;
  EncodedBytes out;
  IpcWriter writer(schema);
  ASSERT_TRUE(writer.begin(out).is_ok());
  messages.emplace_back(out.text());
  for (size_t rows : {3, 4, 5}) {
    out.clear();
    ASSERT_TRUE(writer.write(*SampleBatch(rows).make(), out).is_ok());
    messages.emplace_back(out.text());
  }
  const std::string end = "\xFF\xFF\xFF\xFF" + std::string(4, '\0');
  EXPECT_EQ(read_all(messages[0] + messages[1] + messages[3] + end, IpcTrust::kOwn).status.message(),
            "message 2: it is message 3 of its file: messages are missing or out of order");
  EXPECT_EQ(read_all(messages[0] + messages[1] + messages[1] + end, IpcTrust::kOwn).status.message(),
            "message 2: it is message 1 of its file: messages are missing or out of order");
  EXPECT_EQ(read_all(messages[0] + messages[1], IpcTrust::kOwn).status.message(),
            "message 2: the end mark is missing: the file was not sealed, or its tail is lost");
  EXPECT_EQ(read_all(messages[0] + end + "x", IpcTrust::kOwn).status.message(),
            "message 1: more bytes follow the end mark");
  EXPECT_EQ(read_all("", IpcTrust::kForeign).status.message(),
            "message 0: the stream is empty, not even its schema is there");
  EXPECT_EQ(read_all("id,name\n1,ann\n", IpcTrust::kForeign).status.message(),
            "message 0: no message begins here");
}

TEST_F(Ipc, EveryTruncationIsAFaultOrATornTailWithTheMessagesBefore) {
  const std::string text = stream(sample_schema(), {3, 2});
  const Read whole = read_all(text, IpcTrust::kOwn);
  for (size_t size = 0; size < text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    EXPECT_FALSE(read_all(cut, IpcTrust::kOwn).status.is_ok()) << size;
    const Read open = read_all(cut, IpcTrust::kOwn, SIZE_MAX, false);
    ASSERT_TRUE(open.status.is_ok()) << size << ": " << open.status.message();
    EXPECT_FALSE(open.is_ended);
    EXPECT_LE(open.consumed, size);
    EXPECT_TRUE(open.rows.empty() || open.rows.size() == 3 || open.rows.size() == 5);
    EXPECT_TRUE(std::equal(open.rows.begin(), open.rows.end(), whole.rows.begin()));
  }
}

TEST_F(Ipc, EveryFlippedBitIsFound) {
  std::string text = stream(sample_schema(), {3});
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    const auto mask = static_cast<char>(1 << (bit % 8));
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ mask);
    EXPECT_FALSE(read_all(text, IpcTrust::kOwn).status.is_ok()) << bit;
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ mask);
  }
}

// Takes the digests' keys away, so that nothing but the bounds stands between damage and a wild read.
std::string without_digests(std::string text) {
  for (size_t at = text.find("weir.xxh3"); at != std::string::npos; at = text.find("weir.xxh3", at))
    text[at] = 'W';
  return text;
}

TEST_F(Ipc, DamageWithoutADigestNeverReadsWild) {
  std::string text = without_digests(stream(sample_schema(), {4}));
  ASSERT_TRUE(read_all(text, IpcTrust::kForeign).status.is_ok());
  for (size_t at = 0; at < text.size(); ++at) {
    const char before = text[at];
    for (const int value : {0, 1, 0x7F, 0x80, 0xFF, before ^ 4}) {
      text[at] = static_cast<char>(value);
      // Any answer will do; the sanitizers watch.
      [[maybe_unused]] const Read read = read_all(text, IpcTrust::kForeign);
    }
    text[at] = before;
  }
}

}  // namespace
}  // namespace weir
