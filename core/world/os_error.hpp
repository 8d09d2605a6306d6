#pragma once
// An errno as a Status.
#include <string_view>

#include <weir/status.hpp>

namespace weir {

/// Returns the fault "cannot <action> '<subject>': <text of the errno>" with the code that fits.
Status os_error(std::string_view action, std::string_view subject, int error_number);

}  // namespace weir
