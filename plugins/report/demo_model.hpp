#pragma once
// A report with every kind of item and with text that tries to break out, for the tests and for looking at.
#include "model.hpp"

namespace weir::report {

ReportModel demo_model();

}  // namespace weir::report
