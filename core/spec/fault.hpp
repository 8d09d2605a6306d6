#pragma once
// What is wrong with a pipeline, said where it is wrong.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/place.hpp"

namespace weir {

enum class Severity { kError, kWarning };

/// A related place and why it is named: "first declared here".
struct FaultNote {
  std::string text;
  Place place;
};

/// One thing that is wrong. None is a consequence of another.
struct Fault {
  Place place;
  std::string code;     ///< Stable word that programs may match: "unknown-key".
  std::string message;  ///< What was found and what was expected, one sentence without a full stop.
  std::string hint;     ///< What to try: "did you mean 'inputs'?"; may be empty.
  std::optional<FaultNote> second;
  Severity severity = Severity::kError;
  /// A node that this fault follows from if its component is not known: it may have been meant for a
  /// template.
  std::string unless_unknown = {};
};

/// The faults of one check. They are kept in the order of their places; faults of one place in the order in
/// which they were added. A second fault with the same place, code and message is not kept. What a fault says
/// shows none of process_secrets().
///
/// Threads: a value.
class FaultList {
 public:
  /// Returns the fault as kept; valid until the next add.
  Fault& add(Fault fault);
  Fault& error(const Place& place, std::string_view code, std::string message, std::string hint = {});
  Fault& warning(const Place& place, std::string_view code, std::string message, std::string hint = {});
  /// Takes all faults of `other`.
  void take(FaultList&& other);

  bool empty() const { return faults_.empty(); }
  size_t size() const { return faults_.size(); }
  bool has_errors() const;
  size_t error_count() const;
  /// How many errors were added, those among them that were told before.
  size_t told_count() const { return told_; }
  /// Takes away what follows from `node` being of no known component.
  void forgive_below(const std::string& node);
  /// Returns the faults sorted by place.
  std::vector<Fault> sorted() const;
  /// True when a fault already stands at exactly this place.
  bool has_fault_at(const Place& place) const;

 private:
  std::vector<Fault> faults_;
  size_t told_ = 0;
};

/// Returns the faults for people: each as `file:line:col: error: message [code]`, the line of the source with
/// a caret under the faulty stretch, `hint: ...`, and the further places as notes. Ends with a newline.
std::string render_text(const FaultList& faults);

/// Returns the faults for programs: {"errors": 1, "warnings": 0, "faults": [{...}]}.
std::string render_json(const FaultList& faults);

/// Returns one fault as render_text prints it.
std::string render_text(const Fault& fault);

}  // namespace weir
