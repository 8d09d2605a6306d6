#pragma once
// `templates:`: groups of nodes with parameters, used like components.
//
//   templates:
//     clean:
//       params: {column: {type: name}, longest: {type: duration, default: 1m}}
//       transforms:
//         sane:   {type: filter, inputs: input, where: "${column} IS NOT NULL"}
//         unique: {type: dedup, inputs: sane, by: ["${column}"], within: "${longest}"}
//       output: unique
//   transforms:
//     orders: {type: clean, inputs: raw_orders, column: order_id}
//
// The rule. A node whose `type` is a template is replaced by the template's nodes, called `orders.sane` and
// `orders.unique`. Inside the template `input` stands for what the using node has as `inputs` (`input.left`
// for `inputs: {left: ...}`). References to `orders` mean the node, or `node.port`, that `output` names, and
// `orders.errors` that node's errors; the errors of another inner node are `orders.sane.errors`. The using
// node has `type`, `inputs`, `description` and the parameters, nothing else. `${param}` is replaced as
// variables are, and hides a variable of its name. A template used in `sources` or `transforms` must have an
// `output`; one used in `sources` may not read `input`, one used elsewhere must. Templates may use templates,
// but not themselves.
#include <span>
#include <string_view>

#include "spec/fault.hpp"
#include "spec/scope.hpp"
#include "spec/sections.hpp"

namespace weir {

/// The types of parameters: any, text, name, bool, int, float, duration, bytes, timestamp, list, map.
std::span<const std::string_view> param_types();

/// Reads the templates of a file. Borrows: `variables` and `siblings` stay in the templates.
void read_templates(YamlValue value, Variables& variables, Templates& templates, FaultList& faults);

/// Checks the text of a template that nothing uses: everything but the values of its parameters.
void rehearse_template(const Template& declared, const SectionContext& context);

}  // namespace weir
