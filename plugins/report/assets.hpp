#pragma once
// The files of assets/ and Apache ECharts, as the build put them into the library.
#include <string_view>

namespace weir::report {

std::string_view asset_page_html();
std::string_view asset_report_css();
std::string_view asset_report_js();
/// Apache ECharts 6, the `common` build: the smallest of the published ones that has the SVG renderer.
std::string_view asset_echarts_js();

}  // namespace weir::report
