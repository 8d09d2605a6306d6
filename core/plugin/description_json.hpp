#pragma once
// Descriptions as JSON: what the describing child sends, what the cache keeps, what `weir plugins --json`
// shows.
#include <string>
#include <string_view>

#include <weir/status.hpp>

#include "plugin/component_description.hpp"

namespace weir {

/// Returns one line of JSON; kinds, types and traits are numbers of the ABI.
std::string description_to_json(const LibraryDescription& description);
/// Reads what description_to_json() wrote. Fails: kCorrupt for anything else.
Result<LibraryDescription> description_from_json(std::string_view json);

}  // namespace weir
