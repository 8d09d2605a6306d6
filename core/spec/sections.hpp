#pragma once
// `sources`, `transforms` and `sinks` of a file or a template -> nodes with their references resolved.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "spec/fault.hpp"
#include "spec/scope.hpp"

namespace weir {

/// What a use of a template hands to its body.
struct TemplateUse {
  const NodeSpec& node;            ///< The using node, with its inputs as written.
  bool reads_input = false;        ///< Out: whether the body names `input`.
  std::vector<std::string> stack;  ///< Names of the templates that are being expanded.
  bool is_rehearsal = false;       ///< The template is used nowhere: only its text is checked.
};

/// Where texts of these sections find their variables and types.
struct SectionContext {
  Variables& variables;
  const Templates& templates;
  std::set<const Template*>& used_templates;
  FaultList& faults;
};

/// Reads the sections of `root` into `scope`, which may hold the names of includes already, and resolves all
/// references; unknown ones are kept in scope.names for report_unknown(). `use`: null for a file.
void read_sections(const YamlValue& root, const SectionContext& context, TemplateUse* use, Scope& scope);

/// Replaces a node whose type is a template by the nodes of the template, in `scope`.
/// Takes `node`: as read, references as written.
void expand_template(const NodeSpec& node, const Template& declared, const SectionContext& context,
                     TemplateUse* use, Scope& scope);

}  // namespace weir
