#include "compose_badge.hpp"

#include <algorithm>
#include <map>

#include "input_rows.hpp"
#include "moment_words.hpp"
#include "number_text.hpp"

namespace weir::report {
namespace {

Badge badge_of(const Show& show, const Input& input, std::string_view label) {
  Badge badge{
      show.id, show.title.empty() ? std::string(label) : show.title, {}, "", {}, provenance_of(input)};
  if (!show.note.empty()) badge.notes.push_back(show.note);
  return badge;
}

Result<const Column*> time_column(const Show& show, const Input& input) {
  if (show.x.empty()) {
    if (const Column* first = first_moments(input)) return first;
    return Status::invalid("input '" + input.port + "' has no column of times");
  }
  WEIR_ASSIGN_OR_RETURN(const Column* column, find_column(input, show.x));
  if (column->holds_moments) return column;
  return Status::invalid("column '" + show.x + "' in input '" + input.port + "' holds no times");
}

std::string age_text(std::int64_t age_us) {
  return number_text(static_cast<double>(age_us / 1'000'000), Format::kSeconds, "");
}

// The three most frequent reasons; more are in the dead-letter store.
std::vector<std::string> reasons_of(const Input& input) {
  const Column* code = column_or_null(input, "code");
  if (code == nullptr) return {};
  std::map<std::string, int> counts;
  for (std::size_t row = 0; row < code->cells.size(); ++row) ++counts[words_at(*code, row)];
  std::vector<std::pair<int, std::string>> ordered;
  for (const auto& [reason, count] : counts) ordered.emplace_back(-count, reason);
  std::ranges::sort(ordered);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, ordered.size()); ++i)
    texts.push_back(counted_text(-ordered[i].first, "row", "rows") + ": " + ordered[i].second);
  return texts;
}

}  // namespace

Result<Badge> compose_freshness(const Show& show, const Input& input, Moment now) {
  WEIR_ASSIGN_OR_RETURN(const Column* time, time_column(show, input));
  Badge badge = badge_of(show, input, "How fresh the data is");
  badge.provenance.expression = "the latest " + time->name;
  std::optional<std::int64_t> newest;
  for (const Cell& cell : time->cells)
    if (const auto* at = std::get_if<Moment>(&cell)) newest = std::max(newest.value_or(at->us), at->us);
  if (!newest) {
    badge.text = "No row came";
    return badge;
  }
  const std::int64_t age_us = now.us - *newest;
  badge.text = "Data up to " + moment_words(*time, Moment{*newest});
  badge.notes.insert(badge.notes.begin(), age_us < 0 ? "Later than this page was made."
                                                     : age_text(age_us) + " before this page was made.");
  if (show.max_age_us == 0) return badge;
  const bool is_fresh = age_us <= show.max_age_us;
  badge.state = is_fresh ? Badge::State::kGood : Badge::State::kBad;
  badge.text = (is_fresh ? "Fresh: d" : "Stale: d") + badge.text.substr(1);
  badge.notes.push_back("Fresh is at most " + age_text(show.max_age_us) + ".");
  return badge;
}

Result<Badge> compose_rejected(const Show& show, const Input& input, const std::vector<Input>& inputs) {
  Badge badge = badge_of(show, input, "Rejected rows");
  badge.provenance.expression = "all rows of " + input.port;
  std::optional<double> total;
  if (!show.out_of.from.empty()) {
    WEIR_ASSIGN_OR_RETURN(const Input* whole, find_input(inputs, show.out_of.from));
    WEIR_ASSIGN_OR_RETURN(const Column* value, find_numbers(*whole, show.out_of.value));
    if (!value->cells.empty()) total = number_at(*value, value->cells.size() - 1);
  }
  const auto rejected = static_cast<double>(row_count(input));
  badge.state = rejected == 0 ? Badge::State::kGood : Badge::State::kBad;
  const std::string what = rejected == 0 ? "No row" : counted_text(rejected, "row", "rows");
  if (total) {
    badge.text = what + " of " + number_text(*total, Format::kNumber, "") + " rejected";
    if (rejected > 0 && *total > 0)
      badge.text += " (" + number_text(rejected / *total, Format::kPercent, "") + ")";
  } else {
    badge.text = what + " rejected";
  }
  for (std::string& reason : reasons_of(input)) badge.notes.push_back(std::move(reason));
  return badge;
}

}  // namespace weir::report
