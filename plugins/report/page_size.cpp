#include "page_size.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cell_text.hpp"
#include "figure_html.hpp"
#include "number_text.hpp"

namespace weir::report {
namespace {

constexpr std::size_t kNamedFigures = 3;

std::string size_text(std::size_t bytes) {
  return number_text(static_cast<double>(bytes), Format::kBytes, "");
}

std::string figure_text(const Figure& figure, std::size_t bytes) {
  return "'" + figure.id + "' takes " + size_text(bytes) + " (" +
         counted_text(static_cast<double>(row_count(figure)), "row", "rows") + " of " +
         counted_text(static_cast<double>(figure.columns.size()), "column", "columns") + ")";
}

}  // namespace

Status check_page_size(const ReportModel& model, std::size_t bytes) {
  if (bytes <= kMostPageBytes) return {};
  std::vector<std::pair<std::size_t, std::string>> figures;
  for (const Section& section : model.sections)
    for (const Content& content : section.contents)
      for (const Figure& figure : content.figures) {
        const std::size_t size = figure_html(figure, Width::kFull).size();
        figures.emplace_back(size, figure_text(figure, size));
      }
  std::ranges::sort(figures, std::ranges::greater());
  std::string text = "the page would have " + size_text(bytes) + ", more than " + size_text(kMostPageBytes);
  for (std::size_t i = 0; i < std::min(kNamedFigures, figures.size()); ++i)
    text += (i == 0 ? ": " : ", ") + figures[i].second;
  return Status::invalid(text + "; aggregate the rows, round the numbers or show fewer columns");
}

}  // namespace weir::report
