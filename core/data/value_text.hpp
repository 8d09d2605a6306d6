#pragma once
// Numbers, decimals and times as text, exactly.
#include <cstdint>
#include <string>

namespace weir {

/// Appends the shortest decimal text that reads back as the same number; "NaN", "Infinity", "-Infinity".
void append_float(double value, std::string& out);
void append_float(float value, std::string& out);
/// Appends 16 bytes of little endian two's complement divided by 10^scale, every digit: "-12.30".
void append_decimal(const void* bytes, int scale, std::string& out);
/// Appends "2025-01-31"; a year outside 0000..9999 gets its sign and all its digits.
void append_date(int64_t days_since_1970, std::string& out);
/// Appends "2025-01-31T12:00:00Z", with ".123456" before the Z where the microseconds are not 0.
void append_timestamp(int64_t microseconds_since_1970, std::string& out);

}  // namespace weir
