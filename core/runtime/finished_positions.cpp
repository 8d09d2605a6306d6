#include "runtime/finished_positions.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <weir/ext_incremental.h>
#include <weir/text.hpp>

#include "world/whole_file.hpp"

namespace weir {
namespace {

bool is_incremental_node(const BoundNode& node) {
  const weir_component& component = *node.node->component();
  if (node.kind() != WEIR_KIND_SOURCE || component.extension == nullptr) return false;
  const auto* const calls =
      static_cast<const weir_incremental_calls*>(component.extension(as_str(WEIR_INCREMENTAL_EXTENSION)));
  return calls != nullptr && calls->is_incremental(node.node->get()) != 0;
}

}  // namespace

FinishedPositions::FinishedPositions(World& world, const BoundPipeline& pipeline, std::string state_directory)
    : world_(world), pipeline_(pipeline), path_(std::move(state_directory) + "/finished") {}

bool FinishedPositions::is_incremental(const std::string& node) const {
  return std::ranges::any_of(pipeline_.nodes, [&](const BoundNode& bound) {
    return bound.name == node && is_incremental_node(bound);
  });
}

Result<std::vector<SourcePosition>> FinishedPositions::read_file() const {
  WEIR_ASSIGN_OR_RETURN(const FileInfo info, world_.disk.stat(path_));
  if (!info.exists()) return std::vector<SourcePosition>();
  WEIR_ASSIGN_OR_RETURN(const std::string bytes, read_all(world_.disk, path_));
  auto kept = parse_manifest(bytes);
  if (kept.status().code() == Code::kUnsupported)
    return Status(Code::kUnsupported,
                  "'" + path_ + "', which says what earlier runs have read, cannot be read: " +
                      std::string(kept.status().message()) +
                      ". Run the version that wrote it, or begin again with --from-scratch, which reads "
                      "everything again");
  if (!kept.is_ok())
    return Status::corrupt("'" + path_ + "', which says what earlier runs have read, is damaged: " +
                           std::string(kept.status().message()) +
                           "; to read everything again, run with --from-scratch");
  return std::move(kept->sources);
}

Result<std::vector<SourcePosition>> FinishedPositions::read() const {
  if (std::ranges::none_of(pipeline_.nodes, is_incremental_node)) return std::vector<SourcePosition>();
  WEIR_ASSIGN_OR_RETURN(std::vector<SourcePosition> positions, read_file());
  std::erase_if(positions, [this](const SourcePosition& position) { return !is_incremental(position.node); });
  for (SourcePosition& position : positions) {
    // The rows of another run: what was late there says nothing here.
    position.is_ended = false;
    position.watermark_us = std::numeric_limits<int64_t>::min();
  }
  return positions;
}

Status FinishedPositions::keep(const std::vector<SourcePosition>& positions) {
  if (std::ranges::none_of(pipeline_.nodes, is_incremental_node)) return {};
  WEIR_ASSIGN_OR_RETURN(std::vector<SourcePosition> kept, read_file());
  for (const SourcePosition& position : positions) {
    if (!is_incremental(position.node)) continue;
    const auto before = std::ranges::find_if(kept, [&](const SourcePosition& other) {
      return other.node == position.node && other.partition == position.partition;
    });
    (before == kept.end() ? kept.emplace_back() : *before) = position;
  }
  Manifest file;
  file.sources = std::move(kept);
  return write_atomic(world_.disk, world_.faults, "finished", path_, manifest_bytes(file));
}

Status FinishedPositions::forget() {
  WEIR_ASSIGN_OR_RETURN(const FileInfo info, world_.disk.stat(path_));
  return info.exists() ? world_.disk.unlink(path_) : Status();
}

}  // namespace weir
