#pragma once
// The names that references of one file, or of one template, may use, and what they mean.
#include <map>
#include <optional>
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
  /// Finds what `name` or `name.port` means; names may hold dots.
  Resolution resolve(std::string_view reference) const;
  /// Adds the fault `no-such-node` for a reference that resolve() did not know.
  void add_unknown(std::string_view reference, const Place& place, FaultList& faults) const;

  const std::map<std::string, NameTarget>& all() const { return targets_; }

 private:
  bool is_below_broken(std::string_view reference) const;

  std::map<std::string, NameTarget> targets_;
  bool is_complete_ = true;
};

}  // namespace weir
