#include <array>
#include <map>
#include <utility>

#include "compose_analysis.hpp"
#include "input_rows.hpp"
#include "known_rows.hpp"
#include "latest_rows.hpp"
#include "mixed_rows.hpp"

namespace weir::report {
namespace {

// In the order of the figure's columns.
constexpr std::array<const char*, 5> kForecastColumns = {"forecast", "lower_80", "upper_80", "lower_95",
                                                         "upper_95"};

/// A row of the figure: of both inputs, by its x. Of rows of one input with one x it has the last.
class JoinedRows {
 public:
  explicit JoinedRows(std::vector<Column>& columns) : columns_(columns) {}
  void put(const Column& x, std::size_t row, std::size_t column, const Cell& value) {
    const auto [found, is_new] = rows_.emplace(key_of(x.cells[row]), columns_[0].cells.size());
    if (is_new) {
      columns_[0].cells.push_back(x.cells[row]);
      for (std::size_t i = 1; i < columns_.size(); ++i) columns_[i].cells.emplace_back();
    }
    columns_[column].cells[found->second] = value;
  }

 private:
  std::vector<Column>& columns_;
  std::map<Cell, std::size_t> rows_;
};

std::vector<Column> forecast_columns(const Column& x, std::string actual_label) {
  std::vector<Column> columns(7);
  columns[0] = x;
  columns[0].cells.clear();
  columns[1].name = "actual";
  columns[1].label = std::move(actual_label);
  constexpr std::array<const char*, 5> kLabels = {"Forecast", "80 % from", "80 % to", "95 % from", "95 % to"};
  for (std::size_t i = 0; i < kForecastColumns.size(); ++i) {
    columns[i + 2].name = kForecastColumns[i];
    columns[i + 2].label = kLabels[i];
  }
  return columns;
}

// How good such forecasts would have been belongs beside the forecast.
void note_scores(const Input& input, Figure& figure) {
  const Column* model = column_or_null(input, "model");
  const Column* mase = column_or_null(input, "mase");
  const Column* naive = column_or_null(input, "naive_mase");
  if (model == nullptr || mase == nullptr || naive == nullptr || model->cells.empty()) return;
  if (words_at(*model, 0).empty()) return;
  std::string note = "Model: " + words_at(*model, 0) + ".";
  const std::optional<double> own = number_at(*mase, 0);
  const std::optional<double> other = number_at(*naive, 0);
  if (own && other)
    note += " In the back-test it was wrong by " + words_at(*mase, 0) +
            " of a typical step, the seasonal naive by " + words_at(*naive, 0) +
            (*own < *other ? "." : ": the naive one is as good.");
  figure.notes.push_back(std::move(note));
}

}  // namespace

Status add_forecast(const Show& show, const Input& input, const std::vector<Input>& inputs, Figure& figure) {
  WEIR_RETURN_IF_ERROR(needs_rows_of(input, "forecast"));
  const Input latest = latest_rows(input, "origin");
  const Column* x = show.x.empty() ? forecast_time(latest) : column_or_null(latest, show.x);
  if (row_count(latest) < row_count(input)) figure.notes.emplace_back("The latest forecast is shown.");
  if (x == nullptr)
    return show.x.empty() ? Status::invalid("'x' is missing") : find_column(latest, show.x).status();
  figure.columns = forecast_columns(*x, show.actual.y.empty() ? "Actual" : as_words(show.actual.y));
  JoinedRows rows(figure.columns);
  std::string mixed = mixed_rows(latest, {x}, Remedy::kFilterBy);
  if (!show.actual.from.empty()) {
    WEIR_ASSIGN_OR_RETURN(const Input* came, find_input(inputs, show.actual.from));
    WEIR_ASSIGN_OR_RETURN(const Column* actual_x,
                          find_column(*came, show.actual.x.empty() ? x->name : show.actual.x));
    WEIR_ASSIGN_OR_RETURN(const Column* actual_y, find_numbers(*came, show.actual.y));
    figure.columns[1].expression = actual_y->expression;
    for (std::size_t row = 0; row < actual_x->cells.size(); ++row)
      rows.put(*actual_x, row, 1, actual_y->cells[row]);
    if (mixed.empty()) mixed = mixed_rows(*came, {actual_x}, Remedy::kFilterBy);
  }
  for (std::size_t i = 0; i < kForecastColumns.size(); ++i) {
    WEIR_ASSIGN_OR_RETURN(const Column* column, find_numbers(latest, kForecastColumns[i]));
    figure.columns[i + 2].expression = column->expression;
    for (std::size_t row = 0; row < x->cells.size(); ++row) rows.put(*x, row, i + 2, column->cells[row]);
  }
  // The scores are those of one series too.
  if (mixed.empty()) note_scores(latest, figure);
  show_as_table(latest, std::move(mixed), figure);
  return {};
}

}  // namespace weir::report
