#pragma once
// `${name}`, `${env:NAME}`, `${secret:file:PATH}`, `${secret:env:NAME}` and `$$` in texts.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "spec/fault.hpp"
#include "spec/load.hpp"
#include "spec/value.hpp"

namespace weir {

/// The variables that texts of one file, or of one template, may name.
///
/// A text that is wholly one `${...}` becomes the variable's value, of whatever kind; inside a longer text
/// the value must be a scalar. Keys are not looked at. A value is only computed when something uses it, so
/// that a default that nobody needs may name a file that nobody has.
class Variables {
 public:
  /// Borrows: `options`, `faults`, and `outer` (names that are not found here are looked for there; may be
  /// null).
  Variables(const LoadOptions& options, FaultList& faults, Variables* outer)
      : options_(options), faults_(faults), outer_(outer) {}
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;

  /// Returns a scope without names of its own, in which names are looked for in `outer` after it.
  std::unique_ptr<Variables> below(Variables* outer) const {
    return std::make_unique<Variables>(options_, faults_, outer);
  }

  /// Declares a name. `value` may itself hold `${...}`, replaced in the scope `home` (null: this one).
  /// Without a value every use is a fault.
  void declare(const std::string& name, const Place& place, std::optional<YamlValue> value,
               Variables* home = nullptr);
  /// Declares a name whose value is taken as it stands: a `$` in it is only a `$`.
  void declare_final(const std::string& name, const Place& place, YamlValue value);
  bool has(const std::string& name) const { return declared_.contains(name); }

  /// Replaces the variables in every text of `value`. A text with a fault in it is marked is_faulty.
  void replace_in(YamlValue& value);

  /// Returns the names and values that were used, without secrets.
  std::vector<std::pair<std::string, std::string>> used() const;

 private:
  enum class Stage { kDeclared, kComputing, kComputed };
  struct Variable {
    Place place;
    std::optional<YamlValue> value;
    Variables* home = nullptr;
    Stage stage = Stage::kDeclared;
    bool is_reported = false;  // That it has no value, or goes in a circle.
    bool is_used = false;
  };
  struct Reference {
    std::string_view text;  // Between the braces.
    size_t offset = 0;      // Of the '$' in the scalar.
    size_t length = 0;
  };

  void replace_in_scalar(YamlValue& scalar);
  std::optional<YamlValue> find(const Reference& reference, const YamlValue& scalar);
  std::optional<YamlValue> find_variable(const Reference& reference, const Place& place);
  std::optional<YamlValue> find_environment(std::string_view name, const Place& place);
  std::optional<YamlValue> find_secret(std::string_view what, const YamlValue& scalar, const Place& place);
  /// Replaces variables in the name of a secret. Answers false after a fault.
  bool replace_in_name(YamlValue& named, const Place& place);
  std::optional<YamlValue> find_secret_file(std::string_view path, const YamlValue& scalar,
                                            const Place& place);
  std::optional<YamlValue> compute(const std::string& name, Variable& variable, const Place& place);
  void add_unknown(std::string_view name, const Place& place);
  std::optional<std::string> environment(std::string_view name) const;
  std::vector<std::string> names() const;

  const LoadOptions& options_;
  FaultList& faults_;
  Variables* outer_;
  std::map<std::string, Variable, std::less<>> declared_;
  std::set<std::string, std::less<>> reported_;  // Unknown names, each told once.
};

/// True when a text holds a `${`: then it is not what it looks like.
bool has_reference(std::string_view text);

}  // namespace weir
