// What a row costs in `aggregate`: 3 text keys, 1-minute windows, count + avg + p99, batches of 8,192 rows.
#include <chrono>
#include <cstdio>
#include <random>

#include <weir/builder.hpp>

#include "node_harness/node_harness.hpp"

namespace {

using namespace weir;
constexpr size_t kRows = 8192;

Batch make_batch(uint32_t seed, int64_t minute) {
  std::mt19937 random(seed);
  std::lognormal_distribution<double> latency(3.5, 0.9);
  StringBuilder host, page, country;
  ColumnBuilder<double> x;
  ColumnBuilder<int64_t> time(Type::kTimestamp);
  for (size_t i = 0; i < kRows; ++i) {
    host.append("host-" + std::to_string(random() % 16));
    page.append("page" + std::to_string(random() % 12));
    country.append("c" + std::to_string(random() % 20));
    x.append(latency(random));
    time.append(minute * 60'000'000 + static_cast<int64_t>(i * 7000));
  }
  const std::vector<Column> columns{std::move(host).finish(), std::move(page).finish(),
                                    std::move(country).finish(), std::move(x).finish(),
                                    std::move(time).finish()};
  return Batch::make(kRows, columns);
}

void measure(const char* what, const std::string& compute, int batches_a_window,
             const std::string& window = "{tumbling: 1m}") {
  test::NodeHarness node("aggregate", "{by: [h, p, c], window: " + window + ", compute: " + compute + "}",
                         "h: string, p: string, c: string, x: float64, t: timestamp", {.event_time = "t"});
  if (!node.fault().empty()) {
    std::printf("%s\n", node.fault().c_str());
    return;
  }
  double best = 1e9;
  for (int pass = 0; pass < 8; ++pass) {
    std::vector<Batch> batches;
    for (int i = 0; i < 40; ++i)
      batches.push_back(make_batch(static_cast<uint32_t>(i), pass * 100 + i / batches_a_window));
    const auto start = std::chrono::steady_clock::now();
    for (Batch& batch : batches) node.push(std::move(batch));
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / (40.0 * kRows));
    node.watermark((pass * 100 + 99) * int64_t{60'000'000});
    node.take_batches();
  }
  std::printf("%-44s %6.1f ns a row\n", what, best);
}

}  // namespace

int main() {
  test::harness_host();
  measure("count, 3 keys, 3,840 groups", "{n: count()}", 40);
  measure("count + avg, 3 keys, 3,840 groups", "{n: count(), a: avg(x)}", 40);
  measure("count + avg + p99, 3,840 groups, long window", "{n: count(), a: avg(x), q: p99(x)}", 40);
  measure("count + avg + p99, 3,840 groups, 8 windows", "{n: count(), a: avg(x), q: p99(x)}", 5);
  measure("count + avg, in 2 sliding windows", "{n: count(), a: avg(x)}", 40,
          "{sliding: {size: 2m, every: 1m}}");
  measure("count + avg, in 60 sliding windows", "{n: count(), a: avg(x)}", 40,
          "{sliding: {size: 60m, every: 1m}}");
  measure("count + avg, in 60 sliding windows, revised", "{n: count(), a: avg(x)}", 40,
          "{sliding: {size: 60m, every: 1m}}, allowed_lateness: 1h");
  measure("count + avg, sessions", "{n: count(), a: avg(x)}", 40, "{session: {gap: 1m}}");
  measure("count + avg, calendar days", "{n: count(), a: avg(x)}", 40,
          "{calendar: day, timezone: Europe/Berlin}");
  measure("count + avg + quantile(x, 0.99)", "{n: count(), a: avg(x), q: \"quantile(x, 0.99)\"}", 40);
}
