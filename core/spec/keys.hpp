#pragma once
// Keys that may stand in a map, and what to say about the others.
#include <span>
#include <string_view>

#include "spec/fault.hpp"
#include "spec/value.hpp"

namespace weir {

/// Adds the fault `unknown-key` at a key: "unknown key 'inptus' in node 'sane'", with the nearest of `words`
/// as hint, or all of them when none is near. `where`: "node 'sane'"; may be empty.
void add_unknown_key(const YamlEntry& entry, std::string_view where, std::span<const std::string_view> words,
                     FaultList& faults);

/// Reports every key of a map that is not among `words`. A key that was probably meant to be a word that is
/// missing takes its name, so that reading goes on as if it were right; other unknown keys are taken out.
/// Keys that begin with `x-` are taken out without a word when `where` is empty (the top of a file).
void check_keys(YamlValue& map, std::string_view where, std::span<const std::string_view> words,
                FaultList& faults);

/// Returns false, after one fault of code `wrong-type`, when the value is no map.
bool is_map(const YamlValue& value, std::string_view what, FaultList& faults);
/// Returns false, after one fault of code `wrong-type`, when the value is no list.
bool is_list(const YamlValue& value, std::string_view what, FaultList& faults);

}  // namespace weir
