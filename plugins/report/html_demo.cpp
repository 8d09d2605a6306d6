// Writes the demo report, or one of every kind of figure, to the path that the first argument names.
#include <fstream>
#include <iostream>

#include "assets.hpp"
#include "demo_model.hpp"
#include "every_kind.hpp"
#include "html.hpp"

int main(int count, char** arguments) {
  using weir::report::every_kind;
  using weir::report::rows_named;
  const std::string_view rows = count == 3 ? arguments[2] : "";
  if (count < 2 || count > 3 || (count == 3 && !rows_named(rows))) {
    std::cerr << "usage: weir_report_demo FILE.html [usual | longest | one | none | null]\n";
    return 2;
  }
  const weir::report::ReportModel model =
      count == 3 ? every_kind(*rows_named(rows)) : weir::report::demo_model();
  std::ofstream file(arguments[1], std::ios::binary);
  file << weir::report::render_html(model, weir::report::asset_echarts_js());
  return file.flush() ? 0 : 1;
}
