// The formats over real data, when it is there: $WEIR_DATA, or shared/data beside the source tree.
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "access_log.hpp"
#include "csv.hpp"
#include "format_probe.hpp"
#include "json.hpp"
#include "ndjson.hpp"

namespace weir::formats {
namespace {

namespace fs = std::filesystem;

fs::path data_directory() {
  const char* const named = std::getenv("WEIR_DATA");
  return named != nullptr ? fs::path(named) : fs::path(WEIR_SOURCE_DIR).parent_path() / "shared" / "data";
}

#define WEIR_NEEDS_DATA()            \
  if (!fs::exists(data_directory())) \
  GTEST_SKIP() << "no real data at " << data_directory() << ": set WEIR_DATA to where it is"

std::string read_plain(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

std::string read_gz(const fs::path& path) {
  std::string text;
  std::vector<char> part(1 << 20);
  const gzFile file = gzopen(path.c_str(), "rb");
  int got = 0;
  while ((got = gzread(file, part.data(), static_cast<unsigned>(part.size()))) > 0)
    text.append(part.data(), static_cast<size_t>(got));
  gzclose(file);
  return text;
}

std::string read_zst(const fs::path& path) {
  const std::string packed = read_plain(path);
  ZSTD_DCtx* const context = ZSTD_createDCtx();
  std::string text;
  std::vector<char> part(1 << 20);
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  while (in.pos < in.size) {
    ZSTD_outBuffer out{part.data(), part.size(), 0};
    if (ZSTD_isError(ZSTD_decompressStream(context, &out, &in)) != 0) break;
    text.append(part.data(), out.pos);
  }
  ZSTD_freeDCtx(context);
  return text;
}

/// Everything of a text, decoded in ranges that the decoder's own find_record cuts.
Decoded decode_ranges(Decoder& decoder, std::string_view text, size_t range_bytes) {
  use_probe_host();
  Decoded decoded;
  const std::string_view head = text.substr(0, 1 << 20);
  const auto schema = decoder.bind(head, "");
  EXPECT_TRUE(schema.is_ok()) << schema.status().message();
  const auto opened = decoder.open("real", head);
  EXPECT_TRUE(opened.is_ok()) << opened.status().message();
  const DecodeContext& context = opened->context ? *opened->context : decoder;
  for (size_t at = opened->header_size; at < text.size();) {
    const size_t end = std::min(text.size(), at + range_bytes);
    const Range range(text.substr(at, end - at), static_cast<int64_t>(at), end == text.size());
    DecodeOutput output(context_of(decoded), range.bytes());
    const auto used = context.decode(DecodeInput(range.bytes()), output);
    output.finish();
    EXPECT_TRUE(used.is_ok());
    if (!used.is_ok() || *used == 0) break;
    at += *used;
  }
  return decoded;
}

int64_t sum(const Decoded& decoded, size_t column) {
  int64_t total = 0;
  for (const Batch& batch : decoded.batches) {
    const auto values = batch.column<int64_t>(column);
    for (size_t row = 0; row < values.size(); ++row) total += values.is_null(row) ? 0 : values[row];
  }
  return total;
}

CsvOptions plain_csv(std::string_view columns = "") {
  CsvOptions options;
  if (!columns.empty()) options.columns = declared(columns);
  options.delimiter = ",";
  options.quote = "\"";
  options.nulls = {""};
  return options;
}

TEST(KnownAnswers, ApacheLogHasOneMalformedLine) {
  WEIR_NEEDS_DATA();
  const std::string text = read_gz(data_directory() / "access-logs/apache-combined-2015-05.log.gz");
  AccessLogDecoder decoder({});
  const Decoded decoded = decode_ranges(decoder, text, 300'000);
  EXPECT_EQ(decoded.row_count(), 9'999U);
  EXPECT_EQ(sum(decoded, 8), 2'747'282'505);
  size_t found = 0;
  for (const Batch& batch : decoded.batches) {
    const auto status = batch.column<int64_t>(7);
    for (size_t row = 0; row < status.size(); ++row) found += status[row] == 200 ? 1U : 0U;
  }
  EXPECT_EQ(found, 9'125U);
  ASSERT_EQ(decoded.rejected.size(), 1U);
  const auto before = static_cast<size_t>(decoded.rejected[0].offset);
  EXPECT_EQ(std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(before), '\n'), 8'898);
  EXPECT_EQ(decoded.rejected[0].raw, text.substr(before, text.find('\n', before) - before));
}

TEST(KnownAnswers, WikipediaEditsAddUp) {
  WEIR_NEEDS_DATA();
  const std::string text = read_gz(data_directory() / "user-events/wikipedia-edits-2015-09-12.json.gz");
  NdjsonOptions options;
  options.columns =
      declared("time: timestamp, added: int64, deleted: int64, delta: int64, page: string, isRobot: bool");
  for (const Validate validate : {Validate::kRead, Validate::kFull}) {
    options.validate = validate;
    NdjsonDecoder decoder(options);
    const Decoded decoded = decode_ranges(decoder, text, 1'000'000);
    EXPECT_EQ(decoded.row_count(), 39'244U);
    EXPECT_EQ(decoded.rejected.size(), 0U);
    EXPECT_EQ(sum(decoded, 1), 9'385'573);
    EXPECT_EQ(sum(decoded, 2), 394'298);
    EXPECT_EQ(sum(decoded, 3), 8'991'275);
    size_t robots = 0;
    for (const Batch& batch : decoded.batches) {
      const auto is_robot = batch.column<bool>(5);
      for (size_t row = 0; row < is_robot.size(); ++row) robots += is_robot[row] ? 1U : 0U;
    }
    EXPECT_EQ(robots, 15'420U);
  }
}

TEST(KnownAnswers, GithubEventsReachIntoObjects) {
  WEIR_NEEDS_DATA();
  const std::string text =
      read_gz(data_directory() / "user-events/github-events-2021-07-21.redacted.jsonl.gz");
  NdjsonOptions options;
  options.columns.emplace_back("size", ColumnSettings{Type::kInt64, "payload.size", ""});
  NdjsonDecoder decoder(options);
  const Decoded decoded = decode_ranges(decoder, text, 4 << 20);
  EXPECT_EQ(decoded.row_count(), 800U);
  EXPECT_EQ(sum(decoded, 0), 1'630);
}

TEST(KnownAnswers, FlightsAddUp) {
  WEIR_NEEDS_DATA();
  const std::string text = read_zst(data_directory() / "throughput/flights-3m.csv.zst");
  DelimitedDecoder<','> decoder(plain_csv());
  const Decoded decoded = decode_ranges(decoder, text, 4 << 20);
  EXPECT_EQ(decoder.inferred(),
            "date: timestamp, delay: int64, distance: int64, origin: string, destination: string");
  EXPECT_EQ(decoded.row_count(), 3'000'000U);
  EXPECT_EQ(decoded.rejected.size(), 0U);
  EXPECT_EQ(sum(decoded, 1), 20'003'603);
  EXPECT_EQ(sum(decoded, 2), 2'194'861'208);
}

TEST(KnownAnswers, CsvkitKansas) {
  WEIR_NEEDS_DATA();
  const std::string text = read_plain(data_directory() / "dirty/csvkit/ks_1033_data.csv");
  CsvOptions options = plain_csv();
  options.columns.emplace_back("total_cost", DataType::decimal(12, 2));
  DelimitedDecoder<','> exact(options);
  const Decoded decoded = decode_ranges(exact, text, 4 << 20);
  EXPECT_EQ(decoded.row_count(), 1'575U);
  int64_t cents = 0;
  for (const Batch& batch : decoded.batches)
    for (const Decimal128 value : batch.column<Decimal128>(0).values()) cents += static_cast<int64_t>(value);
  EXPECT_EQ(cents, 412'682'462);
}

TEST(KnownAnswers, ChicagoHasNewlinesWithinFields) {
  WEIR_NEEDS_DATA();
  const std::string text = read_plain(data_directory() / "dirty/chicago-early-childhood-dups.csv");
  DelimitedDecoder<','> decoder(plain_csv());
  const Decoded decoded = decode_ranges(decoder, text, 100'000);
  EXPECT_EQ(decoded.row_count() + decoded.rejected.size(), 3'337U);
}

/// The values of a csv-spectrum case, as its expected JSON has them: each a text, an empty one for null.
std::vector<std::string> texts_of(const Decoded& decoded) {
  std::vector<std::string> texts;
  for (const Batch& batch : decoded.batches)
    for (size_t row = 0; row < batch.row_count(); ++row)
      for (size_t i = 0; i < batch.column_count(); ++i) {
        const auto column = batch.column<std::string_view>(i);
        texts.emplace_back(column.is_null(row) ? std::string_view() : column[row]);
      }
  return texts;
}

TEST(KnownAnswers, CsvSpectrumButForItsOwnFault) {
  WEIR_NEEDS_DATA();
  size_t equal = 0;
  std::string different;
  for (const auto& entry : fs::directory_iterator(data_directory() / "dirty/csv-spectrum/csvs")) {
    const std::string text = read_plain(entry.path());
    const std::string expected =
        read_plain(data_directory() / "dirty/csv-spectrum/json" / (entry.path().stem().string() + ".json"));
    use_probe_host();
    CsvOptions options = plain_csv();
    const auto header = read_csv_header(CsvSettings{}, text);
    for (const std::string& name : header->names) options.columns.emplace_back(name, DataType(Type::kString));
    DelimitedDecoder<','> csv_decoder(options);
    JsonOptions json;
    for (const auto& [name, type] : options.columns) json.columns.emplace_back(name, type);
    JsonDecoder json_decoder(json);
    const auto ours = texts_of(decode_ranges(csv_decoder, text, 1 << 20));
    const auto theirs = texts_of(decode_ranges(json_decoder, expected, 1 << 20));
    EXPECT_FALSE(theirs.empty()) << entry.path();
    if (ours == theirs) {
      ++equal;
    } else {
      different += entry.path().stem().string();
    }
  }
  EXPECT_EQ(equal, 11U);
  EXPECT_EQ(different, "location_coordinates");
}

/// Returns the files of a tar archive by name.
std::vector<std::pair<std::string, std::string>> files_of_tar(const std::string& tar) {
  constexpr size_t kBlock = 512;
  std::vector<std::pair<std::string, std::string>> files;
  for (size_t at = 0; at + kBlock <= tar.size() && tar[at] != '\0';) {
    const std::string name(tar.c_str() + at);
    const size_t size = std::strtoull(std::string(tar, at + 124, 12).c_str(), nullptr, 8);
    if (tar[at + 156] == '0') files.emplace_back(name, tar.substr(at + kBlock, size));
    at += kBlock + (size + kBlock - 1) / kBlock * kBlock;
  }
  return files;
}

TEST(KnownAnswers, JsonTestSuiteIsParsedOrRejectedAsItSays) {
  WEIR_NEEDS_DATA();
  size_t parsed = 0;
  size_t refused = 0;
  for (const auto& [path, text] : files_of_tar(read_gz(data_directory() / "dirty/JSONTestSuite.tar.gz"))) {
    const std::string name = fs::path(path).filename().string();
    JsonDecoder decoder({});
    const Outcome it = decode_text(decoder, text);
    if (name.starts_with("y_")) {
      EXPECT_EQ(it.rejected, "") << name;
      ++parsed;
    } else if (name.starts_with("n_")) {
      // A file of UTF-16 by its mark is refused before it is decoded.
      EXPECT_TRUE(!it.rejected.empty() || it.columns.find("byte order mark") != std::string::npos) << name;
      EXPECT_EQ(it.rows, "") << name;
      ++refused;
    }
  }
  EXPECT_EQ(parsed, 95U);
  EXPECT_EQ(refused, 188U);
}

}  // namespace
}  // namespace weir::formats
