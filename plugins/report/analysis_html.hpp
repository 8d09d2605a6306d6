#pragma once
// Figures that are words and boxes of the page itself, which wrap, print and are read aloud as all text is.
#include <string>

#include "model.hpp"

namespace weir::report {

/// Returns the table of cohorts; the larger a rate, the darker its cell. Needs: a figure of kCohorts.
std::string cohorts_html(const Figure& figure);

/// Returns a bar for each step, as long as its part of the first one; one list for each segment.
/// Needs: a figure of kFunnel with rows.
std::string funnel_html(const Figure& figure);

/// Returns what each comparison comes to. Needs: a figure of kExperiment.
std::string findings_html(const Figure& figure);

}  // namespace weir::report
