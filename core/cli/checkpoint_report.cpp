#include "cli/checkpoint_report.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "telemetry/figures.hpp"
#include "telemetry/log_line.hpp"

namespace weir {
namespace {

struct StateSum {
  uint64_t pages = 0;
  uint64_t bytes = 0;
};

/// By node and state.
std::map<std::pair<std::string, std::string>, StateSum> states_of(const Manifest& manifest) {
  std::map<std::pair<std::string, std::string>, StateSum> sums;
  for (const PageInfo& page : manifest.pages) {
    StateSum& sum = sums[{page.id.node, page.id.state}];
    ++sum.pages;
    sum.bytes += page.size_bytes;
  }
  return sums;
}

uint64_t bytes_of(const Manifest& manifest) {
  uint64_t bytes = 0;
  for (const PageInfo& page : manifest.pages) bytes += page.size_bytes;
  return bytes;
}

std::string count_text(uint64_t count, const char* one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

std::string json_member(const char* name, std::string_view text) {
  return "\"" + std::string(name) + "\":" + json_quoted(text);
}

std::string json_member(const char* name, uint64_t number) {
  return "\"" + std::string(name) + "\":" + std::to_string(number);
}

template <class Items, class Text>
std::string json_list(const char* name, const Items& items, Text&& text) {
  std::string list = ",\"" + std::string(name) + "\":[";
  bool is_first = true;
  for (const auto& item : items) {
    if (!std::exchange(is_first, false)) list += ',';
    list += "{" + text(item) + "}";
  }
  return list + "]";
}

std::string full_json(const Manifest& manifest) {
  std::string text = json_list("sources", manifest.sources, [](const SourcePosition& source) {
    return json_member("node", source.node) + "," + json_member("partition", source.partition) +
           ",\"position\":" + std::to_string(source.position) +
           ",\"ended\":" + (source.is_ended ? "true" : "false");
  });
  text += json_list("states", states_of(manifest), [](const auto& state) {
    return json_member("node", state.first.first) + "," + json_member("state", state.first.second) + "," +
           json_member("pages", state.second.pages) + "," + json_member("bytes", state.second.bytes);
  });
  return text + json_list("sinks", manifest.sinks, [](const SinkToken& sink) {
           return json_member("node", sink.node) + "," + json_member("copy", sink.copy) + "," +
                  json_member("token_bytes", sink.token.size());
         });
}

std::string full_text(const Manifest& manifest) {
  std::string text;
  for (const SourcePosition& source : manifest.sources) {
    text += "  source " + source.node + ": " + source.partition +
            (source.is_ended ? ", read to its end" : ", at " + std::to_string(source.position)) + "\n";
  }
  for (const auto& [name, sum] : states_of(manifest)) {
    text += "  state " + name.first + "." + name.second + ": " + short_bytes(sum.bytes) + " in " +
            count_text(sum.pages, "page") + "\n";
  }
  for (const SinkToken& sink : manifest.sinks) {
    text += "  sink " + sink.node + ": copy " + std::to_string(sink.copy) + ", prepared (" +
            count_text(sink.token.size(), "byte") + ")\n";
  }
  return text;
}

}  // namespace

Result<std::vector<RegionCheckpoints>> regions_in(World& world, const std::string& state_directory) {
  const std::string directory = state_directory + "/checkpoints";
  std::vector<std::string> names = {""};
  WEIR_ASSIGN_OR_RETURN(const FileInfo info, world.disk.stat(directory));
  if (info.exists()) {
    WEIR_ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries, world.disk.list(directory));
    for (const DirectoryEntry& entry : entries) {
      if (entry.kind == FileInfo::Kind::kDirectory) names.push_back(entry.name);
    }
  }
  std::ranges::sort(names);
  std::vector<RegionCheckpoints> regions;
  for (std::string& name : names) {
    const std::string own = name.empty() ? directory : directory + "/" + name;
    regions.push_back({std::move(name), std::make_unique<CheckpointStore>(world.disk, world.faults, own)});
  }
  return regions;
}

Result<std::vector<CheckpointReport>> read_checkpoints(const RegionCheckpoints& region, CheckpointRead read) {
  WEIR_ASSIGN_OR_RETURN(std::vector<uint64_t> epochs, region.store->epochs());
  std::ranges::reverse(epochs);
  std::vector<CheckpointReport> reports;
  for (const uint64_t epoch : epochs) {
    reports.push_back(
        {region.region, epoch,
         read == CheckpointRead::kEverything ? region.store->verify(epoch) : region.store->manifest(epoch)});
  }
  return reports;
}

std::string checkpoint_text(const CheckpointReport& report, CheckpointDetail detail) {
  std::string text = "checkpoint " + std::to_string(report.epoch);
  if (!report.region.empty()) text += ", behind the buffer of '" + report.region + "',";
  if (!report.manifest.is_ok())
    return text + " cannot be used: " + std::string(report.manifest.status().message()) + "\n";
  const Manifest& manifest = *report.manifest;
  text += "  " + utc_text(manifest.time_us) + "  " + short_bytes(bytes_of(manifest)) + " in " +
          count_text(manifest.pages.size(), "page") + ", run " + manifest.run + "\n";
  return detail == CheckpointDetail::kFull ? text + full_text(manifest) : text;
}

std::string checkpoint_json(const CheckpointReport& report, CheckpointDetail detail) {
  std::string text = "{" + json_member("checkpoint", report.epoch);
  if (!report.region.empty()) text += "," + json_member("behind_buffer_of", report.region);
  if (!report.manifest.is_ok())
    return text + "," + json_member("fault", report.manifest.status().message()) + "}\n";
  const Manifest& manifest = *report.manifest;
  text += "," + json_member("time", utc_text(manifest.time_us)) + "," + json_member("run", manifest.run) +
          "," + json_member("pages", manifest.pages.size()) + "," + json_member("bytes", bytes_of(manifest));
  if (detail == CheckpointDetail::kFull) text += full_json(manifest);
  return text + "}\n";
}

}  // namespace weir
