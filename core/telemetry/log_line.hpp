#pragma once
// How one log line is written.
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "telemetry/log.hpp"
#include "telemetry/redact.hpp"

namespace weir {

/// One event, before it is text.
struct LogEvent {
  int64_t time_us;
  LogLevel level;
  std::string_view message;
  std::initializer_list<LogItem> fields;
};

/// Return the line without its newline.
std::string text_line(const LogEvent& event, const Redactor& secrets);
std::string json_line(const LogEvent& event, const Redactor& secrets);

/// Returns a time as 2025-01-01T00:00:00.000000Z.
std::string utc_text(int64_t time_us);
/// Returns `text` as a JSON string, quotes included. Bytes that are no UTF-8 become U+FFFD.
std::string json_quoted(std::string_view text);

}  // namespace weir
