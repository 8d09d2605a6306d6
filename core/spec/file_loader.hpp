#pragma once
// One file with its variables, templates and includes -> a Scope.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "spec/fault.hpp"
#include "spec/load.hpp"
#include "spec/scope.hpp"

namespace weir {

/// A file that was read. Its templates point to its variables, so it outlives them.
struct LoadedFile {
  std::string path;
  YamlValue root;  ///< A map, with the chosen environment laid over it.
  std::unique_ptr<Variables> variables;
  Templates templates;  ///< Its own and, below their prefixes, those of its includes.
  Scope scope;
};

/// Loads files for one pipeline.
class FileLoader {
 public:
  /// Borrows: both.
  FileLoader(const LoadOptions& options, FaultList& faults);

  /// Loads the file of the pipeline itself. Returns null when it is no YAML map; the fault tells.
  LoadedFile* load_main(const std::string& path);
  /// Checks what nobody used: templates, and variables of the command line.
  void check_leftovers();

 private:
  enum class Part { kMain, kInclude };
  std::optional<YamlValue> read_root(const std::string& path, const Place& place, Part part);
  LoadedFile* load(const std::string& path, const Place& place, Part part, const LoadedFile* outer);
  void declare_variables(LoadedFile& file, const YamlValue& overlaid, const LoadedFile* outer);
  std::optional<YamlValue> outside_value(const std::string& name) const;
  void load_includes(LoadedFile& file);
  void load_include(const YamlEntry& entry, LoadedFile& file);
  void check_include_words(LoadedFile& file, const Place& place);
  void read_variables_file();
  void check_version(const YamlValue& root);

  const LoadOptions& options_;
  FaultList& faults_;
  std::map<std::string, YamlValue> outside_;        // --var and --vars, by name.
  std::set<std::string> declared_;                  // Variables of any file.
  std::vector<std::string> stack_;                  // Files that are being loaded.
  std::vector<std::unique_ptr<LoadedFile>> files_;  // In the order in which they were begun.
  std::set<const Template*> used_templates_;
};

}  // namespace weir
