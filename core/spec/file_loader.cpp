#include "spec/file_loader.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <weir/did_you_mean.hpp>

#include "spec/keys.hpp"
#include "spec/overlay.hpp"
#include "spec/reserved_words.hpp"
#include "spec/scalar.hpp"
#include "spec/sections.hpp"
#include "spec/templates.hpp"
#include "spec/yaml_reader.hpp"

namespace weir {
namespace {

constexpr std::array<std::string_view, 2> kVariableKeys = {"default", "description"};
// What only the pipeline's own file may say.
constexpr std::array<std::string_view, 5> kMainWords = {"state", "delivery", "checkpoint", "memory",
                                                        "schedule"};
constexpr size_t kDeepestInclude = 16;

YamlValue command_line_value(const std::string& name, const std::string& text) {
  YamlValue value;
  value.kind = YamlValue::Kind::kScalar;
  value.text = text;
  value.place = place_of_source("--var " + name);
  value.path_base = std::make_shared<const std::string>();
  return value;
}

std::string why_unreadable(const Status& status) {
  return status.code() == Code::kNotFound ? "there is no such file" : std::string(status.message());
}

}  // namespace

FileLoader::FileLoader(const LoadOptions& options, FaultList& faults) : options_(options), faults_(faults) {
  if (options_.variables_file) read_variables_file();
  for (const auto& [name, text] : options_.variables)
    outside_.insert_or_assign(name, command_line_value(name, text));
}

void FileLoader::read_variables_file() {
  std::optional<YamlValue> root = read_root(
      *options_.variables_file, place_of_source("--vars " + *options_.variables_file), Part::kInclude);
  if (!root || root->is_null() || !is_map(*root, "the file of --vars", faults_)) return;
  for (YamlEntry& entry : root->entries) outside_.insert_or_assign(entry.key, std::move(entry.value));
}

std::optional<YamlValue> FileLoader::read_root(const std::string& path, const Place& place, Part part) {
  Result<std::string> text = options_.read_file ? options_.read_file(path) : read_file_from_disk(path);
  if (!text.is_ok()) {
    const Place where = part == Part::kMain ? place_of_source(path) : place;
    faults_.error(where, "unreadable-file", "cannot read '" + path + "': " + why_unreadable(text.status()));
    return std::nullopt;
  }
  return read_yaml(std::make_shared<const SourceText>(path, std::move(text).value()), faults_);
}

LoadedFile* FileLoader::load_main(const std::string& path) { return load(path, {}, Part::kMain, nullptr); }

LoadedFile* FileLoader::load(const std::string& path, const Place& place, Part part,
                             const LoadedFile* outer) {
  std::optional<YamlValue> root = read_root(path, place, part);
  if (!root) return nullptr;
  if (root->is_null()) {
    faults_.error(place_of_source(path), "empty-file", "the file holds no pipeline",
                  "begin it with 'weir: 1'");
    return nullptr;
  }
  if (!is_map(*root, "a pipeline file", faults_)) return nullptr;
  if (part == Part::kInclude) add_origin(*root, "included here", place);
  stack_.push_back(path);
  LoadedFile& file = *files_.emplace_back(std::make_unique<LoadedFile>());
  file.path = path;
  file.root = std::move(*root);
  check_keys(file.root, "", pipeline_words(), faults_);
  if (part == Part::kMain || file.root.find("weir") != nullptr) check_version(file.root);
  if (part == Part::kInclude) check_include_words(file, place);
  const YamlValue overlaid = apply_environment(file.root, options_.environment, part == Part::kMain, faults_);
  file.variables = std::make_unique<Variables>(options_, faults_, nullptr);
  declare_variables(file, overlaid, outer);
  load_includes(file);
  if (const YamlEntry* templates = file.root.find("templates"))
    read_templates(templates->value, *file.variables, file.templates, faults_);
  read_sections(file.root, {*file.variables, file.templates, used_templates_, faults_}, nullptr, file.scope);
  // The tests of the pipeline's own file may name nodes too, and are read later.
  if (part == Part::kInclude) file.scope.names.report_unknown(faults_);
  stack_.pop_back();
  return &file;
}

void FileLoader::check_version(const YamlValue& root) {
  const YamlEntry* version = root.find("weir");
  if (version == nullptr) {
    Place top = place_at(root.place.source, 0, 1);
    faults_.error(top, "missing-weir", "the file does not say which version of the language it is written in",
                  "begin it with 'weir: 1'");
  } else if (!version->value.is_scalar() || version->value.text != "1") {
    faults_.error(version->value.place, "wrong-version",
                  "'weir': expected 1, the version of the language, found " + describe(version->value),
                  "write 'weir: 1'");
  }
}

void FileLoader::check_include_words(LoadedFile& file, const Place& place) {
  for (const std::string_view word : kMainWords)
    if (const YamlEntry* entry = file.root.find(word))
      faults_
          .error(entry->key_place, "not-in-include",
                 "'" + std::string(word) + "' can only be said by the pipeline's own file",
                 "take it away here, or move it to the file that includes this one")
          .second = FaultNote{"included here", place};
}

std::optional<YamlValue> FileLoader::outside_value(const std::string& name) const {
  const auto found = outside_.find(name);
  return found == outside_.end() ? std::nullopt : std::optional(found->second);
}

void FileLoader::declare_variables(LoadedFile& file, const YamlValue& overlaid, const LoadedFile* outer) {
  YamlEntry* section = file.root.find("vars");
  if (section == nullptr || section->value.is_null() || !is_map(section->value, "'vars'", faults_)) return;
  for (YamlEntry& entry : section->value.entries) {
    const std::string what = "variable '" + entry.key + "'";
    if (!is_node_name(entry.key))
      faults_.error(entry.key_place, "bad-name",
                    "'" + entry.key + "' is no name for a variable: names are [a-z][a-z0-9_]*");
    declared_.insert(entry.key);
    std::optional<YamlValue> value;
    if (entry.value.is_scalar() || entry.value.is_list()) {
      add_wrong_type(entry.value, what, "a map such as {default: ...}", faults_,
                     "write '" + entry.key + ": {default: ...}'");
      value = entry.value;
    } else if (entry.value.is_map()) {
      check_keys(entry.value, what, kVariableKeys, faults_);
      if (const YamlEntry* given = entry.value.find("default")) value = given->value;
    }
    Variables* home = nullptr;
    if (outer != nullptr && outer->variables->has(entry.key)) {
      YamlValue reference;
      reference.kind = YamlValue::Kind::kScalar;
      reference.text = "${" + entry.key + "}";
      reference.place = entry.key_place;
      value = std::move(reference);
      home = outer->variables.get();
    }
    if (const YamlEntry* environment = overlaid.find(entry.key)) value = environment->value, home = nullptr;
    if (auto given = outside_value(entry.key)) value = std::move(given), home = nullptr;
    file.variables->declare(entry.key, entry.key_place, std::move(value), home);
  }
}

void FileLoader::load_includes(LoadedFile& file) {
  YamlEntry* includes = file.root.find("include");
  if (includes == nullptr || includes->value.is_null()) return;
  if (!is_map(includes->value, "'include'", faults_)) {
    file.scope.names.set_incomplete();
    file.scope.references_are_known = false;
    return;
  }
  file.variables->replace_in(includes->value);
  for (const YamlEntry& entry : includes->value.entries) load_include(entry, file);
}

void FileLoader::load_include(const YamlEntry& entry, LoadedFile& file) {
  if (!is_node_name(entry.key))
    faults_.error(entry.key_place, "bad-name",
                  "'" + entry.key + "' is no name for an include: names are [a-z][a-z0-9_]*");
  for (const std::string_view section : {"sources", "transforms", "sinks"})
    if (const YamlEntry* nodes = file.root.find(section))
      if (const YamlEntry* node = nodes->value.find(entry.key))
        faults_
            .error(entry.key_place, "duplicate-node",
                   "the include '" + entry.key + "' has the name of a node", "give one of them another name")
            .second = FaultNote{"the node is declared here", node->key_place};
  LoadedFile* included = nullptr;
  if (const auto text = to_text(entry.value, "include '" + entry.key + "'", faults_)) {
    const std::string path = resolve_path(entry.value);
    if (std::ranges::find(stack_, path) != stack_.end() || stack_.size() >= kDeepestInclude)
      faults_.error(entry.value.place, "include-cycle", "'" + path + "' includes itself");
    else
      included = load(path, entry.value.place, Part::kInclude, &file);
  }
  if (included == nullptr) {
    if (file.scope.names.find(entry.key) == nullptr)
      file.scope.names.set(entry.key, {.node = {}, .port = {}, .place = entry.key_place});
    file.scope.references_are_known = false;
    return;
  }
  for (const auto& [name, shared] : included->templates)
    file.templates.insert_or_assign(entry.key + "." + name, shared);
  if (!included->scope.names.is_complete()) file.scope.names.set_incomplete();
  take_below(entry.key, std::move(included->scope), file.scope);
}

void FileLoader::check_leftovers() {
  for (const auto& file : files_) {
    const SectionContext context = {*file->variables, file->templates, used_templates_, faults_};
    for (const auto& [name, declared] : file->templates)
      if (declared->siblings == &file->templates && !used_templates_.contains(declared.get()))
        rehearse_template(*declared, context);
  }
  const std::vector<std::string> names(declared_.begin(), declared_.end());
  for (const auto& [name, value] : outside_) {
    if (declared_.contains(name)) continue;
    std::string hint = did_you_mean(name, names);
    if (hint.empty())
      hint = names.empty() ? "the pipeline has no 'vars'" : "the variables are " + list_words(names);
    faults_.error(value.place, "unknown-variable", "the pipeline has no variable '" + name + "'",
                  std::move(hint));
  }
}

}  // namespace weir
