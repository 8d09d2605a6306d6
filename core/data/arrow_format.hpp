#pragma once
// Format strings and metadata of the Arrow C Data Interface.
#include <string>
#include <string_view>

#include <weir/schema.hpp>
#include <weir/status.hpp>

#include "data/arrow_data.hpp"

namespace weir {

/// Returns the format string of a type, with texts as plain "u" and "z".
std::string arrow_format(const DataType& type);

/// Fills layout, parameters and the simple type of `field` from a format string; children are the caller's.
/// Fails: kUnsupported, naming what was found.
Status read_arrow_format(std::string_view format, ArrowField& field);

/// Key of the schema's metadata that names the column of event time.
inline constexpr std::string_view kEventTimeKey = "weir.event_time";

/// Returns key-value pairs in the binary form of ArrowSchema.metadata.
std::string arrow_metadata(const Metadata& metadata);
/// Borrows `encoded`, which may be null.
Metadata read_arrow_metadata(const char* encoded);

}  // namespace weir
