// Writes the demo report to the path that the first argument names.
#include <fstream>
#include <iostream>

#include "assets.hpp"
#include "demo_model.hpp"
#include "html.hpp"

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: weir_report_demo FILE.html\n";
    return 2;
  }
  std::ofstream file(arguments[1], std::ios::binary);
  file << weir::report::render_html(weir::report::demo_model(), weir::report::asset_echarts_js());
  return file.flush() ? 0 : 1;
}
