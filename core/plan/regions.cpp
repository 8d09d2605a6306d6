#include "plan/regions.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

namespace weir {
namespace {

/// Sets of nodes that grow together.
class Groups {
 public:
  explicit Groups(size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), size_t{0}); }
  size_t find(size_t node) {
    while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
    return node;
  }
  void join(size_t one, size_t other) { parent_[find(other)] = find(one); }

 private:
  std::vector<size_t> parent_;
};

bool is_cut(const BoundPipeline& pipeline, const BoundLink& link) {
  return pipeline.nodes[link.to].has_disk_buffer();
}

/// The node where the ways without a durable edge from `from` and from `to` meet.
std::optional<size_t> meeting(const BoundPipeline& pipeline, size_t from, size_t to) {
  const auto reached = [&pipeline](size_t begin) {
    std::set<size_t> nodes = {begin};
    for (size_t node = begin; node < pipeline.nodes.size(); ++node) {
      for (const BoundLink& link : pipeline.links) {
        if (link.to == node && nodes.contains(link.from) && !is_cut(pipeline, link)) nodes.insert(node);
      }
    }
    return nodes;
  };
  const std::set<size_t> behind_from = reached(from);
  const std::set<size_t> behind_to = reached(to);
  for (const size_t node : behind_to) {
    if (behind_from.contains(node)) return node;
  }
  // Not the same rows, but those of another source.
  for (const BoundLink& link : pipeline.links) {
    const bool comes_in = behind_to.contains(link.to) && !behind_to.contains(link.from);
    if (comes_in && !is_cut(pipeline, link)) return link.to;
  }
  return std::nullopt;
}

}  // namespace

NodeRegions regions_of(const BoundPipeline& pipeline) {
  const size_t count = pipeline.nodes.size();
  Groups groups(count);
  for (const BoundLink& link : pipeline.links) {
    if (!is_cut(pipeline, link)) groups.join(link.from, link.to);
  }
  std::optional<size_t> source;
  for (size_t node = 0; node < count; ++node) {
    if (pipeline.nodes[node].kind() != WEIR_KIND_SOURCE) continue;
    if (source) groups.join(*source, node);
    source = node;
  }
  NodeRegions regions{{}, {std::string()}};
  std::map<size_t, size_t> numbers;
  if (source) numbers[groups.find(*source)] = 0;
  for (size_t node = 0; node < count; ++node) {
    const auto [entry, is_new] = numbers.try_emplace(groups.find(node), regions.names.size());
    if (is_new) regions.names.push_back(pipeline.nodes[node].name);
    regions.of_node.push_back(entry->second);
  }
  return regions;
}

std::vector<UselessBuffer> useless_buffers(const BoundPipeline& pipeline) {
  std::vector<UselessBuffer> useless;
  const NodeRegions regions = regions_of(pipeline);
  std::set<std::pair<size_t, size_t>> before;  // Region, and one that its rows come to.
  for (const BoundLink& link : pipeline.links) {
    if (is_cut(pipeline, link)) before.emplace(regions.of_node[link.from], regions.of_node[link.to]);
  }
  for (size_t grown = 0; grown != before.size();) {
    grown = before.size();
    for (const auto& [one, middle] : std::set(before)) {
      for (const auto& [other, last] : std::set(before)) {
        if (other == middle) before.emplace(one, last);
      }
    }
  }
  std::set<size_t> told;
  for (const BoundLink& link : pipeline.links) {
    if (!is_cut(pipeline, link)) continue;
    const size_t from = regions.of_node[link.from];
    const size_t to = regions.of_node[link.to];
    if (!before.contains({to, from}) || !told.insert(link.to).second) continue;
    const std::string& name = pipeline.nodes[link.to].name;
    const std::optional<size_t> met = meeting(pipeline, link.from, link.to);
    const std::string where = met ? "'" + pipeline.nodes[*met].name + "'" : "a node behind it";
    useless.push_back(
        {link.to,
         "the buffer of '" + name + "' parts nothing: at " + where + " its rows meet rows that went past it",
         "give " + where + " a buffer on disk too, or take this one away"});
  }
  return useless;
}

}  // namespace weir
