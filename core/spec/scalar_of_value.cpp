// Conversions of declared values: the faults around the conversions of texts.
#include <utility>

#include "spec/scalar.hpp"

namespace weir {
namespace {

// Splits what a parse_ function says into message and hint, and hides what may not be shown.
void add_conversion_fault(const YamlValue& value, std::string_view what, const Status& status,
                          FaultList& faults) {
  std::string message(status.message());
  std::string hint;
  if (const size_t newline = message.find('\n'); newline != std::string::npos) {
    hint = value.is_secret ? std::string() : message.substr(newline + 1);
    message.resize(newline);
  }
  message = message.substr(0, message.find(", found '")) + ", found " + describe(value);
  faults.error(value.place, "wrong-type", std::string(what) + ": " + message, std::move(hint));
}

template <class T>
std::optional<T> convert(const YamlValue& value, std::string_view what, std::string_view expected,
                         FaultList& faults, Result<T> (*parse)(std::string_view)) {
  if (value.is_faulty) return std::nullopt;
  if (!value.is_scalar()) {
    add_wrong_type(value, what, expected, faults);
    return std::nullopt;
  }
  Result<T> parsed = parse(value.text);
  if (parsed.is_ok()) return std::move(parsed).value();
  add_conversion_fault(value, what, parsed.status(), faults);
  return std::nullopt;
}

}  // namespace

void add_wrong_type(const YamlValue& value, std::string_view what, std::string_view expected,
                    FaultList& faults, std::string hint) {
  if (value.is_faulty) return;
  faults.error(value.place, "wrong-type",
               std::string(what) + ": expected " + std::string(expected) + ", found " + describe(value),
               std::move(hint));
}

std::optional<bool> to_bool(const YamlValue& value, std::string_view what, FaultList& faults) {
  return convert<bool>(value, what, "true or false", faults, parse_bool);
}

std::optional<int64_t> to_int64(const YamlValue& value, std::string_view what, FaultList& faults) {
  return convert<int64_t>(value, what, "a whole number such as 1000", faults, parse_int64);
}

std::optional<double> to_float64(const YamlValue& value, std::string_view what, FaultList& faults) {
  return convert<double>(value, what, "a number such as 0.5", faults, parse_float64);
}

std::optional<std::string> to_text(const YamlValue& value, std::string_view what, FaultList& faults) {
  if (value.is_scalar() && !value.is_faulty) return value.text;
  add_wrong_type(value, what, "a text", faults,
                 value.is_null() && !value.text.empty()
                     ? "write '" + value.text + "' in quotes if the text is meant"
                     : "");
  return std::nullopt;
}

std::optional<Microseconds> to_duration(const YamlValue& value, std::string_view what, FaultList& faults) {
  return convert<Microseconds>(value, what, "a duration such as 30s, 5m or 1h30m", faults, parse_duration);
}

std::optional<int64_t> to_bytes(const YamlValue& value, std::string_view what, FaultList& faults) {
  return convert<int64_t>(value, what, "a size such as 64MB or 64MiB", faults, parse_bytes);
}

std::optional<Microseconds> to_timestamp(const YamlValue& value, std::string_view what, FaultList& faults) {
  return convert<Microseconds>(value, what,
                               "a time such as 2025-01-31T12:00:00Z, or a date such as 2025-01-31", faults,
                               parse_timestamp);
}

}  // namespace weir
