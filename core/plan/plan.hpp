#pragma once
// What the runtime runs: stages of fused operators, the edges between them, and how many copies of each.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plan/bound_pipeline.hpp"

namespace weir {

/// One step of a stage. Operators of a stage form a tree: `parent` feeds it, the root has none.
struct PlanOperator {
  enum class Kind {
    kSource,     ///< Polls a row source.
    kReader,     ///< Polls a byte source and deals ranges of bytes to the decoding lanes.
    kDecode,     ///< Turns a range of bytes into batches.
    kProgram,    ///< Runs the program that a node answered bind() with; the component is not called.
    kTransform,  ///< Calls a component's instance.
    kEventTime,  ///< Behind the operator of a transform that declares event_time: a new watermark begins.
    kBatch,      ///< Where a node says `batch`: behind each of its outputs that is read, or before a sink.
    kSink,
    kBufferWrite,  ///< Writes what a node reads to its durable edge.
    kBufferRead,   ///< Polls a durable edge.
  };
  Kind kind = Kind::kTransform;
  size_t node = 0;    ///< Index in BoundPipeline::nodes.
  size_t buffer = 0;  ///< kBufferWrite, kBufferRead: index in Plan::buffers.
  weir_mode mode = WEIR_MODE_WHOLE;
  std::optional<size_t> parent;      ///< Index in the stage; nullopt: the root.
  uint32_t parent_port = 0;          ///< Output port of the parent that feeds it.
  uint32_t input_port = 0;           ///< Port of this operator that the parent feeds.
  std::vector<uint32_t> column_map;  ///< As in BoundLink.
};

struct PlanStage {
  std::vector<PlanOperator> operators;  ///< Parents before children; [0] is the root.
  uint32_t copies = 1;
  bool is_lanes = false;  ///< Copies take ranges of one reader in turn; each sends range ends.
  size_t region = 0;      ///< Index in Plan::regions.
};

/// Stages between durable edges: they share barriers and a manifest.
struct PlanRegion {
  std::string name;  ///< Empty for the first, which has every source; else a node behind a durable edge.
};

/// How rows get from the copies of one stage to those of another.
enum class Route {
  kForward,  ///< Copy i to copy i (1 to 1, or equal numbers).
  kGather,   ///< Many copies to one.
  kDeal,     ///< One reader to its lanes, in turn.
  kHash,     ///< By key group, each group always to the same copy.
  kAside,    ///< What a reader itself rejects, beside what its lanes do.
};

struct PlanEdge {
  size_t from_stage = 0;
  size_t from_operator = 0;
  uint32_t from_port = 0;  ///< kErrorsPort for rejected rows.
  size_t to_stage = 0;
  uint32_t to_port = 0;  ///< Input port of the target stage's root.
  Route route = Route::kForward;
  bool is_by_range = false;          ///< From lanes: rows are read in the order of the ranges.
  std::vector<uint32_t> keys;        ///< kHash: key columns of the rows that travel.
  std::vector<uint32_t> column_map;  ///< As in BoundLink.
  int64_t budget_bytes = 8 << 20;
};

/// A durable edge: between what feeds one input port of a node, as far as it lies in one region, and the
/// node.
struct PlanBuffer {
  std::string name;  ///< Of its directory: the node's, with what is needed to tell it from the node's others.
  size_t node = 0;
  uint32_t port = 0;
  size_t from_region = 0;
  size_t to_region = 0;
  bool has_row_watermark = false;  ///< Rows carry the watermark of the rows before them.
};

struct Plan {
  BoundPipeline pipeline;
  std::vector<PlanStage> stages;
  std::vector<PlanEdge> edges;
  std::vector<PlanRegion> regions;  ///< At least one.
  std::vector<PlanBuffer> buffers;
  uint32_t threads = 1;
  int64_t slice_bytes = 4 << 20;  ///< What a copy of a stage may emit before others get their turn.
  /// Memory of each state of each copy, before it goes on in files; nullopt: it takes what it needs.
  std::optional<int64_t> state_bytes;
  /// The same of a state that cannot, of lists, maps or timers: more ends the run.
  std::optional<int64_t> kept_state_bytes;
  /// What each instance of a node that wants memory beside its states is granted at most; nullopt: what it
  /// wants.
  std::optional<int64_t> work_bytes;
};

/// Fuses the nodes of a bound pipeline into stages and decides copies and routes.
/// Needs: threads > 0.
Plan make_plan(BoundPipeline pipeline, uint32_t threads);

}  // namespace weir
