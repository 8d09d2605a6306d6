// Writes the benchmark's NDJSON input: generate_ndjson FILE ROWS.
//
// One row is one request of an invented fleet of services, about 135 bytes in 7 fields: a time that rises by
// 0.48 ms a row and is up to 250 ms early, so that 5,000,000 rows fill 40 minutes; 8 services, 4 regions and
// 3 methods, some of them more frequent; a latency of lognormal distribution. The seed is fixed: the same
// ROWS give the same bytes.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr uint64_t kSeed = 20250101;
constexpr size_t kChunkBytes = 4 << 20;
constexpr size_t kLongestRow = 256;
constexpr int64_t kRowStepNs = 480'000;
constexpr int64_t kEarliestMs = 250;
constexpr size_t kLatencies = 1 << 16;

/// splitmix64: small, fast, and the same everywhere.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

constexpr std::array<std::string_view, 16> kServices = {
    "frontend", "frontend", "frontend", "frontend", "checkout", "checkout", "search", "search",
    "search",   "catalog",  "catalog",  "payment",  "accounts", "accounts", "mailer", "recommender"};
constexpr std::array<std::string_view, 8> kRegions = {"eu1", "eu1", "eu1", "us1", "us1", "us1", "us2", "ap1"};
constexpr std::array<std::string_view, 8> kMethods = {"GET", "GET",  "GET",  "GET",
                                                      "GET", "POST", "POST", "PUT"};
constexpr std::array<std::string_view, 32> kStatus = {"200", "200", "200", "200", "200", "200", "200", "200",
                                                      "200", "200", "200", "200", "200", "200", "200", "200",
                                                      "200", "200", "200", "200", "200", "200", "200", "200",
                                                      "201", "201", "304", "304", "404", "404", "500", "503"};

/// Latencies in thousandths of a millisecond; drawing one of them is cheaper than a logarithm and a cosine a
/// row.
std::vector<uint32_t> latencies(Random& random) {
  std::vector<uint32_t> drawn(kLatencies);
  for (uint32_t& latency : drawn) {
    const double u = (static_cast<double>(random.next() >> 11) + 1) * 0x1p-53;
    const double v = static_cast<double>(random.next() >> 11) * 0x1p-53;
    const double normal = std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
    latency = static_cast<uint32_t>(std::exp(3.5 + 0.9 * normal) * 1000);
  }
  return drawn;
}

/// Appends to a buffer that has room.
class Row {
 public:
  explicit Row(char* at) : at_(at) {}
  Row& text(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    return *this;
  }
  Row& number(uint64_t value) {
    at_ = std::to_chars(at_, at_ + 20, value).ptr;
    return *this;
  }
  Row& digits(uint64_t value, int count) {
    for (int i = count; i-- > 0; value /= 10) at_[i] = static_cast<char>('0' + value % 10);
    at_ += count;
    return *this;
  }
  char* end() const { return at_; }

 private:
  char* at_;
};

/// Days go on past midnight: the larger form is five hours long.
char* write_row(char* at, uint64_t index, Random& random, const std::vector<uint32_t>& latency) {
  const uint64_t drawn = random.next();
  const int64_t early_ms = static_cast<int64_t>(drawn >> 56) % kEarliestMs;
  const auto ms = static_cast<uint64_t>(
      std::max<int64_t>(0, static_cast<int64_t>(index) * kRowStepNs / 1'000'000 - early_ms));
  const uint64_t minutes = ms / 60'000;
  Row row(at);
  row.text(R"({"ts":"2025-01-)").digits(1 + minutes / 1440, 2).text("T").digits(minutes / 60 % 24, 2);
  row.text(":").digits(minutes % 60, 2).text(":").digits(ms / 1000 % 60, 2).text(".").digits(ms % 1000, 3);
  row.text(R"(Z","service":")").text(kServices[drawn & 15]);
  row.text(R"(","region":")").text(kRegions[drawn >> 4 & 7]);
  row.text(R"(","method":")").text(kMethods[drawn >> 7 & 7]);
  row.text(R"(","status":)").text(kStatus[drawn >> 10 & 31]);
  const uint32_t value = latency[drawn >> 15 & (kLatencies - 1)] + (drawn >> 31 & 1023);
  row.text(R"(,"latency_ms":)").number(value / 1000).text(".").digits(value % 1000, 3);
  row.text(R"(,"user":"u)").digits((drawn >> 32 & 0xFFFFFF) % 10'000'000, 7).text("\"}\n");
  return row.end();
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

int generate(const char* path, uint64_t rows) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path, "wb"));
  if (!file) return std::perror(path), 1;
  Random random(kSeed);
  const std::vector<uint32_t> latency = latencies(random);
  std::string chunk(kChunkBytes, '\0');
  char* at = chunk.data();
  for (uint64_t row = 0; row < rows; ++row) {
    at = write_row(at, row, random, latency);
    const auto used = static_cast<size_t>(at - chunk.data());
    if (used + kLongestRow < kChunkBytes && row + 1 < rows) continue;
    if (std::fwrite(chunk.data(), 1, used, file.get()) != used) return std::perror(path), 1;
    at = chunk.data();
  }
  return std::fflush(file.get()) == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  uint64_t rows = 0;
  const std::string_view text = count == 3 ? arguments[2] : "";
  if (text.empty() || std::from_chars(text.data(), text.data() + text.size(), rows).ec != std::errc()) {
    std::fputs("usage: generate_ndjson FILE ROWS\n", stderr);
    return 2;
  }
  return generate(arguments[1], rows);
}
