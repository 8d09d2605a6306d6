#include "telemetry/progress.hpp"

#include <cmath>
#include <utility>

#include "telemetry/figures.hpp"

namespace weir {
namespace {

constexpr int64_t kTerminalEveryUs = 200'000;
constexpr int64_t kPlainEveryUs = 10'000'000;

int64_t interval_us(ProgressLine::Kind kind) {
  return kind == ProgressLine::Kind::kTerminal ? kTerminalEveryUs : kPlainEveryUs;
}

}  // namespace

std::string render_progress(const ProgressSample& sample) {
  const auto each_second = [&](uint64_t done) {
    return static_cast<double>(done) * 1e6 / static_cast<double>(sample.elapsed_us);
  };
  std::string line = short_count(sample.rows) + (sample.rows == 1 ? " row" : " rows");
  // A source that makes its rows has no bytes to tell of.
  const bool has_bytes = sample.bytes_done > 0 || sample.bytes_total;
  if (has_bytes) line += "  " + short_bytes(sample.bytes_done);
  if (sample.elapsed_us <= 0) return line;
  if (!has_bytes)
    return line + "  " + short_count(static_cast<uint64_t>(each_second(sample.rows))) + " rows/s";
  const double per_second = each_second(sample.bytes_done);
  line += "  " + short_bytes(static_cast<uint64_t>(per_second)) + "/s";
  if (sample.bytes_total && *sample.bytes_total > sample.bytes_done && per_second > 0) {
    const double left_s = static_cast<double>(*sample.bytes_total - sample.bytes_done) / per_second;
    line += "  ETA " + short_duration(static_cast<int64_t>(std::ceil(left_s)));
  }
  return line;
}

ProgressLine::ProgressLine(Kind kind, Write write)
    // A run that is over before the first interval shows nothing in a log.
    : kind_(kind), write_(std::move(write)), next_us_(interval_us(kind)) {}

void ProgressLine::update(const ProgressSample& sample) {
  if (sample.elapsed_us < next_us_) return;
  next_us_ = sample.elapsed_us + interval_us(kind_);
  show(sample);
}

void ProgressLine::finish(const ProgressSample& sample) {
  if (kind_ == Kind::kPlain && !has_shown_) return;
  show(sample);
  if (kind_ == Kind::kTerminal) write_("\n");
}

void ProgressLine::show(const ProgressSample& sample) {
  has_shown_ = true;
  // The escape sequence clears what a longer line before this one left behind.
  write_(kind_ == Kind::kTerminal ? "\r" + render_progress(sample) + "\x1b[K"
                                  : render_progress(sample) + "\n");
}

}  // namespace weir
