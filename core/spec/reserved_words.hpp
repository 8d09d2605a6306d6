#pragma once
// The words of the language: keys that mean the same on every node, and the keys of a pipeline.
#include <span>
#include <string_view>

namespace weir {

/// Keys that belong to the engine on every node, the SDK's kReservedOptions: no component option has such a
/// name.
std::span<const std::string_view> reserved_node_words();

/// Keys at the top of a pipeline file.
std::span<const std::string_view> pipeline_words();

bool is_reserved_node_word(std::string_view word);

/// True for names of nodes, ports, variables, templates and includes: [a-z][a-z0-9_]*.
bool is_node_name(std::string_view name);

/// True for names of pipelines: [a-z][a-z0-9_-]*.
bool is_pipeline_name(std::string_view name);

}  // namespace weir
