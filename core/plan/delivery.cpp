#include "plan/delivery.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace weir {
namespace {

bool has_trait(const BoundNode& node, uint64_t trait) {
  return (node.node->component()->traits & trait) != 0;
}

std::string quoted(const BoundNode& node) { return "'" + node.name + "'"; }

/// The nodes behind `node`, itself among them. Nodes lie in topological order.
std::set<size_t> behind(const BoundPipeline& pipeline, size_t node) {
  std::set<size_t> nodes = {node};
  for (size_t next = node; next < pipeline.nodes.size(); ++next) {
    for (const BoundLink& link : pipeline.links) {
      if (link.to == next && nodes.contains(link.from)) nodes.insert(next);
    }
  }
  return nodes;
}

class PathReader {
 public:
  PathReader(const BoundPipeline& pipeline, size_t source, size_t sink)
      : pipeline_(pipeline), promise_{source, sink, {}, {}} {
    for (const size_t node : behind(pipeline, source)) {
      if (behind(pipeline, node).contains(sink)) path_.push_back(node);
    }
  }

  PathPromise read() {
    find_losses();
    find_repeats();
    return std::move(promise_);
  }

 private:
  const BoundNode& at(size_t node) const { return pipeline_.nodes[node]; }

  bool can_replay() const { return has_trait(at(promise_.source), WEIR_TRAIT_REPLAYABLE); }

  void find_losses() {
    const BoundNode& source = at(promise_.source);
    if (!can_replay()) {
      promise_.losses.push_back({promise_.source,
                                 quoted(source) + " cannot give its rows again after a crash",
                                 "read from a source that is replayable"});
    }
    if (has_trait(at(promise_.sink), WEIR_TRAIT_UNCONFIRMED)) {
      promise_.losses.push_back({promise_.sink,
                                 "nobody confirms what " + quoted(at(promise_.sink)) + " has sent",
                                 "write to a sink whose receiver answers"});
    }
    for (const size_t node : path_) {
      if (!at(node).has_disk_buffer()) continue;
      const auto policy = at(node).buffer->when_full;
      const bool drops =
          policy == BufferLimits::WhenFull::kDropNewest || policy == BufferLimits::WhenFull::kDropOldest;
      if (!drops) continue;
      promise_.losses.push_back({node, "the buffer of " + quoted(at(node)) + " drops rows when it is full",
                                 "use when_full: block or dead_letter"});
    }
  }

  /// Whether anything makes the sink see rows a second time.
  bool rows_come_again() const {
    return can_replay() || std::ranges::any_of(path_, [this](size_t node) {
             const bool has_state = at(node).binding != nullptr && at(node).binding->state_count > 0;
             return has_state || at(node).has_disk_buffer();
           });
  }

  void find_repeats() {
    const BoundNode& sink = at(promise_.sink);
    // By the engine's retry, without any crash.
    if (has_trait(sink, WEIR_TRAIT_RESENDS)) {
      promise_.repeats.push_back({promise_.sink, quoted(sink) + " sends rows again when no answer came",
                                  "write to a sink that is transactional or idempotent"});
      return;
    }
    if (has_trait(sink, WEIR_TRAIT_TRANSACTIONAL) || !rows_come_again()) return;
    if (!has_trait(sink, WEIR_TRAIT_IDEMPOTENT)) {
      promise_.repeats.push_back({promise_.sink, quoted(sink) + " may get rows again after a crash",
                                  "write to a sink that is transactional or idempotent"});
      return;
    }
    for (const size_t node : path_) {
      const bool is_same_again = node == promise_.source || has_trait(at(node), WEIR_TRAIT_DETERMINISTIC);
      if (is_same_again) continue;
      promise_.repeats.push_back(
          {node,
           quoted(sink) + " takes the same rows again unharmed, but " + quoted(at(node)) +
               " may give others the second time",
           "write to a sink that is transactional, or take " + quoted(at(node)) + " off the path"});
    }
  }

  const BoundPipeline& pipeline_;
  std::vector<size_t> path_;
  PathPromise promise_;
};

std::string reasons(const std::vector<Weakness>& weaknesses) {
  std::string text;
  for (const Weakness& weakness : weaknesses) text += (text.empty() ? "" : "; ") + weakness.why;
  return text;
}

}  // namespace

std::string PathPromise::words() const {
  if (losses.empty() && repeats.empty()) return "exactly_once";
  if (losses.empty()) return "at_least_once: " + reasons(repeats);
  if (repeats.empty()) return "at_most_once: " + reasons(losses);
  return "none: " + reasons(losses) + "; " + reasons(repeats);
}

std::vector<PathPromise> path_promises(const BoundPipeline& pipeline) {
  std::vector<PathPromise> promises;
  for (size_t source = 0; source < pipeline.nodes.size(); ++source) {
    if (pipeline.nodes[source].kind() != WEIR_KIND_SOURCE) continue;
    for (const size_t node : behind(pipeline, source)) {
      if (pipeline.nodes[node].kind() == WEIR_KIND_SINK)
        promises.push_back(PathReader(pipeline, source, node).read());
    }
  }
  return promises;
}

void check_delivery(const PipelineSpec& spec, const BoundPipeline& pipeline, FaultList& faults) {
  if (!spec.delivery) return;
  const Delivery demand = spec.delivery->value;
  const char* const word = demand == Delivery::kExactlyOnce  ? "exactly_once"
                           : demand == Delivery::kAtMostOnce ? "at_most_once"
                                                             : "at_least_once";
  std::set<size_t> told;
  for (const PathPromise& promise : path_promises(pipeline)) {
    std::vector<Weakness> broken;
    if (demand != Delivery::kAtMostOnce) std::ranges::copy(promise.losses, std::back_inserter(broken));
    if (demand != Delivery::kAtLeastOnce) std::ranges::copy(promise.repeats, std::back_inserter(broken));
    for (const Weakness& weakness : broken) {
      if (!told.insert(weakness.node).second) continue;
      faults.error(spec.delivery->place, "delivery-not-kept",
                   "delivery " + std::string(word) + " cannot be kept from '" +
                       pipeline.nodes[promise.source].name + "' to '" + pipeline.nodes[promise.sink].name +
                       "': " + weakness.why,
                   weakness.remedy + ", or demand less");
    }
  }
}

}  // namespace weir
