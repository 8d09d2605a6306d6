#pragma once
// The names that references of one file, or of one template, may use, and what they mean.
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "spec/fault.hpp"
#include "spec/place.hpp"

namespace weir {

/// What a name stands for. A name that could not be read stands for nothing: references to it, and to what
/// may be inside it, are neither resolved nor faults.
struct NameTarget {
  std::string node;  ///< Full name within the scope. Empty: the declaration is broken.
  std::string port;  ///< The port that the bare name means; empty: the first output.
  Place place;       ///< Of the declaration.
  bool is_sink = false;
  bool is_broken() const { return node.empty(); }
};

class NameTable {
 public:
  enum class Outcome {
    kFound,
    kSilent,   ///< It may be right, but a fault elsewhere hides that.
    kUnknown,  ///< No such node.
  };
  struct Resolution {
    Outcome outcome = Outcome::kUnknown;
    std::string node;
    std::string port;
    size_t port_offset = 0;  ///< Of the port's name in the reference; 0 when none is named.
  };

  /// Adds a name, or reports `duplicate-node` and answers false.
  bool add(const std::string& name, NameTarget target, FaultList& faults);
  /// Adds a name that stands for `target` and was checked elsewhere.
  void set(const std::string& name, NameTarget target) { targets_.insert_or_assign(name, std::move(target)); }
  /// Says that a part of the declarations could not be read: from now on nothing is unknown.
  void set_incomplete() { is_complete_ = false; }
  bool is_complete() const { return is_complete_; }

  const NameTarget* find(const std::string& name) const;
  /// Finds what `name` or `name.port` means; names may hold dots. Remembers that the name is read, or that it
  /// is unknown.
  Resolution resolve(std::string_view reference, const Place& place);
  /// Adds the faults `no-such-node` of all unknown references. Where several of them agree on a name that is
  /// one letter off a node which nothing reads, the fault is at that node: it is the one that is misspelt.
  /// `further`: words that references may be beside the names.
  void report_unknown(FaultList& faults, const std::vector<std::string>& further = {});

  const std::map<std::string, NameTarget>& all() const { return targets_; }

 private:
  struct Unknown {
    std::string reference;
    std::string node;  // The reference without what looks like a port.
    Place place;
  };
  /// Returns how many letters of a reference name something that other names lie below, with the dot.
  size_t known_prefix(const std::string& reference) const;
  bool is_below_broken(std::string_view reference) const;
  const std::string* find_misspelt_declaration(const std::string& wanted) const;
  void report(const Unknown& unknown, const std::vector<std::string>& further, FaultList& faults) const;

  std::map<std::string, NameTarget> targets_;
  std::set<std::string> read_;  // Names that some reference found.
  std::vector<Unknown> unknown_;
  bool is_complete_ = true;
};

}  // namespace weir
