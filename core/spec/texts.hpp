#pragma once
// For tests: pipelines that are texts in memory instead of files.
#include <map>
#include <string>
#include <string_view>

#include "spec/load.hpp"

namespace weir {

/// Files and environment variables by name.
struct Texts {
  std::map<std::string, std::string> files;
  std::map<std::string, std::string> environment;
};

/// Loads "p.yaml" of `texts`. `options`: its callbacks are replaced.
inline LoadResult load(Texts texts, LoadOptions options = {}) {
  options.read_file = [files = std::move(texts.files)](const std::string& path) -> Result<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return Status::not_found("no such file");
    return found->second;
  };
  options.read_environment = [variables = std::move(texts.environment)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  return load_pipeline("p.yaml", options);
}

/// Loads one text.
inline LoadResult load(std::string text, const LoadOptions& options = {}) {
  return load(Texts{.files = {{"p.yaml", std::move(text)}}, .environment = {}}, options);
}

/// Returns the faults in their order without the lines of the source: place, message, code, hint, and below
/// each the places that led to it.
inline std::string faults_with_origins(const LoadResult& result) {
  std::string out;
  for (const Fault& fault : result.faults.sorted()) {
    out += fault.place.to_string() + ": " + fault.message + " [" + fault.code + "]; " + fault.hint + "\n";
    for (const Origin* o = fault.place.origin.get(); o != nullptr; o = o->place.origin.get())
      out += "  " + o->place.to_string() + ": " + o->note + "\n";
  }
  return out;
}

/// Returns a whole pipeline around the given lines: a source `events`, then `middle`, then a sink `out` that
/// reads `events`. `middle` begins at line 5.
inline std::string pipeline_around(std::string_view middle) {
  return "weir: 1\nname: p\nsources:\n  events: {type: file, path: in.csv}\n" + std::string(middle) +
         "sinks:\n  out: {type: file, inputs: events, path: out.csv}\n";
}

}  // namespace weir
