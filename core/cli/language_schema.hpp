#pragma once
// The language of pipelines as a JSON Schema, for editors.
#include <string>

#include "plugin/component_catalog.hpp"

namespace weir {

/// Returns a JSON Schema (2020-12) of a pipeline file, with the options of every component that `catalog` can
/// load. Names of templates are types too, so a type that is no component's is let through; `weir check`
/// knows better.
std::string language_schema(ComponentCatalog& catalog);

}  // namespace weir
