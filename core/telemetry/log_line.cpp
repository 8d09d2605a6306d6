#include "telemetry/log_line.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace weir {
namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
    case LogLevel::kOff:
      return "off";
  }
  return "off";
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool needs_quotes(std::string_view text) {
  return text.empty() || std::ranges::any_of(text, [](char c) {
           return is_control(c) || c == ' ' || c == '=' || c == '"' || static_cast<unsigned char>(c) >= 0x80;
         });
}

// Returns the length of the UTF-8 sequence at the start of `text`, 0 when it is none.
size_t sequence_length(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  const size_t length = first < 0x80                    ? 1
                        : first >= 0xC2 && first < 0xE0 ? 2
                        : first >= 0xE0 && first < 0xF0 ? 3
                        : first >= 0xF0 && first < 0xF5 ? 4
                                                        : 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  }
  // Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
  const bool is_bad = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) >= 0xA0) ||
                      (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) >= 0x90);
  return is_bad ? 0 : length;
}

// A message stays one line: what would break the line is shown as in JSON, without the quotes.
std::string one_line(const std::string& text) {
  if (std::ranges::none_of(text, is_control)) return text;
  const std::string quoted = json_quoted(text);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

std::string utc_text(int64_t time_us) {
  using namespace std::chrono;
  const sys_time<microseconds> time{microseconds(time_us)};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    const size_t length = sequence_length(text.substr(i));
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (c == '"' || c == '\\') {
      out.append(1, '\\').append(1, c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (is_control(c)) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += text.substr(i, length);
    }
    i += std::max<size_t>(length, 1);
  }
  return out += '"';
}

std::string text_line(const LogEvent& event, const Redactor& secrets) {
  std::string line = fmt::format("{} {:<5} {}", utc_text(event.time_us), name_of(event.level),
                                 one_line(secrets.redact(event.message)));
  for (const LogItem& field : event.fields) {
    const std::string value = secrets.redact(field.value);
    line.append(" ")
        .append(secrets.redact(field.key))
        .append("=")
        .append(needs_quotes(value) ? json_quoted(value) : value);
  }
  return line;
}

std::string json_line(const LogEvent& event, const Redactor& secrets) {
  std::string line = fmt::format(R"({{"time":"{}","level":"{}","message":{})", utc_text(event.time_us),
                                 name_of(event.level), json_quoted(secrets.redact(event.message)));
  for (const LogItem& field : event.fields) {
    const std::string value = secrets.redact(field.value);
    // A number that held a secret is no number any more.
    const bool is_bare = field.is_bare && value == field.value;
    line.append(",")
        .append(json_quoted(secrets.redact(field.key)))
        .append(":")
        .append(is_bare ? value : json_quoted(value));
  }
  return line += '}';
}

}  // namespace weir
