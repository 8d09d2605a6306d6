#include "funnel_tally.hpp"

#include <weir/builder.hpp>

namespace weir::behaviour {
namespace {

constexpr double kUsPerSecond = 1e6;

void append_share(ColumnBuilder<double>& to, int64_t part, int64_t whole) {
  whole == 0 ? to.append_null() : to.append(static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace

void FunnelTally::add(const Attempt& attempt) {
  if (attempt.segment >= segments_.size()) segments_.resize(attempt.segment + size_t{1});
  std::vector<Step>& steps = segments_[attempt.segment].steps;
  steps.resize(step_count());
  for (size_t i = 0; i < attempt.reached; ++i) {
    ++steps[i].converted;
    if (i > 0) steps[i].since_previous.add(attempt.times[i] - attempt.times[i - 1]);
  }
}

std::vector<Column> FunnelTally::columns(std::span<const uint32_t> segments) {
  ColumnBuilder<int64_t> numbers;
  StringBuilder names;
  ColumnBuilder<int64_t> entered;
  ColumnBuilder<int64_t> converted;
  ColumnBuilder<double> from_first;
  ColumnBuilder<double> from_previous;
  ColumnBuilder<double> p50;
  ColumnBuilder<double> p90;
  for (const uint32_t segment : segments) {
    std::vector<Step> none(has(segment) ? 0 : step_count());
    std::vector<Step>& steps = has(segment) ? segments_[segment].steps : none;
    for (size_t i = 0; i < step_count(); ++i) {
      const int64_t came = i == 0 ? steps[0].converted : steps[i - 1].converted;
      numbers.append(static_cast<int64_t>(i) + 1);
      names.append(step_names_[i]);
      entered.append(came);
      converted.append(steps[i].converted);
      append_share(from_first, steps[i].converted, steps[0].converted);
      append_share(from_previous, steps[i].converted, came);
      DurationSample& since = steps[i].since_previous;
      since.count() == 0 ? p50.append_null() : p50.append(since.quantile(0.5) / kUsPerSecond);
      since.count() == 0 ? p90.append_null() : p90.append(since.quantile(0.9) / kUsPerSecond);
    }
  }
  std::vector<Column> made;
  made.push_back(std::move(numbers).finish());
  made.push_back(std::move(names).finish());
  made.push_back(std::move(entered).finish());
  made.push_back(std::move(converted).finish());
  made.push_back(std::move(from_first).finish());
  made.push_back(std::move(from_previous).finish());
  made.push_back(std::move(p50).finish());
  made.push_back(std::move(p90).finish());
  return made;
}

}  // namespace weir::behaviour
