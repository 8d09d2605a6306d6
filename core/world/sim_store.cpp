#include "world/sim_store.hpp"

#include <algorithm>
#include <cerrno>

#include "world/sim_crash.hpp"

namespace weir {
namespace {

constexpr uint64_t kRoot = 1;

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  for (size_t from = 0; from <= path.size();) {
    const size_t slash = std::min(path.find('/', from), path.size());
    const std::string part = path.substr(from, slash - from);
    if (part == ".." && !parts.empty()) parts.pop_back();
    if (!part.empty() && part != "." && part != "..") parts.push_back(part);
    from = slash + 1;
  }
  return parts;
}

}  // namespace

SimStore::SimStore(const Clock* clock) : clock_(clock) { make_root(); }

void SimStore::make_root() {
  inodes[kRoot].is_directory = true;
  inodes[kRoot].permissions = 0755;
}

void SimStore::format() {
  inodes.clear();
  unsynced_.clear();
  calls.clear();
  failing_calls.clear();
  failing_names.clear();
  crashing_call.reset();
  is_down = false;
  ++epoch;
  make_root();
}

int SimStore::begin_call(const std::string& name, const std::string& what) {
  // The power is off: whoever goes on does so on a machine that is no longer there.
  if (is_down) throw SimCrash{"down"};
  calls.push_back(name + " " + what);
  if (crashing_call == calls.size()) {
    is_down = true;
    throw SimCrash{calls.back()};
  }
  if (const auto planned = failing_calls.find(calls.size()); planned != failing_calls.end()) {
    return planned->second;
  }
  const auto planned = failing_names.find(name);
  if (planned == failing_names.end()) return 0;
  const int error_number = planned->second.first;
  if (--planned->second.second == 0) failing_names.erase(planned);
  return error_number;
}

std::pair<std::optional<SimStore::Place>, int> SimStore::find(const std::string& path) const {
  if (path.empty()) return {std::nullopt, ENOENT};
  const std::vector<std::string> parts = parts_of(path);
  Place place{kRoot, ""};
  for (const std::string& part : parts) {
    const std::optional<uint64_t> above = lookup(place);
    if (!above) return {std::nullopt, ENOENT};
    if (!inodes.at(*above).is_directory) return {std::nullopt, ENOTDIR};
    place = {*above, part};
  }
  return {place, 0};
}

std::optional<uint64_t> SimStore::lookup(const Place& place) const {
  if (place.name.empty()) return kRoot;
  const auto& names = inodes.at(place.directory).names;
  const auto found = names.find(place.name);
  return found == names.end() ? std::nullopt : std::optional(found->second);
}

uint64_t SimStore::make(const Place& place, bool is_directory, uint32_t permissions) {
  const uint64_t number = next_inode_++;
  SimInode& inode = inodes[number];
  inode.is_directory = is_directory;
  inode.permissions = permissions;
  inode.modified_us = now_us();
  change_names({std::nullopt, place, number});
  return number;
}

void SimStore::remove(const Place& place) { change_names({place, std::nullopt, *lookup(place)}); }

void SimStore::rename(const Place& from, const Place& to) {
  if (lookup(from) == lookup(to)) return;
  change_names({from, to, *lookup(from)});
}

void SimStore::change_names(NameChange change) {
  if (change.taken) inodes.at(change.taken->directory).names.erase(change.taken->name);
  if (change.set) inodes.at(change.set->directory).names[change.set->name] = change.inode;
  unsynced_.push_back(std::move(change));
}

void SimStore::sync_names(uint64_t directory) {
  std::vector<NameChange> rest;
  for (NameChange& change : unsynced_) {
    if (change.taken && change.taken->directory == directory) {
      take_durably(change);
      change.taken.reset();
    }
    if (change.set && change.set->directory == directory) {
      set_durably(change);
      change.set.reset();
    }
    if (change.taken || change.set) rest.push_back(std::move(change));
  }
  unsynced_ = std::move(rest);
}

void SimStore::take_durably(const NameChange& change) {
  if (!change.taken) return;
  auto& names = inodes.at(change.taken->directory).durable_names;
  // The name may have been given to another file since, by a change that reached the disk first.
  const auto found = names.find(change.taken->name);
  if (found != names.end() && found->second == change.inode) names.erase(found);
}

void SimStore::set_durably(const NameChange& change) {
  if (change.set) inodes.at(change.set->directory).durable_names[change.set->name] = change.inode;
}

void SimStore::crash(uint64_t seed) {
  is_down = false;
  SimRandom random(seed);
  for (const NameChange& change : unsynced_) {
    if (random.below(2) != 0) continue;
    take_durably(change);
    set_durably(change);
  }
  unsynced_.clear();
  for (auto& [number, inode] : inodes) {
    inode.names = inode.durable_names;
    inode.is_locked = false;
    inode.bytes.crash(random);
  }
  ++epoch;
}

}  // namespace weir
