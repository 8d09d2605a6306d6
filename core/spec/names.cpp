#include "spec/names.hpp"

#include <utility>

#include "spec/did_you_mean.hpp"

namespace weir {

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

NameTable::Resolution NameTable::resolve(std::string_view reference) const {
  const std::string whole(reference);
  if (const NameTarget* target = find(whole)) {
    if (target->is_broken()) return {.outcome = Outcome::kSilent, .node = {}, .port = {}};
    return {.outcome = Outcome::kFound, .node = target->node, .port = target->port};
  }
  const size_t dot = whole.rfind('.');
  if (dot != std::string::npos) {
    const NameTarget* target = find(whole.substr(0, dot));
    if (target != nullptr && !target->is_broken())
      return {.outcome = Outcome::kFound,
              .node = target->node,
              .port = whole.substr(dot + 1),
              .port_offset = dot + 1};
  }
  const bool is_hidden = !is_complete_ || is_below_broken(reference);
  return {.outcome = is_hidden ? Outcome::kSilent : Outcome::kUnknown, .node = {}, .port = {}};
}

bool NameTable::is_below_broken(std::string_view reference) const {
  for (size_t dot = reference.rfind('.'); dot != std::string_view::npos && dot > 0;
       dot = reference.rfind('.', dot - 1)) {
    const NameTarget* target = find(std::string(reference.substr(0, dot)));
    if (target != nullptr && target->is_broken()) return true;
  }
  return false;
}

void NameTable::add_unknown(std::string_view reference, const Place& place, FaultList& faults) const {
  const size_t dot = reference.rfind('.');
  const std::string port = dot == std::string_view::npos ? std::string() : std::string(reference.substr(dot));
  std::vector<std::string> candidates;
  for (const auto& [name, target] : targets_) candidates.push_back(name);
  if (!port.empty())
    for (const auto& [name, target] : targets_) candidates.push_back(name + port);
  std::string hint = did_you_mean(reference, candidates);
  if (hint.empty() && !targets_.empty()) {
    candidates.resize(targets_.size());
    hint = "the nodes are " + list_words(candidates);
  }
  const std::string node(port.empty() ? reference : reference.substr(0, dot));
  faults.error(place, "no-such-node", "there is no node '" + node + "'", std::move(hint));
}

}  // namespace weir
