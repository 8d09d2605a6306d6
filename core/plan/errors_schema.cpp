#include "plan/bound_pipeline.hpp"

namespace weir {

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

}  // namespace weir
