#include "plan/plugin_functions.hpp"

#include <string>

namespace weir {
namespace {

expr::RefusedFunction shared_with_weir(const std::string& name, const std::string& others) {
  return {
      "ambiguous-function", "'" + name + "' is a function of Weir itself and of " + others,
      "a pipeline cannot say which: keep that library out of the plugin path, or give its function a name of "
      "its own (acme_" +
          name + ")"};
}

}  // namespace

expr::FunctionRegistry functions_with_plugins(ComponentCatalog& catalog) {
  expr::FunctionRegistry functions = expr::FunctionRegistry::builtin();
  for (const std::string& name : catalog.names(WEIR_KIND_FUNCTION)) {
    const FoundComponent found = catalog.find(WEIR_KIND_FUNCTION, name);
    const bool is_of_weir = functions.find(name) != nullptr;
    if (is_of_weir && found.library != nullptr) {
      functions.refuse(name, shared_with_weir(name, found.library->path));
    } else if (is_of_weir && found.fault->code == "ambiguous-component") {
      functions.refuse(name, shared_with_weir(name, "more than one library"));
    } else if (is_of_weir) {
      continue;  // A library that cannot be used takes no name away.
    } else if (found.component == nullptr) {
      functions.refuse(name, {found.fault->code, found.fault->message, found.fault->hint});
    } else if (const Status status = functions.add_plugin(*found.component); !status.is_ok()) {
      functions.refuse(name, {"unusable-library", std::string(status.message()), {}});
    }
  }
  return functions;
}

}  // namespace weir
