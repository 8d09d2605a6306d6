#include "table_html.hpp"

#include <algorithm>

#include "cell_text.hpp"
#include "escape.hpp"
#include "number_text.hpp"

namespace weir::report {
namespace {

/// The class of a column's cells: how its words stand.
std::string class_html(const Column& column) {
  const std::string_view type = type_word(column);
  return type == "text" ? std::string() : " class=\"" + std::string(type) + "\"";
}

std::string caption_of(const Figure& figure, std::size_t shown) {
  const std::size_t rows = row_count(figure);
  std::string caption = escape_html(figure.title);
  if (shown < rows)
    caption += ": the first " + std::to_string(shown) + " of " +
               number_text(static_cast<double>(rows), Format::kNumber, "rows");
  return caption;
}

std::string head_html(const Figure& figure) {
  std::string html;
  for (const Column& column : figure.columns)
    html += "<th scope=\"col\"" + class_html(column) + ">" + escape_html(label_of(column)) +
            (has_zone(column) ? ", <span class=\"zone\">UTC</span>" : "") + "</th>";
  return html;
}

std::string body_html(const Figure& figure, std::size_t shown) {
  std::vector<CellTexts> texts;
  std::vector<std::string> classes;
  for (const Column& column : figure.columns) {
    texts.emplace_back(column, ZoneWord::kInHead);
    classes.push_back(class_html(column));
  }
  std::string html;
  for (std::size_t row = 0; row < shown; ++row) {
    html += "<tr>";
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string tag = i == 0 ? "th" : "td";
      const bool is_open = i == 0 && is_partial(figure.columns[0], row);
      html += "<" + tag + (i == 0 ? " scope=\"row\"" : "") + classes[i] + ">" + escape_html(texts[i][row]) +
              (is_open ? " <span class=\"label\">not over</span>" : "") + "</" + tag + ">";
    }
    html += "</tr>\n";
  }
  return html;
}

}  // namespace

std::string table_html(const Figure& figure) {
  const std::size_t shown = std::min(row_count(figure), kMaxTableRows);
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table: " +
         escape_html(figure.title) + "\"><table><caption>" + caption_of(figure, shown) +
         "</caption><thead><tr>" + head_html(figure) + "</tr></thead><tbody>\n" + body_html(figure, shown) +
         "</tbody></table></div>";
}

}  // namespace weir::report
