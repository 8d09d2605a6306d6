#pragma once
// From what the YAML says of a node's options to what its component gets.
#include <weir/abi.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>
#include <weir/schema.hpp>

#include "plan/option_values.hpp"
#include "spec/fault.hpp"
#include "spec/value.hpp"

namespace weir {

/// What options refer to beside plain values. One for each node; the binder implements it.
class OptionScope {
 public:
  virtual ~OptionScope() = default;
  /// The columns of an input; null when they are not known because of a fault that was reported already.
  virtual const Schema* input(uint32_t port) const = 0;
  struct Compiled {
    void* handle = nullptr;
    std::shared_ptr<void> owner;
  };
  /// Reports faults with their places inside the text, and answers a null handle then. `wanted`: the type
  /// that the result must have, or WEIR_NULL.
  virtual Compiled expression(const YamlValue& text, uint32_t port, weir_type wanted, FaultList& faults) = 0;
  virtual Compiled aggregate(const YamlValue& text, uint32_t port, FaultList& faults) = 0;
  virtual Compiled format(const YamlValue& value, FaultList& faults) = 0;
};

/// Checks a map of options against their descriptions. Unknown keys, missing and unfit values are faults, all
/// of them, each with its place and the nearest right word.
///
/// Threads: one at a time.
class OptionReader {
 public:
  /// Borrows both.
  OptionReader(OptionScope& scope, FaultList& faults) : scope_(scope), faults_(faults) {}
  /// `what` names the owner: "filter". `place` is where a missing option is reported. `reserved` are keys
  /// that are valid beside the described ones (only for hints). Returns null when a value could not be read;
  /// a misspelt word whose meaning is plain is a fault, and is read as what was meant.
  std::shared_ptr<OptionValues> read(const weir_option* options, size_t count, const YamlValue& map,
                                     std::string_view what, const Place& place,
                                     const std::vector<std::string>& reserved = {});

  /// How many faults of the last read() are misspelt words that were read as what was meant.
  size_t recovered_count() const { return recovered_; }

 private:
  void read_map(const weir_option* options, size_t count, const YamlValue& map, std::string_view what,
                const Place& place, const std::vector<std::string>& reserved, std::vector<weir_value>& into);
  void read_value(const weir_option& option, const YamlValue& value, weir_value& into);
  void keep_compiled(OptionScope::Compiled made, size_t errors_before, weir_value& into);
  void read_default(const weir_option& option, weir_value& into);
  void read_scalar(const weir_option& option, const YamlValue& value, weir_value& into);
  void read_number(const weir_option& option, double number, const YamlValue& value);
  void read_choice(const weir_option& option, const YamlValue& value, weir_value& into);
  void read_secret(const weir_option& option, const YamlValue& value, weir_value& into);
  void read_column(const weir_option& option, const YamlValue& value, weir_value& into);
  void read_type(const weir_option& option, const YamlValue& value, weir_value& into);
  void read_list(const weir_option& option, const YamlValue& value, weir_value& into);
  void read_keyed(const weir_option& option, const YamlValue& value, weir_value& into);
  void read_struct(const weir_option& option, const YamlValue& value, weir_value& into);
  void read_one_of(const weir_option& option, const YamlValue& value, weir_value& into);
  void read_any(const YamlValue& value, weir_value& into);
  static bool fits(const weir_option& option, const YamlValue& value);
  std::string named(const weir_option& option) const;

  OptionScope& scope_;
  FaultList& faults_;
  OptionValues* values_ = nullptr;
  size_t recovered_ = 0;
  bool has_faulty_ = false;  // A value that a fault elsewhere tells of.
  std::string path_;         // Of the value that is being read, for messages: "compute.p99".
};

/// Returns what a kind of option is called in messages and the reference: "duration", "list of column".
std::string option_kind_name(const weir_option& option);

}  // namespace weir
