#pragma once
// The files of assets/ and Apache ECharts, as the build put them into the library.
#include <string_view>

namespace weir::report {

std::string_view asset_page_html();
std::string_view asset_report_css();
/// The scripts, one after the other: they share their names and see nothing outside.
std::string_view asset_report_js();
/// Apache ECharts 6, the whole build: the smaller ones have no Sankey and no boxes.
std::string_view asset_echarts_js();

}  // namespace weir::report
