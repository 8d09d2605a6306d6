#pragma once
// Paths that begin at one event, merged where they agree, and the edges that are worth showing.
#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

namespace weir::behaviour {

/// What stands at an end of an edge: the number of an event's name, or one of these.
using PathNode = uint32_t;
inline constexpr PathNode kPathAnchor = UINT32_MAX;     ///< The event that all paths begin with.
inline constexpr PathNode kPathOther = UINT32_MAX - 1;  ///< All that are not shown by themselves.
inline constexpr PathNode kPathEnd = UINT32_MAX - 2;    ///< Paths that went no further.

struct PathEdge {
  size_t step = 0;  ///< From 1.
  PathNode source = 0;
  PathNode target = 0;
  int64_t count = 0;
  int64_t at_step = 0;  ///< All paths that came to this step: the sum of its edges.
};

/// Threads: a value.
class PathTree {
 public:
  PathTree() : levels_(1) { levels_[0].nodes.push_back({}); }

  /// `names` are the events behind the first; a path with less than `steps` of them ended there.
  void add(std::span<const uint32_t> names);

  /// Returns the edges of each step from 1 to `steps`, step by step: the `top` most frequent between events,
  /// then those of the rest, summed for each source to kPathOther, then the ends. Paths that were summed go
  /// on from kPathOther, so what comes to a node leaves it in the next step. Of those that come equally often
  /// the one of lower rank is first, source before target.
  /// Needs: `ranks` of all names that were added, by number.
  std::vector<PathEdge> edges(size_t steps, size_t top, std::span<const uint32_t> ranks) const;

 private:
  struct Node {
    uint32_t parent = 0;  // In the level above.
    uint32_t name = 0;
    int64_t count = 0;
  };
  struct Level {
    std::vector<Node> nodes;
    std::unordered_map<uint64_t, uint32_t> places;  // Of (parent, name).
  };
  /// One step, between nodes as they are shown in the step before.
  struct StepCounts {
    std::unordered_map<uint64_t, int64_t> edges;  // By (source, name).
    std::map<PathNode, int64_t> ends;             // By source.
    int64_t at_step = 0;
  };
  /// `shown_as`: what stands for each node of the level above.
  static StepCounts count(const Level& above, const Level& level, std::span<const PathNode> shown_as);
  std::vector<Level> levels_;  // Level 0: the first event alone.
};

}  // namespace weir::behaviour
