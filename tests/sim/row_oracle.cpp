#include "sim/row_oracle.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <unordered_map>

namespace weir::simulated {
namespace {

/// Returns what stands behind `"name":` in a line of NDJSON without spaces.
std::string_view value_of(std::string_view line, std::string_view name) {
  const std::string word = "\"" + std::string(name) + "\":";
  const size_t at = line.find(word);
  if (at == std::string_view::npos) return {};
  const size_t from = at + word.size();
  return line.substr(from, line.find_first_of(",}", from) - from);
}

}  // namespace

RowFaults& RowFaults::operator+=(const RowFaults& more) {
  lost += more.lost;
  duplicated += more.duplicated;
  corrupted += more.corrupted;
  reordered += more.reordered;
  return *this;
}

std::string RowFaults::text() const {
  return std::to_string(lost) + " lost, " + std::to_string(duplicated) + " duplicated, " +
         std::to_string(reordered) + " reordered, " + std::to_string(corrupted) + " corrupted";
}

RowFaults compare_rows(const std::vector<std::string>& expected, std::vector<std::string> got) {
  std::ranges::sort(got);
  RowFaults faults;
  if (expected == got) return faults;
  auto wanted = expected.begin();
  for (auto found = got.begin(); found != got.end();) {
    for (; wanted != expected.end() && *wanted < *found; ++wanted) ++faults.lost;
    const std::string& line = *found;
    uint64_t times = 0;
    uint64_t wanted_times = 0;
    for (; found != got.end() && *found == line; ++found) ++times;
    for (; wanted != expected.end() && *wanted == line; ++wanted) ++wanted_times;
    if (wanted_times == 0) {
      faults.corrupted += times;
    } else if (times > wanted_times) {
      faults.duplicated += times - wanted_times;
    } else {
      faults.lost += wanted_times - times;
    }
  }
  faults.lost += static_cast<uint64_t>(expected.end() - wanted);
  return faults;
}

uint64_t count_reordered(const std::vector<std::string>& lines) {
  std::unordered_map<std::string_view, int64_t> highest;
  uint64_t count = 0;
  for (const std::string& line : lines) {
    const int64_t seq = std::strtoll(value_of(line, "seq").data(), nullptr, 10);
    const auto [known, is_new] = highest.try_emplace(value_of(line, "key"), seq);
    if (is_new) continue;
    if (seq <= known->second) ++count;
    known->second = std::max(known->second, seq);
  }
  return count;
}

}  // namespace weir::simulated
