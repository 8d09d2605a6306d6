#include "cli/language_schema.hpp"

#include <string_view>
#include <vector>

#include "plugin/component_description.hpp"
#include "plugin/component_reference.hpp"
#include "spec/reserved_words.hpp"
#include "telemetry/log_line.hpp"

namespace weir {
namespace {

constexpr std::string_view kDefinitions = R"json({
"text":{"type":["string","number","boolean"]},
"duration":{"type":["string","integer"],"examples":["50ms","30s","1h30m"]},
"size":{"type":["string","integer"],"examples":["64KB","1MiB"]},
"labels":{"type":"object","description":"Labels of columns: {user: direct}.","additionalProperties":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}},
"inputs":{"description":"The outputs that the node reads: a, a.port, [a, b] or {port: a}.","anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}},{"type":"object","additionalProperties":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}}]},
"event_time":{"type":"object","properties":{"column":{"type":"string"},"max_delay":{"$ref":"#/$defs/duration"},"idle_after":{"$ref":"#/$defs/duration"}},"required":["column"],"additionalProperties":false},
"batch":{"type":"object","properties":{"rows":{"type":["integer","string"]},"bytes":{"$ref":"#/$defs/size"},"timeout":{"$ref":"#/$defs/duration"}},"additionalProperties":false},
"retry":{"type":"object","properties":{"initial":{"$ref":"#/$defs/duration"},"max":{"$ref":"#/$defs/duration"},"multiplier":{"type":["number","string"]},"jitter":{"type":["number","string"]},"max_elapsed":{"$ref":"#/$defs/duration"},"open_after":{"type":["integer","string"]}},"additionalProperties":false},
"buffer":{"type":"object","properties":{"disk":{"$ref":"#/$defs/size"},"memory":{"$ref":"#/$defs/size"},"when_full":{"enum":["block","drop_newest","drop_oldest","dead_letter"]}},"additionalProperties":false},
"rows":{"type":"object","additionalProperties":{"type":"array","items":{"type":"object"}}},
"test":{"type":"object","properties":{"name":{"type":"string"},"given":{"$ref":"#/$defs/rows"},"expect":{"$ref":"#/$defs/rows"},"ordered":{"type":"boolean"}},"required":["name","given","expect"],"additionalProperties":false})json";

/// What the keys that mean the same on every node hold; a key that is not here may hold anything.
constexpr std::string_view kNodeProperties = R"json({
"inputs":{"$ref":"#/$defs/inputs"},
"id":{"type":"string"},
"description":{"type":"string"},
"labels":{"$ref":"#/$defs/labels"},
"event_time":{"$ref":"#/$defs/event_time"},
"batch":{"$ref":"#/$defs/batch"},
"parallelism":{"type":["integer","string"]},
"buffer":{"$ref":"#/$defs/buffer"},
"on_error":{"enum":["dead_letter","drop","fail"]},
"max_errors":{"type":["string","integer"]},
"retry":{"$ref":"#/$defs/retry"},
"type":{"type":"string","anyOf":[)json";

constexpr std::string_view kPipelineProperties = R"json({
"weir":{"const":1,"description":"The version of the language."},
"name":{"type":"string","pattern":"^[a-z][a-z0-9_-]*$"},
"about":{"type":"object","description":"For people: owner, audience, decision, measures, expected."},
"requires":{"type":"object","additionalProperties":{"type":"string"}},
"vars":{"type":"object"},
"environments":{"type":"object"},
"include":{"type":"object","additionalProperties":{"type":"string"}},
"templates":{"type":"object"},
"tests":{"type":"array","items":{"$ref":"#/$defs/test"}},
"state":{"type":["string","object"]},
"delivery":{"enum":["at_least_once","exactly_once","at_most_once"]},
"checkpoint":{"type":"object","properties":{"every":{"$ref":"#/$defs/duration"}},"additionalProperties":false},
"memory":{"$ref":"#/$defs/size"},
"schedule":{},
)json";

struct Section {
  uint32_t kind;
  std::string_view key;         // In a pipeline.
  std::string_view definition;  // Among $defs.
};
constexpr Section kSections[] = {{WEIR_KIND_SOURCE, "sources", "source"},
                                 {WEIR_KIND_TRANSFORM, "transforms", "transform"},
                                 {WEIR_KIND_SINK, "sinks", "sink"}};

/// If the type is this component's: its options, and no other key.
std::string options_of(const ComponentDescription& component) {
  std::string keys;
  for (const std::string_view word : reserved_node_words()) keys += json_quoted(word) + ",";
  for (const OptionDescription& option : component.options) keys += json_quoted(option.name) + ",";
  keys.pop_back();
  return "{\"if\":{\"properties\":{\"type\":{\"const\":" + json_quoted(component.name) +
         "}}},\"then\":{\"allOf\":[" + options_json_schema(component) + ",{\"propertyNames\":{\"enum\":[" +
         keys + "]}}]}}";
}

std::string node_definition(ComponentCatalog& catalog, uint32_t kind) {
  std::string types;
  std::string options;
  for (const std::string& name : catalog.names(kind)) {
    const FoundComponent found = catalog.find(kind, name);
    if (found.component == nullptr) continue;
    const ComponentDescription component = describe_component(*found.component);
    types +=
        "{\"const\":" + json_quoted(name) + ",\"description\":" + json_quoted(component.summary) + "},\n";
    options += (options.empty() ? "" : ",\n") + options_of(component);
  }
  return "{\"type\":\"object\",\"required\":[\"type\"],\"properties\":" + std::string(kNodeProperties) +
         types + "{\"type\":\"string\"}]}},\n\"allOf\":[" + options + "]}";
}

}  // namespace

std::string language_schema(ComponentCatalog& catalog) {
  std::string definitions(kDefinitions);
  std::string sections;
  for (const Section& section : kSections) {
    const std::string definition(section.definition);
    definitions += ",\n\"" + definition + "\":" + node_definition(catalog, section.kind);
    sections += (sections.empty() ? "\"" : ",\n\"") + std::string(section.key) +
                "\":{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/$defs/" + definition + "\"}}";
  }
  return R"json({"$schema":"https://json-schema.org/draft/2020-12/schema","title":"A pipeline of Weir","type":"object",
"required":["weir","name"],"properties":)json" +
         std::string(kPipelineProperties) + sections +
         "},\n\"patternProperties\":{\"^x-\":{}},\"additionalProperties\":false,\n\"$defs\":" + definitions +
         "}}\n";
}

}  // namespace weir
