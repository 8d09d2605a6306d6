#include "plan/part.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "plan/part_ends.hpp"

namespace weir {
namespace {

/// Takes what is needed out of a whole pipeline, from the wanted ports up.
class Cutter {
 public:
  Cutter(const BoundPipeline& whole, std::vector<GivenPort> given) : whole_(whole) {
    for (GivenPort& port : given) given_[port.node].push_back(std::move(port));
  }

  BoundPipeline cut(const std::vector<WatchedPort>& watched) {
    for (const WatchedPort& port : watched) {
      if (port.side == WatchedPort::Side::kOutput) need(port.node, port.port);
      for (const BoundLink& link : links_watched(port)) need(link.from, link.from_port);
    }
    part_.name = whole_.name;
    part_.directory = whole_.directory;
    part_.fingerprint = whole_.fingerprint;
    part_.memory_bytes = whole_.memory_bytes;
    for (const auto& [node, port] : sources_) add_given(node, port);
    for (const size_t node : nodes_) add_node(node);
    for (const WatchedPort& port : watched) {
      add_collector(port);
      if (port.port == kErrorsPort) read_whole(port.node);
    }
    return std::move(part_);
  }

 private:
  /// The links that bring a sink what it reads; none for an output.
  std::vector<BoundLink> links_watched(const WatchedPort& watched) const {
    std::vector<BoundLink> links;
    for (const BoundLink& link : whole_.links) {
      const bool is_read = watched.side == WatchedPort::Side::kInput && link.to == watched.node &&
                           link.to_port == watched.port;
      if (is_read) links.push_back(link);
    }
    return links;
  }

  void need(size_t node, uint32_t port) {
    if (given_.contains(node)) {
      sources_.emplace(node, port);
      return;
    }
    if (!nodes_.insert(node).second) return;
    for (const BoundLink& link : whole_.links) {
      if (link.to == node) need(link.from, link.from_port);
    }
  }

  void add_given(size_t node, uint32_t port) {
    const BoundNode& replaced = whole_.nodes[node];
    const WatchedPort output{node, port, WatchedPort::Side::kOutput, nullptr};
    Schema schema = schema_of(whole_, output);
    const int time = schema.event_time;
    const std::string port_name = port == kErrorsPort ? "errors" : replaced.output_ports[port];
    const std::string name = port == 0 ? replaced.name : replaced.name + "." + port_name;
    BoundNode made = make_given_node(name, rows_of(node, port), schema);
    if (time >= 0) made.event_time = EventTime{static_cast<uint32_t>(time), max_delay_above(node), {}};
    places_[{node, port}] = part_.nodes.size();
    part_.nodes.push_back(std::move(made));
  }

  Batch rows_of(size_t node, uint32_t port) {
    std::vector<GivenPort>& ports = given_[node];
    const auto found = std::ranges::find(ports, port, &GivenPort::port);
    return found == ports.end() ? Batch::make(0, {}) : found->rows.share();
  }

  /// How late rows may be where these come from.
  std::optional<int64_t> max_delay_above(size_t node) const {
    if (whole_.nodes[node].event_time) return whole_.nodes[node].event_time->max_delay_us;
    for (const BoundLink& link : whole_.links) {
      if (link.to != node) continue;
      if (const auto delay = max_delay_above(link.from)) return delay;
    }
    return std::nullopt;
  }

  void add_node(size_t node) {
    const size_t at = part_.nodes.size();
    node_places_[node] = at;
    part_.nodes.push_back(whole_.nodes[node]);
    // Some rows say nothing of what share of all is bad.
    part_.nodes.back().errors.max_share.reset();
    part_.nodes.back().errors.max_count.reset();
    part_.nodes.back().buffer.reset();  // A part runs once, in memory.
    part_.nodes.back().batch.reset();   // Whoever looks at its rows waits for them.
    for (const BoundLink& link : whole_.links) {
      if (link.to == node) add_link(link, at, link.to_port);
    }
  }

  void add_collector(const WatchedPort& watched) {
    const size_t at = part_.nodes.size();
    part_.nodes.push_back(
        make_collector_node("wanted " + std::to_string(at), watched.into, schema_of(whole_, watched)));
    if (watched.side == WatchedPort::Side::kOutput) {
      add_link({watched.node, watched.port, 0, 0, {}}, at, 0);
    } else {
      for (const BoundLink& link : links_watched(watched)) add_link(link, at, 0);
    }
  }

  /// What nothing reads is not decoded or computed, and rejects nothing.
  void read_whole(size_t node) {
    for (uint32_t port = 0; port < whole_.nodes[node].outputs.size() && node_places_.contains(node); ++port)
      add_collector({node, port, WatchedPort::Side::kOutput, std::make_shared<RowCollector>(0)});
  }

  void add_link(BoundLink link, size_t to, uint32_t to_port) {
    const auto given = places_.find({link.from, link.from_port});
    if (given != places_.end()) {
      link.from = given->second;
      link.from_port = 0;
    } else {
      link.from = node_places_.at(link.from);
    }
    link.to = to;
    link.to_port = to_port;
    part_.links.push_back(std::move(link));
  }

  const BoundPipeline& whole_;
  std::map<size_t, std::vector<GivenPort>> given_;        // By node.
  std::set<std::pair<size_t, uint32_t>> sources_;         // Given ports that something reads.
  std::set<size_t> nodes_;                                // That run.
  std::map<std::pair<size_t, uint32_t>, size_t> places_;  // Given port -> index in the part.
  std::map<size_t, size_t> node_places_;                  // Node of the whole -> index in the part.
  BoundPipeline part_;
};

}  // namespace

void RowCollector::add(const Batch& batch) {
  const size_t wanted = std::min(batch.row_count(), limit_ - row_count_);
  if (wanted == 0) return;
  batches_.push_back(wanted == batch.row_count() ? batch.share() : batch.slice(0, wanted));
  row_count_ += wanted;
  if (row_count_ == limit_ && on_full_) on_full_();
}

BoundPipeline part_of(const BoundPipeline& whole, std::vector<GivenPort> given,
                      const std::vector<WatchedPort>& watched) {
  return Cutter(whole, std::move(given)).cut(watched);
}

Schema schema_of(const BoundPipeline& whole, const WatchedPort& port) {
  const BoundNode& node = whole.nodes[port.node];
  if (port.side == WatchedPort::Side::kInput) return node.inputs[port.port];
  return port.port == kErrorsPort ? errors_schema_of(node) : node.outputs[port.port];
}

}  // namespace weir
