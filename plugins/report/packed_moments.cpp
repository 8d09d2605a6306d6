#include "packed_moments.hpp"

#include <cstdint>
#include <numeric>

#include "escape.hpp"
#include "number_text.hpp"

namespace weir::report {
namespace {

// Fewer are written out: a person who looks into the page can read them.
constexpr std::size_t kFewMoments = 1000;
constexpr std::size_t kShortRun = 3;

std::string run_json(std::int64_t step, std::size_t count) {
  const std::string one = std::to_string(step);
  if (count > kShortRun) return "[" + one + "," + std::to_string(count) + "]";
  std::string json = one;
  for (std::size_t i = 1; i < count; ++i) json += "," + one;
  return json;
}

std::string steps_json(const std::vector<std::int64_t>& steps, std::int64_t unit) {
  std::string json;
  for (std::size_t i = 0; i < steps.size();) {
    std::size_t end = i;
    while (end < steps.size() && steps[end] == steps[i]) ++end;
    json += (i == 0 ? "" : ",") + run_json(steps[i] / unit, end - i);
    i = end;
  }
  return json;
}

}  // namespace

std::optional<std::string> packed_moments(const std::vector<Cell>& cells) {
  if (cells.size() <= kFewMoments) return std::nullopt;
  std::vector<std::int64_t> steps;
  std::int64_t unit = 0;
  const Moment* before = nullptr;
  for (const Cell& cell : cells) {
    const auto* moment = std::get_if<Moment>(&cell);
    if (moment == nullptr) return std::nullopt;
    if (before != nullptr) steps.push_back(moment->us - before->us);
    if (before != nullptr) unit = std::gcd(unit, steps.back());
    before = moment;
  }
  if (unit == 0) unit = 1;
  return "{\"first\":" + json_string(moment_iso(std::get<Moment>(cells.front()))) +
         ",\"unit_us\":" + std::to_string(unit) + ",\"steps\":[" + steps_json(steps, unit) + "]}";
}

}  // namespace weir::report
