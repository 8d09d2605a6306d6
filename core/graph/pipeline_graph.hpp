#pragma once
// The shape of a pipeline: which node feeds which, in what order, along which paths, and what is wrong with
// it.
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace weir {

enum class GraphRole { kSource, kTransform, kSink };

struct GraphInputPort {
  std::string name;
  bool is_optional = false;
};

struct GraphOutputPort {
  std::string name;
  std::string schema;        ///< "id: int64, at: timestamp"; shown on hover; may be empty.
  bool is_optional = false;  ///< It may stay unread.
};

/// A node as the graph knows it. `outputs` are its data outputs; `errors` need not be among them.
struct GraphNode {
  std::string name;
  std::string component;  ///< What the YAML calls `type`.
  GraphRole role = GraphRole::kTransform;
  std::vector<GraphInputPort> inputs;
  std::vector<GraphOutputPort> outputs;
};

/// One reading of one output: `place` orders the edges that meet in one input port (a union).
struct GraphEdge {
  size_t from = 0;  ///< Index of a node.
  std::string from_port;
  size_t to = 0;
  std::string to_port;
  size_t place = 0;
};

/// A way through the pipeline: `edges[i]` leads from `nodes[i]` to `nodes[i + 1]`.
struct GraphPath {
  std::vector<size_t> nodes;
  std::vector<size_t> edges;
  bool operator==(const GraphPath&) const = default;
};

/// Paths that were asked for with a bound on their number.
struct GraphPaths {
  std::vector<GraphPath> paths;
  bool is_complete = true;
};

/// Something wrong with the shape; the caller adds the place in the YAML of `node`.
struct ShapeFault {
  enum class Kind { kCycle, kMissingInput, kUnreadOutput };
  Kind kind = Kind::kCycle;
  size_t node = 0;
  std::string port;           ///< Empty for cycles, and where a node has no input at all.
  std::vector<size_t> cycle;  ///< In flow order, from the node declared first; the last feeds the first.
  std::string message;
};

/// Nodes and edges, by their index in the order of declaration. Constant after construction.
///
/// Threads: any, at once.
class PipelineGraph {
 public:
  /// Needs: every edge's `from` and `to` are indices of nodes.
  PipelineGraph(std::vector<GraphNode> nodes, std::vector<GraphEdge> edges);
  PipelineGraph(PipelineGraph&&) noexcept;
  PipelineGraph& operator=(PipelineGraph&&) noexcept;
  ~PipelineGraph();

  const std::vector<GraphNode>& nodes() const { return nodes_; }
  const std::vector<GraphEdge>& edges() const { return edges_; }
  /// Returns the indices of the edges into and out of a node, in the order of declaration.
  const std::vector<size_t>& edges_into(size_t node) const { return into_[node]; }
  const std::vector<size_t>& edges_out_of(size_t node) const { return out_of_[node]; }

  /// Returns every node after all that feed it; where that leaves a choice, the one declared first. Nodes in
  /// or behind a cycle are left out.
  std::vector<size_t> order() const;
  /// Returns one cycle for each edge that closes one, seen from where the fewest edges do.
  std::vector<std::vector<size_t>> cycles() const;
  /// Returns all that is wrong: cycles, then by node missing inputs and unread outputs. `errors` and `late`
  /// may stay unread, and what is optional.
  std::vector<ShapeFault> faults() const;
  /// Returns the ways from each source to each sink, at most `max_count`, in the order of declaration.
  /// Needs: no cycles.
  GraphPaths paths(size_t max_count) const;

 private:
  struct Links;  // The graph as Boost.Graph knows it.

  std::vector<GraphNode> nodes_;
  std::vector<GraphEdge> edges_;
  std::vector<std::vector<size_t>> into_;
  std::vector<std::vector<size_t>> out_of_;
  std::unique_ptr<Links> links_;
};

}  // namespace weir
