#pragma once
// The options of `report` as the YAML has them, and what they come to.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <weir/options.hpp>

#include "report.hpp"

namespace weir::report {

/// One entry of `show:` as written: one of the first five says the kind and holds the id.
struct ShowOptions {
  std::optional<std::string> kpi, line, bars, percentiles, table;
  std::string from, title, x, value, of, unit, compare, compared_with, note;
  std::vector<std::string> y, columns;
  Format format = Format::kNumber;
  Pick pick = Pick::kLast;
  Better better = Better::kNeither;
  BarOrder order = BarOrder::kByValue;
  std::int64_t trend = 0;
  static OptionList<ShowOptions> options();
};

struct SectionOptions {
  std::string id, title, question, answer;
  std::vector<std::string> labels;
  std::vector<ShowOptions> show;
  static OptionList<SectionOptions> options();
};

struct AboutOptions {
  std::string owner, decision, measures;
  static OptionList<AboutOptions> options();
};

struct ReportOptions {
  Path path;
  std::string title = "Report";
  AboutOptions about;
  NamedList<std::string> sources;  ///< By input: the files and tables behind it.
  std::vector<SectionOptions> sections;
};

/// Fails: an entry with no kind or with two, and a key that its kind does not have.
Result<ReportSpec> report_spec(const ReportOptions& options);

}  // namespace weir::report
