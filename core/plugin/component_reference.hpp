#pragma once
// What a component offers its users, as a page of the reference, as text for a terminal, as JSON Schema.
#include <string>

#include "plugin/component_description.hpp"

namespace weir {

/// Returns a Markdown section: heading, summary, description, table of options, ports, traits in words,
/// example.
std::string component_markdown(const ComponentDescription& component);
/// Returns the same for `weir plugins show`, as plain text.
std::string component_text(const ComponentDescription& component);
/// Returns {"properties":{...},"required":[...]} of its options, one line. Every value may also be a text
/// that holds ${...}.
std::string options_json_schema(const ComponentDescription& component);

}  // namespace weir
