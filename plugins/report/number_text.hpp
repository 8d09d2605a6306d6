#pragma once
// Numbers and moments as people write them, and as machines read them back.
#include <string>
#include <string_view>

#include "model.hpp"

namespace weir::report {

/// Returns the shortest digits that read back as `value`; "null" for NaN and infinities.
std::string raw_number(double value);

/// Returns `value` with thousands separators, as many decimals as help, and its unit: "$1,234.50", "12.5%",
/// "69,659 orders", "1.2 GB".
std::string number_text(double value, Format format, std::string_view unit);

/// Returns the same with its sign always written: "+12.5%", "−$3.10", "0".
std::string signed_text(double value, Format format, std::string_view unit);

/// Returns "2025-01-06", with " 12:30" or " 12:30:15" behind it when `with_time`.
std::string moment_text(Moment moment, bool with_time);

/// Returns ISO 8601 in UTC, "2025-01-06T12:30:15Z", with a fraction only where there is one.
std::string moment_iso(Moment moment);

}  // namespace weir::report
