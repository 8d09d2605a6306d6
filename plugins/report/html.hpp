#pragma once
// A report as one HTML file that opens from disk and asks nothing of any network.
#include <string>
#include <string_view>

#include "model.hpp"

namespace weir::report {

/// Returns the whole page with `echarts_js` inlined. All text of `model` is escaped.
///
/// What a machine may rely on: `answer-<section id>` with `data-value`, `tile-<tile id>` with `data-value`
/// and `data-previous`, and the JSON of each figure in `data-<figure id>`.
std::string render_html(const ReportModel& model, std::string_view echarts_js);

}  // namespace weir::report
