#pragma once
// Scalars take the type that is asked for: the conversions, and what they say when they cannot.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <weir/status.hpp>

#include "spec/fault.hpp"
#include "spec/value.hpp"

namespace weir {

using Microseconds = std::chrono::microseconds;

// From text. Fails: with "expected a whole number such as 1000, found 'ten'"; the hint, if any, follows a
// newline.

/// `true` or `false`; not `yes`, `on`, `1`.
Result<bool> parse_bool(std::string_view text);
/// Decimal, with `_` between digits if wanted: 1_000_000.
Result<int64_t> parse_int64(std::string_view text);
/// Decimal or scientific, `inf`, `-inf`, `nan`.
Result<double> parse_float64(std::string_view text);
/// Numbers with units, largest first: `1h30m`, `2.5s`, `50ms`. Units: ms s m h d w. A bare `0` is fine.
Result<Microseconds> parse_duration(std::string_view text);
/// A number with B, KB, MB, GB, TB (powers of 1,000) or KiB, MiB, GiB, TiB (powers of 1,024), or bytes alone.
Result<int64_t> parse_bytes(std::string_view text);
/// RFC 3339 (`2025-01-01T00:00:00Z`, offset or Z required), or a date (its midnight, UTC): since 1970-01-01.
Result<Microseconds> parse_timestamp(std::string_view text);
/// `1%` -> 0.01. Needs a percent sign.
Result<double> parse_percent(std::string_view text);

// From a declared value. `what` names it in the message: "option 'rows'". Returns nothing after it added one
// fault of code `wrong-type` at the value's place.

std::optional<bool> to_bool(const YamlValue& value, std::string_view what, FaultList& faults);
std::optional<int64_t> to_int64(const YamlValue& value, std::string_view what, FaultList& faults);
std::optional<double> to_float64(const YamlValue& value, std::string_view what, FaultList& faults);
/// Any scalar is a text, quoted or not.
std::optional<std::string> to_text(const YamlValue& value, std::string_view what, FaultList& faults);
std::optional<Microseconds> to_duration(const YamlValue& value, std::string_view what, FaultList& faults);
std::optional<int64_t> to_bytes(const YamlValue& value, std::string_view what, FaultList& faults);
std::optional<Microseconds> to_timestamp(const YamlValue& value, std::string_view what, FaultList& faults);

/// Adds the fault of a value of the wrong kind: "option 'by': expected a list, found 'a'".
void add_wrong_type(const YamlValue& value, std::string_view what, std::string_view expected,
                    FaultList& faults, std::string hint = {});

}  // namespace weir
