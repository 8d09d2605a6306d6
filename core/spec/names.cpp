#include "spec/names.hpp"

#include <algorithm>
#include <utility>
#include <weir/did_you_mean.hpp>

namespace weir {
namespace {

// The letters from `begin` to `end` of a reference. It is a plain name, so its letters stand in the source as
// they are, unless a variable brought them.
Place part_of(const Place& place, const std::string& reference, size_t begin, size_t end) {
  if (begin == 0 || place.length < reference.size()) return place;
  Place part = place;
  const size_t quote = place.length > reference.size() ? 1 : 0;
  part.column += static_cast<uint32_t>(quote + begin);
  part.length = static_cast<uint32_t>(end - begin);
  return part;
}

}  // namespace

bool NameTable::add(const std::string& name, NameTarget target, FaultList& faults) {
  const auto known = targets_.find(name);
  if (known == targets_.end()) {
    targets_.emplace(name, std::move(target));
    return true;
  }
  faults
      .error(target.place, "duplicate-node", "there is already a node '" + name + "'",
             "give one of them another name")
      .second = FaultNote{"first declared here", known->second.place};
  return false;
}

const NameTarget* NameTable::find(const std::string& name) const {
  const auto found = targets_.find(name);
  return found == targets_.end() ? nullptr : &found->second;
}

NameTable::Resolution NameTable::resolve(std::string_view reference, const Place& place) {
  const std::string whole(reference);
  const size_t dot = whole.rfind('.');
  const std::string head = whole.substr(0, dot);
  const bool is_port = find(whole) == nullptr && dot != std::string::npos;
  const std::string& name = is_port ? head : whole;
  const NameTarget* target = find(name);
  if (target != nullptr && !target->is_broken()) {
    read_.insert(name);
    if (!is_port) return {.outcome = Outcome::kFound, .node = target->node, .port = target->port};
    return {.outcome = Outcome::kFound,
            .node = target->node,
            .port = whole.substr(dot + 1),
            .port_offset = dot + 1};
  }
  if (target != nullptr || !is_complete_ || is_below_broken(reference))
    return {.outcome = Outcome::kSilent, .node = {}, .port = {}};
  unknown_.push_back({whole, head, place});
  return {.outcome = Outcome::kUnknown, .node = {}, .port = {}};
}

bool NameTable::is_below_broken(std::string_view reference) const {
  for (size_t dot = reference.rfind('.'); dot != std::string_view::npos && dot > 0;
       dot = reference.rfind('.', dot - 1)) {
    const NameTarget* target = find(std::string(reference.substr(0, dot)));
    if (target != nullptr && target->is_broken()) return true;
  }
  return false;
}

void NameTable::report_unknown(FaultList& faults, const std::vector<std::string>& further) {
  std::set<std::string> explained;
  for (const Unknown& unknown : unknown_) {
    if (explained.contains(unknown.node)) continue;
    const auto mentions = std::ranges::count(unknown_, unknown.node, &Unknown::node);
    const std::string* declared = mentions > 1 ? find_misspelt_declaration(unknown.node) : nullptr;
    if (declared == nullptr) {
      report(unknown, further, faults);
      continue;
    }
    explained.insert(unknown.node);
    faults
        .error(targets_.at(*declared).place, "no-such-node",
               "nothing reads the node '" + *declared + "', while " + std::to_string(mentions) +
                   " places name '" + unknown.node + "'",
               "did you mean '" + unknown.node + "'?")
        .second = FaultNote{"the first of them", unknown.place};
  }
  unknown_.clear();
}

const std::string* NameTable::find_misspelt_declaration(const std::string& wanted) const {
  for (const auto& [name, target] : targets_)
    if (!target.is_sink && !read_.contains(name) && edit_distance(name, wanted) == 1) return &name;
  return nullptr;
}

void NameTable::report(const Unknown& unknown, const std::vector<std::string>& further,
                       FaultList& faults) const {
  std::vector<std::string> names = further;
  for (const auto& [name, target] : targets_) names.push_back(name);
  std::vector<std::string> candidates = names;
  const std::string port = unknown.reference.substr(unknown.node.size());
  if (!port.empty())
    for (const std::string& name : names) candidates.push_back(name + port);
  std::string hint = did_you_mean(unknown.reference, candidates);
  if (hint.empty() && !names.empty()) hint = "the nodes are " + list_words(names);
  const size_t known = known_prefix(unknown.reference);
  const std::string& wrong = known > unknown.node.size() ? unknown.reference : unknown.node;
  Fault& fault = faults.error(part_of(unknown.place, unknown.reference, known, wrong.size()), "no-such-node",
                              "there is no node '" + wrong + "'", std::move(hint));
  const NameTarget* const outer = known == 0 ? nullptr : find(unknown.reference.substr(0, known - 1));
  if (outer != nullptr) fault.unless_unknown = outer->node;
}

size_t NameTable::known_prefix(const std::string& reference) const {
  for (size_t dot = reference.rfind('.'); dot != std::string::npos && dot > 0;
       dot = reference.rfind('.', dot - 1)) {
    const std::string prefix = reference.substr(0, dot + 1);
    const auto below = targets_.lower_bound(prefix);
    const bool is_prefix = below != targets_.end() && below->first.starts_with(prefix);
    if (is_prefix || targets_.contains(reference.substr(0, dot))) return dot + 1;
  }
  return 0;
}

}  // namespace weir
