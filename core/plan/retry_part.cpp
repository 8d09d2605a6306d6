#include "plan/retry_part.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "plan/part_ends.hpp"

namespace weir {
namespace {

class RetryCutter {
 public:
  RetryCutter(const BoundPipeline& whole, std::vector<RetriedNode> retried) : whole_(whole) {
    for (RetriedNode& node : retried) retried_.emplace(node.node, std::move(node));
  }

  BoundPipeline cut() {
    for (const auto& [node, rows] : retried_) reach(node);
    part_.name = whole_.name;
    part_.directory = whole_.directory;
    part_.fingerprint = whole_.fingerprint;
    part_.memory_bytes = whole_.memory_bytes;
    for (const size_t node : reached_) add(node);
    // Sources of given rows come first: nodes stand in the order of the graph.
    for (BoundLink& link : part_.links) {
      link.from = link.from < kBegin ? link.from + begins_.size() : link.from - kBegin;
      link.to += begins_.size();
    }
    std::ranges::move(part_.nodes, std::back_inserter(begins_));
    part_.nodes = std::move(begins_);
    return std::move(part_);
  }

 private:
  // Indices from here on are those of `begins_`, until all are known.
  static constexpr size_t kBegin = size_t{1} << 32;

  void reach(size_t node) {
    if (!reached_.insert(node).second) return;
    for (const BoundLink& link : whole_.links) {
      if (link.from == node) reach(link.to);
    }
  }

  void add(size_t node) {
    const size_t at = part_.nodes.size();
    places_[node] = at;
    const auto retried = retried_.find(node);
    BoundNode made = whole_.nodes[node];
    const bool is_source = made.kind() == WEIR_KIND_SOURCE;
    if (is_source && retried->second.records) {
      made.node = make_records_object(retried->second.records);
    } else if (is_source) {
      BoundNode given = make_given_node(made.name, std::move(*retried->second.rows), made.outputs.front(),
                                        std::move(retried->second.places));
      given.event_time = made.event_time;
      given.errors = made.errors;
      made = std::move(given);
    }
    const std::vector<Schema> inputs = made.inputs;
    const std::string name = made.name;
    part_.nodes.push_back(std::move(made));
    if (is_source) return;
    std::set<uint32_t> fed;
    for (const BoundLink& link : whole_.links) {
      if (link.to != node || !reached_.contains(link.from)) continue;
      BoundLink kept = link;
      kept.from = places_.at(link.from);
      kept.to = at;
      part_.links.push_back(std::move(kept));
      fed.insert(link.to_port);
    }
    if (retried != retried_.end()) {
      BoundNode given = make_given_node(name + " again", std::move(*retried->second.rows), inputs.front(),
                                        std::move(retried->second.places));
      begin(std::move(given), at, 0);
      fed.insert(0);
    }
    for (uint32_t port = 0; port < inputs.size(); ++port) {
      if (!fed.contains(port))
        begin(make_given_node(name + " without rows", Batch::make(0, {}), inputs[port]), at, port);
    }
  }

  void begin(BoundNode given, size_t to, uint32_t to_port) {
    const int time = given.outputs.front().event_time;
    if (time >= 0) given.event_time = EventTime{static_cast<uint32_t>(time), std::nullopt, std::nullopt};
    part_.links.push_back({kBegin + begins_.size(), 0, to, to_port, {}});
    begins_.push_back(std::move(given));
  }

  const BoundPipeline& whole_;
  std::map<size_t, RetriedNode> retried_;  // By node.
  std::set<size_t> reached_;               // In the order of the graph.
  std::map<size_t, size_t> places_;        // Node of the whole -> index in part_.nodes.
  std::vector<BoundNode> begins_;
  BoundPipeline part_;
};

}  // namespace

BoundPipeline retry_part(const BoundPipeline& whole, std::vector<RetriedNode> retried) {
  return RetryCutter(whole, std::move(retried)).cut();
}

}  // namespace weir
