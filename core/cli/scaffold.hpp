#pragma once
// The plugin that `weir new plugin` writes, one for each kind of component.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

namespace weir {

struct ScaffoldFile {
  std::string_view name;  ///< "transform/pipeline.yaml"; of all kinds: "README.md.txt".
  std::string_view text;
};

/// As they lie in core/cli/scaffold.
const std::vector<ScaffoldFile>& scaffold_files();

/// Returns the files of a new plugin by their names: the component is called `name`, its class in the same
/// words; `prefix` is where Weir is installed, for the commands of the README. Needs: `kind` is a kind of
/// component.
std::map<std::string, std::string> scaffold(std::string_view kind, const std::string& name,
                                            const std::string& prefix);

/// Fails: naming the rule, when no component and no library can be called so.
Status check_plugin_name(const std::string& name);

}  // namespace weir
