#include "proc_text.hpp"

#include <charconv>
#include <numeric>

namespace weir::host_metrics {
namespace {

// Diskstats counts in sectors of this size, whatever the device has.
constexpr uint64_t kSectorBytes = 512;

// Returns the words of a line; `separators` beside white space.
std::vector<std::string_view> words_of(std::string_view line, std::string_view separators = "") {
  std::vector<std::string_view> words;
  const std::string all = " \t" + std::string(separators);
  size_t from = line.find_first_not_of(all);
  while (from != std::string_view::npos) {
    const size_t end = line.find_first_of(all, from);
    words.push_back(line.substr(from, end == std::string_view::npos ? end : end - from));
    from = end == std::string_view::npos ? end : line.find_first_not_of(all, end);
  }
  return words;
}

template <class Use>
void for_each_line(std::string_view text, Use use) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    use(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

template <class T>
T number(std::string_view word) {
  T value{};
  std::from_chars(word.data(), word.data() + word.size(), value);
  return value;
}

}  // namespace

std::vector<CpuTimes> parse_stat(std::string_view text) {
  std::vector<CpuTimes> cores;
  for_each_line(text, [&](std::string_view line) {
    const auto words = words_of(line);
    // cpuN user nice system idle iowait irq softirq steal guest guest_nice; guests are in user and nice, too.
    if (words.size() < 8 || !words[0].starts_with("cpu") || words[0] == "cpu") return;
    uint64_t ticks[8] = {};
    for (size_t i = 0; i < 8 && i + 1 < words.size(); ++i) ticks[i] = number<uint64_t>(words[i + 1]);
    cores.push_back({std::string(words[0]), ticks[0] + ticks[1], ticks[2] + ticks[5] + ticks[6], ticks[3],
                     ticks[4], std::accumulate(std::begin(ticks), std::end(ticks), uint64_t{0})});
  });
  return cores;
}

std::optional<Memory> parse_meminfo(std::string_view text) {
  Memory memory;
  for_each_line(text, [&](std::string_view line) {
    const auto words = words_of(line);
    if (words.size() < 2) return;
    if (words[0] == "MemTotal:") memory.total = number<uint64_t>(words[1]) * 1024;
    if (words[0] == "MemAvailable:") memory.available = number<uint64_t>(words[1]) * 1024;
  });
  return memory.total == 0 ? std::nullopt : std::optional(memory);
}

std::optional<Load> parse_loadavg(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() < 3) return std::nullopt;
  return Load{number<double>(words[0]), number<double>(words[1]), number<double>(words[2])};
}

Pressure parse_pressure(std::string_view text) {
  Pressure pressure;
  for_each_line(text, [&](std::string_view line) {
    const auto words = words_of(line, "=");
    if (words.size() < 3 || words[1] != "avg10") return;
    if (words[0] == "some") pressure.some = number<double>(words[2]);
    if (words[0] == "full") pressure.full = number<double>(words[2]);
  });
  return pressure;
}

std::vector<Traffic> parse_diskstats(std::string_view text) {
  std::vector<Traffic> disks;
  for_each_line(text, [&](std::string_view line) {
    const auto words = words_of(line);
    if (words.size() < 10) return;
    Traffic disk{std::string(words[2]), number<uint64_t>(words[5]) * kSectorBytes,
                 number<uint64_t>(words[9]) * kSectorBytes};
    if (disk.in + disk.out > 0) disks.push_back(std::move(disk));
  });
  return disks;
}

std::vector<Traffic> parse_net_dev(std::string_view text) {
  std::vector<Traffic> interfaces;
  for_each_line(text, [&](std::string_view line) {
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;  // One of the two lines of the header.
    const auto name = words_of(line.substr(0, colon));
    const auto words = words_of(line.substr(colon + 1));
    if (name.size() != 1 || words.size() < 9) return;
    interfaces.push_back({std::string(name[0]), number<uint64_t>(words[0]), number<uint64_t>(words[8])});
  });
  return interfaces;
}

}  // namespace weir::host_metrics
