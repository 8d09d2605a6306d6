#include "suggest.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "input_rows.hpp"
#include "known_rows.hpp"

namespace weir::report {
namespace {

// More charts of one input are better chosen by somebody.
constexpr std::size_t kMostCharts = 4;
constexpr std::array<std::string_view, 3> kPercentiles = {"p50", "p90", "p99"};

// Columns that number or order rows: nothing to draw.
bool is_bookkeeping(const Column& column) {
  constexpr std::array<std::string_view, 5> kNames = {"revision", "step", "partition", "offset", "year"};
  return std::ranges::find(kNames, column.name) != kNames.end() || column.name.ends_with("_id") ||
         column.name == "id";
}

std::vector<std::string> drawn_numbers(const Input& input) {
  std::vector<std::string> names;
  for (const Column& column : input.columns)
    if (column.holds_numbers && !is_bookkeeping(column)) names.push_back(column.name);
  return names;
}

/// The first column of names but `other`, or null.
const Column* first_names(const Input& input, std::string_view other = "") {
  const auto found = std::ranges::find_if(input.columns, [&](const Column& column) {
    return column.name != other && !column.holds_numbers && !column.holds_moments &&
           !column.name.starts_with("is_");
  });
  return found == input.columns.end() ? nullptr : &*found;
}

Format format_of(std::string_view column) {
  if (column.ends_with("_bytes")) return Format::kBytes;
  if (column.ends_with("_seconds")) return Format::kSeconds;
  if (column == "share" || column == "rate" || column.ends_with("_share") || column.ends_with("_rate"))
    return Format::kPercent;
  return Format::kNumber;
}

class Suggestion {
 public:
  explicit Suggestion(const Input& input) : input_(input) {
    section_.id = input.port;
    section_.title = as_words(input.port);
  }

  SectionSpec make() {
    if (is_experiment(input_)) return only(ShowKind::kExperiment, "What does the experiment say?");
    if (is_funnel(input_)) return with_segments();
    if (is_retention(input_)) return only(ShowKind::kCohorts, "Do those who came once come back?");
    if (is_paths(input_)) return only(ShowKind::kPaths, "Which ways do people take?");
    if (is_forecast(input_)) return only(ShowKind::kForecast, "What comes next?");
    if (is_rejected(input_)) return rejected();
    const Column* time = first_moments(input_);
    const std::vector<std::string> numbers = drawn_numbers(input_);
    if (time != nullptr && !numbers.empty()) {
      add_over_time(*time, numbers);
    } else if (const Column* names = first_names(input_); names != nullptr && !numbers.empty()) {
      add_by_name(*names, numbers);
    } else {
      section_.question = "What do the rows of " + section_.title + " say?";
      add_totals(numbers);
    }
    add(ShowKind::kTable).title = "All rows";
    return std::move(section_);
  }

 private:
  // Names of inputs have no dots, so ids of two inputs differ.
  Show& add(ShowKind kind, const std::string& column = "") {
    Show& show = section_.show.emplace_back();
    show.kind = kind;
    show.id = input_.port + "." + std::string(kind_key(kind)) + (column.empty() ? "" : "." + column);
    show.from = input_.port;
    show.title = section_.title;
    return show;
  }

  SectionSpec only(ShowKind kind, std::string question) {
    section_.question = std::move(question);
    add(kind);
    return std::move(section_);
  }

  SectionSpec rejected() {
    section_.question = "Which rows were rejected, and why?";
    add(ShowKind::kRejected);
    add(ShowKind::kTable).columns = {"code", "message"};
    return std::move(section_);
  }

  SectionSpec with_segments() {
    section_.question = "Where are they lost on the way?";
    Show& show = add(ShowKind::kFunnel);
    for (const Column& column : input_.columns) {
      if (column.name == "step") break;
      if (!column.holds_moments) show.by = column.name;
    }
    return std::move(section_);
  }

  void add_over_time(const Column& time, const std::vector<std::string>& numbers) {
    const Column* names = first_names(input_);
    section_.question = "How does " + section_.title + " develop?";
    const bool has_band = std::ranges::all_of(kPercentiles, [&](std::string_view name) {
      return std::ranges::find(numbers, name) != numbers.end();
    });
    if (has_band && names == nullptr) {
      Show& band = add(ShowKind::kPercentiles);
      band.x = time.name;
      band.columns.assign(kPercentiles.begin(), kPercentiles.end());
    }
    // Of several names no one alone tells the rows of a moment apart, and their sum may be none.
    if (names != nullptr && first_names(input_, names->name) != nullptr) return;
    std::size_t charts = 0;
    for (const std::string& number : numbers) {
      const bool is_in_band = std::ranges::find(kPercentiles, number) != kPercentiles.end();
      if ((has_band && is_in_band && names == nullptr) || charts == kMostCharts) continue;
      ++charts;
      if (names == nullptr) add_last(number);
      Show& line = add(ShowKind::kLine, number);
      line.title = as_words(number);
      line.x = time.name;
      line.columns = {number};
      line.format = format_of(number);
      if (names != nullptr) line.by = names->name;
    }
  }

  void add_last(const std::string& number) {
    Show& tile = add(ShowKind::kKpi, number);
    tile.title = as_words(number) + ", last";
    tile.columns = {number};
    tile.format = format_of(number);
    tile.compare = "previous row";
    tile.trend = 24;
  }

  void add_by_name(const Column& names, const std::vector<std::string>& numbers) {
    section_.question = "Which " + names.name + " is largest?";
    for (std::size_t i = 0; i < std::min(kMostCharts, numbers.size()); ++i) {
      Show& bars = add(ShowKind::kBars, numbers[i]);
      bars.title = as_words(numbers[i]) + " by " + names.name;
      bars.x = names.name;
      bars.columns = {numbers[i]};
      if (const Column* next = first_names(input_, names.name)) bars.by = next->name;
      bars.format = format_of(numbers[i]);
    }
  }

  void add_totals(const std::vector<std::string>& numbers) {
    for (std::size_t i = 0; i < std::min(kMostCharts, numbers.size()); ++i) {
      Show& tile = add(ShowKind::kKpi, numbers[i]);
      tile.title = as_words(numbers[i]);
      tile.columns = {numbers[i]};
      tile.format = format_of(numbers[i]);
    }
  }

  const Input& input_;
  SectionSpec section_;
};

}  // namespace

std::vector<SectionSpec> suggested_sections(const std::vector<Input>& inputs) {
  std::vector<SectionSpec> sections;
  for (const Input& input : inputs) sections.push_back(Suggestion(input).make());
  return sections;
}

}  // namespace weir::report
