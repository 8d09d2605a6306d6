// How fast bytes become batches, without the engine around: formats_bench csv FILE | ndjson FILE [COLUMNS].
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "csv_table.hpp"
#include "decode_probe_test.hpp"
#include "ndjson_reader.hpp"

namespace weir::formats {
namespace {

constexpr size_t kRangeBytes = 4 << 20;
constexpr int kRounds = 5;

std::string read_file(const char* path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

template <class Decode>
int measure(std::string_view text, const Decode& decode) {
  std::vector<Range> ranges;
  size_t rows = 0;
  size_t rejected = 0;
  double best = 1e9;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.size(), at + kRangeBytes);
    if (end < text.size()) end = text.find('\n', end) + 1;
    ranges.emplace_back(text.substr(at, end - at), static_cast<int64_t>(at), end == text.size());
    at = end;
  }
  for (int round = 0; round < kRounds; ++round) {
    rows = rejected = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (const Range& range : ranges) {
      Decoded decoded;
      const DecodeInput input(range.bytes());
      DecodeOutput output(context_of(decoded), range.bytes());
      decode(input, output);
      output.finish();
      rows += decoded.row_count();
      rejected += decoded.rejected.size();
    }
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  std::printf("%zu rows, %zu rejected, %.3f GB/s, %.1f ns a row\n", rows, rejected,
              static_cast<double>(text.size()) / best / 1e9, best * 1e9 / static_cast<double>(rows));
  return 0;
}

int run(std::string_view format, const char* path, std::string_view columns) {
  use_probe_host();
  const std::string text = read_file(path);
  if (format == "csv") {
    const CsvSettings settings;
    const auto header = read_csv_header(settings, std::string_view(text).substr(0, kRangeBytes));
    const Schema schema = infer_csv(settings, *header, std::string_view(text).substr(0, kRangeBytes));
    std::printf("%s\n", schema.to_string().c_str());
    const ColumnPlan plan = plan_of(schema);
    const auto table = CsvTable::make(settings, plan, *header, path);
    return measure(std::string_view(text).substr(header->size),
                   [&](const DecodeInput& input, DecodeOutput& output) { table->decode(input, output); });
  }
  const auto schema = Schema::parse(columns);
  if (!schema.is_ok()) return 2;
  const ColumnPlan plan = plan_of(*schema);
  return measure(text, [&](const DecodeInput& input, DecodeOutput& output) {
    decode_ndjson(plan, false, input, output);
  });
}

}  // namespace
}  // namespace weir::formats

int main(int count, char** arguments) {
  if (count < 3) return 2;
  return weir::formats::run(arguments[1], arguments[2], count > 3 ? arguments[3] : "");
}
