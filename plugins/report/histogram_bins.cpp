#include "histogram_bins.hpp"

#include <algorithm>
#include <cmath>

#include "input_rows.hpp"

namespace weir::report {
namespace {

double round_width(double width) {
  if (!(width > 0)) return 1;
  const double power = std::pow(10, std::floor(std::log10(width)));
  for (const double step : {1.0, 2.0, 5.0})
    if (step * power >= width) return step * power;
  return 10 * power;
}

}  // namespace

std::vector<Column> histogram_bins(const Column& values, std::size_t most) {
  std::vector<double> numbers;
  for (const Cell& cell : values.cells)
    if (const std::optional<double> number = number_of(cell)) numbers.push_back(*number);
  std::vector<Column> bins(3);
  bins[0].name = "from";
  bins[1].name = "to";
  bins[2].name = "values";
  if (numbers.empty()) return bins;
  const auto [low, high] = std::ranges::minmax_element(numbers);
  const double width = round_width((*high - *low) / static_cast<double>(most));
  // Counted in whole classes from 0, so that the ends are round numbers.
  const double first = std::floor(*low / width);
  const auto count = static_cast<std::size_t>(std::max(1.0, std::ceil(*high / width) - first));
  std::vector<double> counts(count);
  for (const double number : numbers) {
    const double place = std::max(0.0, std::floor(number / width) - first);
    ++counts[std::min(count - 1, static_cast<std::size_t>(place))];
  }
  for (std::size_t i = 0; i < count; ++i) {
    bins[0].cells.emplace_back((first + static_cast<double>(i)) * width);
    bins[1].cells.emplace_back((first + static_cast<double>(i + 1)) * width);
    bins[2].cells.emplace_back(counts[i]);
  }
  return bins;
}

}  // namespace weir::report
