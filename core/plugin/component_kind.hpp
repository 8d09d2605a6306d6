#pragma once
// What a component is, in words.
#include <string>
#include <string_view>

#include <weir/abi.h>

namespace weir {

/// Returns "source", "transform", "sink", "format", "function", "aggregate"; "component" for any other
/// number.
std::string_view kind_name(uint32_t kind);
/// Returns the kind with its article: "a source", "an aggregate".
std::string kind_with_article(uint32_t kind);
/// Returns the kind of that name; 0 when there is none.
uint32_t kind_of_name(std::string_view name);
/// A name that YAML may use for a component, an option or a port: [a-z][a-z0-9_]*.
bool is_plain_name(std::string_view name);

}  // namespace weir
