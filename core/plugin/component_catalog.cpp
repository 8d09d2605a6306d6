#include "plugin/component_catalog.hpp"

#include <algorithm>
#include <utility>
#include <weir/did_you_mean.hpp>

#include "plugin/component_kind.hpp"
#include "plugin/version_requirement.hpp"

namespace weir {
namespace {

constexpr uint32_t kKinds[] = {WEIR_KIND_SOURCE, WEIR_KIND_TRANSFORM, WEIR_KIND_SINK,
                               WEIR_KIND_FORMAT, WEIR_KIND_FUNCTION,  WEIR_KIND_AGGREGATE};

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

// "a source and a sink"
std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

FoundComponent without(CatalogFault fault) { return {nullptr, nullptr, std::move(fault)}; }

}  // namespace

ComponentCatalog::ComponentCatalog(LibraryScan scan, const Host& host, Vet vet)
    : scan_(std::move(scan)), host_(host), vet_(std::move(vet)) {
  for (size_t i = 0; i < scan_.libraries.size(); ++i)
    for (const ComponentName& name : scan_.libraries[i].descriptor.components) by_name_.emplace(name, i);
}

std::vector<const FoundLibrary*> ComponentCatalog::libraries_with(uint32_t kind,
                                                                  std::string_view name) const {
  std::vector<const FoundLibrary*> libraries;
  const auto [first, last] = by_name_.equal_range(ComponentName{kind, std::string(name)});
  for (auto at = first; at != last; ++at) libraries.push_back(&scan_.libraries[at->second]);
  return libraries;
}

bool ComponentCatalog::has(uint32_t kind, std::string_view name) const {
  return libraries_with(kind, name).size() == 1;
}

FoundComponent ComponentCatalog::find(uint32_t kind, std::string_view name) {
  if (own_ != nullptr) {
    if (const weir_component* const own = own_->find(kind, name); own != nullptr) return {own, own_, {}};
  }
  const std::vector<const FoundLibrary*> libraries = libraries_with(kind, name);
  const std::string who = std::string(kind_name(kind)) + " " + quoted(name);
  if (libraries.empty()) return without(not_found(kind, name));
  if (libraries.size() > 1) {
    std::vector<std::string> paths;
    for (const FoundLibrary* library : libraries) paths.push_back(library->path);
    return without({"ambiguous-component", "more than one library has the " + who + ": " + joined(paths),
                    "keep one of them out of the plugin path"});
  }
  auto library = load(libraries[0]->path);
  if (!library.is_ok())
    return without({"unusable-library",
                    "the " + who + " cannot be used: " + std::string(library.status().message()),
                    {}});
  const weir_component* const component = (*library)->find(kind, name);
  // The file was replaced since it was scanned.
  if (component == nullptr) return without(not_found(kind, name));
  return {component, *library, std::nullopt};
}

Result<std::shared_ptr<const LoadedLibrary>> ComponentCatalog::load(const std::string& path) {
  for (const auto& library : loaded_)
    if (library->path == path) return library;
  if (vet_) WEIR_RETURN_IF_ERROR(vet_(path));
  WEIR_ASSIGN_OR_RETURN(auto library, load_library(path, host_));
  if (std::find(loaded_.begin(), loaded_.end(), library) == loaded_.end()) loaded_.push_back(library);
  return library;
}

CatalogFault ComponentCatalog::not_found(uint32_t kind, std::string_view name) const {
  const std::string who = std::string(kind_name(kind)) + " " + quoted(name);
  for (const RefusedLibrary& refused : scan_.refused)
    for (const ComponentName& one : refused.components)
      if (one.kind == kind && one.name == name)
        return {"refused-library", "the " + who + " cannot be used: " + refused.sentence(), {}};
  std::vector<std::string> others;
  for (const uint32_t other : kKinds)
    if (other != kind && !libraries_with(other, name).empty()) others.push_back(kind_with_article(other));
  if (!others.empty())
    return {"wrong-kind", quoted(name) + " is " + joined(others) + ", not " + kind_with_article(kind), {}};
  return {"unknown-component", "there is no " + who, did_you_mean(name, names(kind))};
}

std::vector<std::string> ComponentCatalog::names(uint32_t kind) const {
  std::vector<std::string> names;
  for (const auto& [name, index] : by_name_)
    if (name.kind == kind && (names.empty() || names.back() != name.name)) names.push_back(name.name);
  return names;
}

std::optional<CatalogFault> ComponentCatalog::check_requirement(std::string_view library,
                                                                std::string_view requirement) const {
  const FoundLibrary* unfit = nullptr;
  std::vector<std::string> names;
  for (const FoundLibrary& one : scan_.libraries) {
    names.push_back(one.descriptor.name);
    if (one.descriptor.name != library) continue;
    const Result<bool> fits = meets_requirement(one.descriptor.version, requirement);
    if (!fits.is_ok()) return CatalogFault{"bad-requirement", std::string(fits.status().message()), {}};
    if (*fits) return std::nullopt;
    unfit = &one;
  }
  const std::string wanted = "library " + quoted(library) + " " + std::string(requirement) + " is required, ";
  if (unfit != nullptr)
    return CatalogFault{
        "unmet-requirement", wanted + "found is " + unfit->descriptor.version + " in " + unfit->path, {}};
  return CatalogFault{"unmet-requirement", wanted + "and there is none", did_you_mean(library, names)};
}

}  // namespace weir
