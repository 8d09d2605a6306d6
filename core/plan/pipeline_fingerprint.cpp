#include "plan/pipeline_fingerprint.hpp"

#include <xxhash.h>

#include <cstdio>

namespace weir {
namespace {

void put(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

void put(std::string& out, const YamlValue& value) {
  switch (value.kind) {
    case YamlValue::Kind::kNull:
      out += 'n';
      return;
    case YamlValue::Kind::kScalar:
      out += 's';
      put(out, value.is_secret ? std::string_view("secret") : std::string_view(value.text));
      return;
    case YamlValue::Kind::kList:
      out += 'l';
      put(out, std::to_string(value.items.size()));
      for (const YamlValue& item : value.items) put(out, item);
      return;
    case YamlValue::Kind::kMap:
      out += 'm';
      put(out, std::to_string(value.entries.size()));
      for (const YamlEntry& entry : value.entries) {
        put(out, entry.key);
        put(out, entry.value);
      }
      return;
  }
}

}  // namespace

std::string pipeline_fingerprint(const PipelineSpec& spec) {
  std::string text;
  put(text, spec.name.value);
  for (const NodeSpec& node : spec.nodes) {
    put(text, node.name);
    put(text, node.type.value);
    for (const InputSpec& input : node.inputs) {
      put(text, input.port);
      for (const InputRef& ref : input.refs) {
        put(text, ref.node);
        put(text, ref.port);
      }
    }
    put(text, node.options);
    // Which nodes begin a region decides what lies in which manifest.
    if (node.buffer && node.buffer->disk) put(text, std::string_view("durable"));
    if (node.event_time) {
      put(text, node.event_time->column.value);
      if (node.event_time->max_delay) put(text, std::to_string(node.event_time->max_delay->value.count()));
    }
  }
  char digits[17];
  std::snprintf(digits, sizeof(digits), "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(text.data(), text.size())));
  return digits;
}

}  // namespace weir
