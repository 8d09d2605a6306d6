#include "telemetry/log.hpp"

#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "telemetry/log_line.hpp"
#include "telemetry/redact.hpp"

namespace weir {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

/// Hands finished lines to a function.
class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FunctionSink(Logger::Write write) : write_(std::move(write)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    write_(std::string_view(line.data(), line.size()));
  }
  void flush_() override {}

 private:
  const Logger::Write write_;
};

}  // namespace

struct Logger::Backend {
  Backend(spdlog::sink_ptr sink, LogLevel level) : logger("weir", std::move(sink)) {
    // The whole line is made before: spdlog adds the newline, keeps threads apart and writes.
    logger.set_pattern("%v");
    logger.set_level(spdlog_level(level));
    logger.flush_on(spdlog::level::warn);
  }
  spdlog::logger logger;
};

std::optional<LogLevel> log_level_of(std::string_view name) {
  if (name == "debug") return LogLevel::kDebug;
  if (name == "info") return LogLevel::kInfo;
  if (name == "warn") return LogLevel::kWarn;
  if (name == "error") return LogLevel::kError;
  if (name == "off") return LogLevel::kOff;
  return std::nullopt;
}

std::string LogItem::real(double v) { return fmt::format("{}", v); }

Logger::Logger(const Clock& clock, LogLevel level, LogFormat format)
    : clock_(clock),
      format_(format),
      backend_(std::make_unique<Backend>(std::make_shared<spdlog::sinks::stderr_sink_mt>(), level)) {}

Logger::Logger(const Clock& clock, LogLevel level, LogFormat format, Write write)
    : clock_(clock),
      format_(format),
      backend_(std::make_unique<Backend>(std::make_shared<FunctionSink>(std::move(write)), level)) {}

Logger::~Logger() = default;

bool Logger::is_on(LogLevel level) const {
  return level != LogLevel::kOff && backend_->logger.should_log(spdlog_level(level));
}

void Logger::log(LogLevel level, std::string_view message, std::initializer_list<LogItem> fields) {
  if (!is_on(level)) return;
  const LogEvent event{clock_.now_us(), level, message, fields};
  const std::string line =
      format_ == LogFormat::kJson ? json_line(event, process_secrets()) : text_line(event, process_secrets());
  backend_->logger.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace weir
