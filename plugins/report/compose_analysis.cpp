#include "compose_analysis.hpp"

#include <array>
#include <utility>

#include "input_rows.hpp"
#include "known_rows.hpp"
#include "latest_rows.hpp"
#include "mixed_rows.hpp"

namespace weir::report {
namespace {

Input latest_window(const Input& input, Figure& figure) {
  Input latest = latest_rows(input, "window_start");
  if (row_count(latest) < row_count(input)) figure.notes.emplace_back("The latest window is shown.");
  return latest;
}

}  // namespace

Status add_funnel(const Show& show, const Input& input, Figure& figure) {
  WEIR_RETURN_IF_ERROR(needs_rows_of(input, "funnel"));
  const Input latest = latest_window(input, figure);
  std::vector<const Column*> place = {column_or_null(latest, "step")};
  figure.columns = {
      shown_column(latest, "step_name", "Step"),
      shown_column(latest, "converted", "Got there"),
      shown_column(latest, "rate_from_first", "Of the first step", Format::kPercent),
      shown_column(latest, "rate_from_previous", "Of the step before", Format::kPercent),
      shown_column(latest, "p50_seconds", "Time from the step before, median", Format::kSeconds),
      shown_column(latest, "p90_seconds", "Time, p90", Format::kSeconds)};
  if (!show.by.empty()) {
    WEIR_ASSIGN_OR_RETURN(const Column* segment, find_column(latest, show.by));
    Column& added = figure.columns.emplace_back(*segment);
    added.label = as_words(show.by);
    place.push_back(segment);
  }
  const Remedy remedy = show.by.empty() ? Remedy::kBy : Remedy::kFilterBy;
  show_as_table(latest, mixed_rows(latest, place, remedy), figure);
  return {};
}

Status add_paths(const Input& input, Figure& figure) {
  WEIR_RETURN_IF_ERROR(needs_rows_of(input, "paths"));
  const Input latest = latest_window(input, figure);
  figure.columns = {shown_column(latest, "step", "Step"), shown_column(latest, "source", "From"),
                    shown_column(latest, "target", "To"), shown_column(latest, "count", "Times")};
  figure.columns[0].holds_numbers = true;
  const std::vector<const Column*> place = {column_or_null(latest, "step"), column_or_null(latest, "source"),
                                            column_or_null(latest, "target")};
  show_as_table(latest, mixed_rows(latest, place, Remedy::kFilterBy), figure);
  if (figure.not_drawn.empty() && row_count(latest) > kMostLinks)
    figure.notes.push_back("Drawn are the " + std::to_string(kMostLinks) + " largest; the table has all.");
  return {};
}

Status add_experiment(const Input& input, Figure& figure) {
  WEIR_RETURN_IF_ERROR(needs_rows_of(input, "experiment"));
  const Input latest = latest_rows(latest_rows(input, "window_start"), "revision");
  const Column& verdict = *column_or_null(latest, "verdict");
  const Column& sentence = *column_or_null(latest, "sentence");
  for (std::size_t row = 0; row < row_count(latest); ++row)
    if (sentence.cells[row] != Cell())
      figure.findings.push_back({words_at(verdict, row), words_at(sentence, row)});
  constexpr std::array<std::pair<const char*, const char*>, 11> kShown = {{{"metric", "Metric"},
                                                                           {"arm", "Arm"},
                                                                           {"control", "Against"},
                                                                           {"n", "Units"},
                                                                           {"n_control", "Units of control"},
                                                                           {"estimate", "Estimate"},
                                                                           {"estimate_control", "Of control"},
                                                                           {"difference", "Difference"},
                                                                           {"low", "95 % from"},
                                                                           {"high", "95 % to"},
                                                                           {"verdict", "Verdict"}}};
  for (const auto& [name, label] : kShown) figure.columns.push_back(shown_column(latest, name, label));
  return {};
}

}  // namespace weir::report
