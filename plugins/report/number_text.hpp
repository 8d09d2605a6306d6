#pragma once
// Numbers and moments as people write them, and as machines read them back.
#include <optional>
#include <string>
#include <string_view>

#include "model.hpp"

namespace weir::report {

/// Returns the word of a format in YAML and in the page's data: "bytes".
std::string_view format_word(Format format);
/// Returns the format of that word, or nothing.
std::optional<Format> format_named(std::string_view word);

/// Returns the shortest digits that read back as `value`; "null" for NaN and infinities.
std::string raw_number(double value);

/// Returns `value` with thousands separators, as many decimals as help, and its unit: "$1,234.50", "12.5%",
/// "69,659 orders", "1.2 GB", "1.2 Gb", "3.4 MW", "1 h 5 min".
std::string number_text(double value, Format format, std::string_view unit);

/// Returns the same with its sign always written: "+12.5%", "−$3.10", "0".
std::string signed_text(double value, Format format, std::string_view unit);

/// Returns the change in parts of the size of what was before, so a value that grew has a positive one
/// although both are negative: (value - previous) / |previous|. Needs: `previous` is not 0.
double relative_change(double value, double previous);

/// Returns "1 row" or "12 rows".
std::string counted_text(double count, std::string_view one, std::string_view many);

/// Returns "2025-01-06 12:30" or "2025-01-06 12:30:15" in UTC, for a place that names the zone.
std::string clock_text(Moment moment);
/// Returns the same with its zone: "2025-01-06 12:30 UTC". The page's script turns it into the reader's zone.
std::string moment_text(Moment moment);

/// Returns ISO 8601 in UTC, "2025-01-06T12:30:15Z", with a fraction only where there is one.
std::string moment_iso(Moment moment);

}  // namespace weir::report
