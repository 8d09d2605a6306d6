#include "plugin/explain.hpp"

#include "plugin/component_kind.hpp"
#include "plugin/library_scan.hpp"

namespace weir {
namespace {

std::string list_of(const std::vector<ComponentName>& components) {
  std::string text;
  for (const ComponentName& one : components)
    text += (text.empty() ? "" : ", ") + std::string(kind_name(one.kind)) + " " + one.name;
  return text;
}

std::string praise(const LibraryDescriptor& it) {
  return "will load: " + it.name + " " + it.version + " (" + list_of(it.components) + "), plugin ABI " +
         std::to_string(it.abi_major) + "." + std::to_string(it.abi_minor) + ", SDK " + it.sdk_version +
         ", built by " + it.compiler + " with " + it.standard_library + " as " + it.build_type;
}

}  // namespace

Explanation explain_library(const std::string& path, const DescribeSettings& settings) {
  const std::string before = path + ": ";
  LibraryDescriptor descriptor;
  Status status = inspect_library(path, &descriptor);
  if (!status.is_ok()) return {false, before + "will not load: " + std::string(status.message())};
  const Result<LibraryDescription> description = describe_library(path, settings);
  if (description.is_ok()) return {true, before + praise(descriptor)};
  std::string_view reason = description.status().message();
  if (reason.starts_with(before)) reason.remove_prefix(before.size());
  return {false, before + "will not load: " + std::string(reason)};
}

}  // namespace weir
