#include "figure_json.hpp"

#include "cell_text.hpp"
#include "escape.hpp"
#include "moment_words.hpp"
#include "number_text.hpp"
#include "packed_moments.hpp"
#include "packed_numbers.hpp"
#include "show_kind.hpp"

namespace weir::report {
namespace {

std::string cell_json(const Column& column, const Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) return raw_number(*number);
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return std::to_string(*whole);
  if (const auto* moment = std::get_if<Moment>(&cell))
    return json_string(column.days ? moment_words(column, *moment) : moment_iso(*moment));
  if (const auto* text = std::get_if<std::string>(&cell)) return json_string(*text);
  return "null";
}

template <class Items, class Write>
std::string list_json(const Items& items, Write write) {
  std::string json = "[";
  for (const auto& item : items) {
    if (json.size() > 1) json += ",";
    json += write(item);
  }
  return json + "]";
}

std::string values_json(const Column& column) {
  if (const auto packed = column.days ? std::nullopt : packed_moments(column.cells)) return *packed;
  std::string written = list_json(column.cells, [&](const Cell& cell) { return cell_json(column, cell); });
  // Whole numbers are shorter as digits.
  if (auto packed = packed_numbers(column.cells); packed && packed->size() < written.size()) return *packed;
  return written;
}

std::string column_json(const Column& column) {
  std::string json = "{\"name\":" + json_string(column.name) + ",\"label\":" + json_string(label_of(column)) +
                     ",\"type\":" + json_string(type_word(column)) +
                     ",\"format\":" + json_string(format_word(column.format)) +
                     ",\"unit\":" + json_string(column.unit);
  if (!column.expression.empty()) json += ",\"expression\":" + json_string(column.expression);
  return json + ",\"values\":" + values_json(column) + "}";
}

std::string mark_json(const Mark& mark) {
  return "{\"at\":" + json_string(moment_iso(mark.at)) + ",\"text\":" + json_string(mark.text) + "}";
}

}  // namespace

std::string figure_json(const Figure& figure) {
  std::string json = "{\"id\":" + json_string(figure.id) +
                     ",\"kind\":" + json_string(figure_word(figure.kind)) +
                     ",\"title\":" + json_string(figure.title) +
                     ",\"order\":" + (figure.order == BarOrder::kByValue ? "\"by_value\"" : "\"as_given\"") +
                     ",\"rows\":" + std::to_string(figure.provenance.rows) +
                     ",\"window\":" + json_string(figure.provenance.window) +
                     ",\"sources\":" + list_json(figure.provenance.sources, json_string);
  if (!figure.marks.empty()) json += ",\"marks\":" + list_json(figure.marks, mark_json);
  if (!figure.columns.empty() && !figure.columns.front().partial_rows.empty())
    json += ",\"partial\":" + list_json(figure.columns.front().partial_rows,
                                        [](std::size_t row) { return std::to_string(row); });
  return json + ",\"columns\":" + list_json(figure.columns, column_json) + "}";
}

}  // namespace weir::report
