#include "plan/column_expressions.hpp"

namespace weir {
namespace {

/// The entries of a map option that are plain texts; null when there is no such option.
const YamlValue* map_option(const YamlValue& options, std::string_view name) {
  const YamlEntry* const entry = options.is_map() ? options.find(name) : nullptr;
  return entry != nullptr && entry->value.is_map() ? &entry->value : nullptr;
}

bool is_text(const YamlValue& value) { return value.is_scalar() && !value.is_secret; }

void add_texts(const YamlValue* texts, std::map<std::string, std::string>& made) {
  if (texts == nullptr) return;
  for (const YamlEntry& entry : texts->entries)
    if (is_text(entry.value)) made.emplace(entry.key, entry.value.text);
}

void add_renamed(const YamlValue* names, std::map<std::string, std::string>& made) {
  if (names == nullptr) return;
  for (const YamlEntry& entry : names->entries)
    if (is_text(entry.value)) made.emplace(entry.value.text, entry.key);
}

}  // namespace

std::map<std::string, std::string> column_expressions(const DeclaredPipeline& pipeline, size_t node) {
  std::map<std::string, std::string> made;
  // A circle, which is told of elsewhere, must not keep this going.
  for (size_t steps = 0; steps < pipeline.nodes.size(); ++steps) {
    const YamlValue& options = pipeline.nodes[node].spec->options;
    const YamlValue* const computed = map_option(options, "compute");
    add_texts(computed, made);
    add_texts(map_option(options, "set"), made);
    add_renamed(map_option(options, "rename"), made);
    const auto reads = pipeline.reads.find(node);
    if (computed != nullptr || reads == pipeline.reads.end() || reads->second.size() != 1) break;
    node = reads->second.front().from;
  }
  return made;
}

}  // namespace weir
