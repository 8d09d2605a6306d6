#pragma once
// YAML text -> YamlValue, with a place for everything and no silent acceptance.
#include <cstddef>
#include <memory>
#include <optional>

#include "spec/fault.hpp"
#include "spec/value.hpp"

namespace weir {

/// What a text may cost before it is refused.
struct YamlLimits {
  size_t bytes = size_t{16} << 20;
  size_t nesting = 64;
  size_t aliased_values = 100'000;  ///< Values that aliases and merge keys copy, all together.
};

/// Reads one YAML document.
///
/// Aliases are copied in, with the place of the anchor and the alias as origin. The merge key `<<` adds the
/// entries of a map, or of a list of maps, that are not there. Keys are texts, whatever they look like.
///
/// Returns the value (an empty map for an empty text), or nothing when the text is not YAML at all: then
/// `faults` has exactly one more fault. Duplicate keys, keys that are no texts and unknown tags are faults,
/// after which the rest is still read; the first of two equal keys counts. Fails: never otherwise, whatever
/// the bytes.
std::optional<YamlValue> read_yaml(const std::shared_ptr<const SourceText>& source, FaultList& faults,
                                   const YamlLimits& limits = {});

}  // namespace weir
