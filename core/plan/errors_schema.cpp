#include <algorithm>

#include "plan/bound_pipeline.hpp"
#include "plan/sensitivity.hpp"

namespace weir {
namespace {

bool is_personal(const Schema& columns) { return std::ranges::any_of(columns.fields, is_masked); }

}  // namespace

Schema errors_schema() {
  Schema schema;
  const auto add = [&](const char* name, Type type) { schema.fields.push_back(Field{name, type}); };
  add("time", Type::kTimestamp);
  add("run", Type::kString);
  add("node", Type::kString);
  add("port", Type::kString);
  add("component", Type::kString);
  add("code", Type::kString);
  add("message", Type::kString);
  add("partition", Type::kString);
  add("offset", Type::kInt64);
  add("column", Type::kString);
  add("raw", Type::kBinary);
  return schema;
}

Schema errors_schema_of(const BoundNode& node) {
  Schema schema = errors_schema();
  if (!std::ranges::any_of(node.inputs, is_personal) && !std::ranges::any_of(node.outputs, is_personal))
    return schema;
  for (Field& field : schema.fields) {
    if (field.name == "raw" || field.name == "message") field.set_metadata("weir.sensitivity", "direct");
  }
  return schema;
}

}  // namespace weir
