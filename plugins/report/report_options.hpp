#pragma once
// The options of `report` as the YAML has them, and what they come to.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <weir/options.hpp>

#include "report.hpp"
#include "show_options.hpp"

namespace weir::report {

struct AboutOptions {
  std::string owner, audience, decision, measures, expected;
  static OptionList<AboutOptions> options();
};

struct SectionOptions {
  std::string id, title, question, answer;
  std::vector<std::string> labels;
  AboutOptions about;
  std::vector<ShowOptions> show;
  static OptionList<SectionOptions> options();
};

struct ReportOptions {
  Path path;
  std::string title = "Report";
  AboutOptions about;
  NamedList<std::string> nodes;                   ///< By input: the node that it reads.
  NamedList<std::string> sources;                 ///< By input: the files and tables behind it.
  NamedList<NamedList<std::string>> expressions;  ///< By input and column: what made it.
  std::vector<std::string> filter_by;
  std::string timezone = "UTC";
  std::vector<SectionOptions> sections;  ///< None: what the columns suggest.
};

/// Fails: an unknown time zone, an entry with no kind or with two, a key that its kind needs or does not
/// have, two filters.
Result<ReportSpec> report_spec(const ReportOptions& options);

}  // namespace weir::report
