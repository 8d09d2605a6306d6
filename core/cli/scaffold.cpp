#include "cli/scaffold.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace weir {
namespace {

// Targets that CMake makes itself.
constexpr std::array<std::string_view, 8> kTakenNames = {"all",     "clean",   "edit_cache",    "help",
                                                         "install", "package", "rebuild_cache", "test"};
constexpr size_t kMaxNameBytes = 59;  // In the descriptor of a library.

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// tail_lines -> TailLines
std::string class_name(const std::string& name) {
  std::string made;
  bool begins_word = true;
  for (const char c : name) {
    if (c != '_') made += begins_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins_word = c == '_';
  }
  return made;
}

}  // namespace

std::map<std::string, std::string> scaffold(std::string_view kind, const std::string& name,
                                            const std::string& prefix) {
  std::map<std::string, std::string> files;
  for (const ScaffoldFile& file : scaffold_files()) {
    std::string target(file.name);
    if (const size_t slash = target.find('/'); slash != std::string::npos) {
      if (std::string_view(target).substr(0, slash) != kind) continue;
      target.erase(0, slash + 1);
    } else {
      target.erase(target.rfind('.'));  // "README.md.txt" would be this folder's own without its ending.
    }
    std::string text(file.text);
    replace_all(target, "plugin_name", name);
    replace_all(text, "plugin_name", name);
    replace_all(text, "PluginName", class_name(name));
    replace_all(text, "plugin_kind", std::string(kind));
    replace_all(text, "weir_prefix", prefix);
    files.emplace(std::move(target), std::move(text));
  }
  return files;
}

Status check_plugin_name(const std::string& name) {
  const auto is_fit = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  bool fits = !name.empty() && name[0] >= 'a' && name[0] <= 'z' && name.back() != '_';
  for (const char c : name) fits = fits && is_fit(c);
  if (!fits)
    return Status::invalid("'" + name + "' is no name for a plugin: expected small letters, digits and _, " +
                           "beginning with a letter, such as tail_lines");
  if (name.size() > kMaxNameBytes)
    return Status::invalid("'" + name + "' is too long for a plugin's name: at most 59 letters");
  if (std::ranges::find(kTakenNames, name) != kTakenNames.end())
    return Status::invalid("'" + name + "' cannot name a plugin: CMake has a target of that name");
  return {};
}

}  // namespace weir
