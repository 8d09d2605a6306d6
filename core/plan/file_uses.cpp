#include "plan/file_uses.hpp"

#include <fnmatch.h>
#include <algorithm>
#include <filesystem>
#include <utility>
#include <weir/text.hpp>

namespace weir {
namespace {

std::string absolute_path(const std::string& text) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::absolute(text, error);
  return (error ? std::filesystem::path(text) : path).lexically_normal().string();
}

/// A path such as "out/{day}.csv" with a name in the place of each brace.
std::string one_of(std::string path) {
  for (size_t open = path.find('{'); open != std::string::npos; open = path.find('{', open)) {
    const size_t close = path.find('}', open);
    if (close == std::string::npos) break;
    path.replace(open, close - open + 1, "x");
  }
  return path;
}

/// Every text of a value that is one path or a list of them.
std::vector<std::string> texts_of(const weir_value& value) {
  std::vector<std::string> texts;
  if (value.kind == WEIR_OPTION_PATH && value.present != 0) texts.emplace_back(as_view(value.text));
  for (size_t i = 0; i < value.item_count; ++i) {
    for (std::string& text : texts_of(value.items[i])) texts.push_back(std::move(text));
  }
  return texts;
}

bool is_file(const std::string& text) { return !text.empty() && text != "-" && !text.starts_with("/dev/"); }

}  // namespace

void FileUses::add(const NodeSpec& node, const weir_component& component, const OptionValues& values) {
  if (node.role == Role::kTransform) return;
  const YamlEntry* const entry = node.options.find("path");
  const Place& place = entry == nullptr ? node.options.place : entry->value.place;
  for (uint32_t i = 0; i < component.option_count; ++i) {
    if (as_view(component.options[i].name) != "path") continue;
    for (const std::string& text : texts_of(values.data()[i])) {
      if (!is_file(text)) continue;
      Use use{&node, text, absolute_path(text), place};
      (node.role == Role::kSink ? written_ : read_).push_back(std::move(use));
    }
  }
}

void FileUses::check(const std::string& pipeline_file, FaultList& faults) const {
  for (const Use& sink : written_) {
    const auto before = std::ranges::find(written_, sink.path, &Use::path);
    if (before->node == sink.node) {
      check_sink(sink, pipeline_file, faults);
      continue;
    }
    Fault& fault = faults.error(sink.place, "same-file",
                                "'" + sink.text + "' is what the sink '" + before->node->name + "' writes",
                                "give each sink a file of its own, or one sink both inputs");
    fault.second = FaultNote{"written here", before->place};
  }
}

void FileUses::check_sink(const Use& sink, const std::string& pipeline_file, FaultList& faults) const {
  if (sink.path == absolute_path(pipeline_file)) {
    faults.error(sink.place, "same-file", "'" + sink.text + "' is the file of this pipeline",
                 "write into another file");
  }
  for (const Use& source : read_) {
    const bool is_same = source.path == sink.path;
    if (!is_same && ::fnmatch(source.path.c_str(), one_of(sink.path).c_str(), FNM_PATHNAME | FNM_PERIOD) != 0)
      continue;
    const std::string what = "'" + sink.text + "' " + (is_same ? "is" : "fits '" + source.text + "',") +
                             (is_same ? " what" : " which") + " the source '" + source.node->name + "' reads";
    Fault& fault = faults.error(sink.place, "same-file", what,
                                is_same ? "write into another file" : "write into another directory");
    fault.second = FaultNote{"read here", source.place};
    return;
  }
}

}  // namespace weir
