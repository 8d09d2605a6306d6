#pragma once
// The log: one line an event, with fields, as text or JSON, without secrets.
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "world/clock.hpp"

namespace weir {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kOff };
enum class LogFormat { kText, kJson };

/// Returns the level of that name: debug, info, warn, error, off.
std::optional<LogLevel> log_level_of(std::string_view name);

/// One key=value of a log line. Numbers and booleans stay so in JSON.
struct LogItem {
  LogItem(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogItem(std::string_view k, const char* v) : key(k), value(v) {}
  LogItem(std::string_view k, const std::string& v) : key(k), value(v) {}
  LogItem(std::string_view k, std::same_as<bool> auto v)
      : key(k), value(v ? "true" : "false"), is_bare(true) {}
  template <class Number>
    requires(std::is_arithmetic_v<Number> && !std::same_as<Number, bool>)
  LogItem(std::string_view k, Number v)
      : key(k), value(number(v)), is_bare(std::is_integral_v<Number> || is_finite(v)) {}

  std::string_view key;  ///< Borrows: until the call returns.
  std::string value;
  bool is_bare = false;  ///< Written without quotes in JSON.

 private:
  template <class Number>
  static std::string number(Number v) {
    if constexpr (std::is_floating_point_v<Number>)
      return real(static_cast<double>(v));
    else
      return std::to_string(v);
  }
  static std::string real(double v);
  static bool is_finite(double v) { return v - v == 0; }
};

/// What a line looks like:
///   2025-01-01T00:00:00.000000Z warn  row rejected node=sane rows=3
///   {"time":"2025-01-01T00:00:00.000000Z","level":"warn","message":"row rejected","node":"sane","rows":3}
/// A text value with a blank, '=', '"' or a control character is quoted as in JSON. No line shows one of
/// process_secrets().
///
/// Threads: any, at once; lines do not mix.
class Logger {
 public:
  /// Is given one line at a time, its newline included.
  using Write = std::function<void(std::string_view line)>;

  /// Writes to stderr. Borrows `clock`.
  Logger(const Clock& clock, LogLevel level, LogFormat format);
  /// Writes to `write`, which one thread calls at a time and which must not log.
  Logger(const Clock& clock, LogLevel level, LogFormat format, Write write);
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  bool is_on(LogLevel level) const;
  void log(LogLevel level, std::string_view message, std::initializer_list<LogItem> fields = {});
  void debug(std::string_view message, std::initializer_list<LogItem> fields = {}) {
    log(LogLevel::kDebug, message, fields);
  }
  void info(std::string_view message, std::initializer_list<LogItem> fields = {}) {
    log(LogLevel::kInfo, message, fields);
  }
  void warn(std::string_view message, std::initializer_list<LogItem> fields = {}) {
    log(LogLevel::kWarn, message, fields);
  }
  void error(std::string_view message, std::initializer_list<LogItem> fields = {}) {
    log(LogLevel::kError, message, fields);
  }

 private:
  struct Backend;  // Keeps spdlog out of this header.

  const Clock& clock_;
  const LogFormat format_;
  const std::unique_ptr<Backend> backend_;
};

}  // namespace weir
