#pragma once
// What one file, or one use of a template, declares: nodes, the names for them, and templates.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "spec/names.hpp"
#include "spec/pipeline_spec.hpp"
#include "spec/value.hpp"
#include "spec/variables.hpp"

namespace weir {

struct Template;
/// Templates by the name that `type:` uses: "clean", or "lib.clean" from an include.
using Templates = std::map<std::string, std::shared_ptr<const Template>>;

struct TemplateParam {
  std::string name;
  Place place;
  std::string type;  ///< One of param_types().
  std::optional<YamlValue> default_value;
};

struct Template {
  std::string name;
  Place place;
  std::vector<TemplateParam> params;
  YamlValue body;                       ///< A map of sources, transforms and sinks.
  std::optional<YamlValue> output;      ///< A scalar: `inner` or `inner.port`.
  Variables* variables = nullptr;       ///< Of the file that holds it.
  const Templates* siblings = nullptr;  ///< What its nodes may use as types.
};

struct Scope {
  std::vector<NodeSpec> nodes;  ///< Names as this scope calls them.
  NameTable names;
  bool references_are_known = true;
};

/// Moves what `inner` declares into `outer`, below `prefix`: nodes become "prefix.node".
/// References that are not resolved yet (a template's `input`) stay for the outer scope.
void take_below(const std::string& prefix, Scope inner, Scope& outer);

}  // namespace weir
