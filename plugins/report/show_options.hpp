#pragma once
// One entry of `show:` as the YAML has it: which keys there are, which kind takes and needs which.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <weir/options.hpp>

#include "report.hpp"

namespace weir::report {

struct ActualOptions {
  std::string from, x, y;
  static OptionList<ActualOptions> options();
};

struct MarksOptions {
  std::string from, at, text;
  static OptionList<MarksOptions> options();
};

struct TotalOptions {
  std::string from, value;
  static OptionList<TotalOptions> options();
};

/// One of the first sixteen says the kind and holds the id.
struct ShowOptions {
  std::optional<std::string> kpi, line, bars, percentiles, forecast, shares, histogram, box, cohorts, funnel,
      paths, experiment, freshness, rejected, text, table;
  std::string from, title, x, value, of, by, unit, compare, compared_with, note, sample, partial, says;
  std::vector<std::string> y, columns, interval;
  Format format = Format::kNumber;
  Pick pick = Pick::kLast;
  Better better = Better::kNeither;
  BarOrder order = BarOrder::kByValue;
  std::int64_t trend = 0;
  std::int64_t bins = 20;
  Duration max_age{};
  bool adds_up = false;
  std::optional<ActualOptions> actual;
  std::optional<MarksOptions> marks;
  std::optional<TotalOptions> out_of;
  static OptionList<ShowOptions> options();
};

/// Fails: no kind or two, and a key that the kind needs or does not have. The message names the kind and the
/// id.
Result<Show> show_of(const ShowOptions& written);

}  // namespace weir::report
