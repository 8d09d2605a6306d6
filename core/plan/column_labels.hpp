#pragma once
// Labels: what the author says of columns, carried along to whatever is made of them.
#include <weir/abi.h>

#include <vector>
#include <weir/schema.hpp>

#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Returns the schema of an output port: the component's columns with the labels that the columns they come
/// from carry. Same and derived columns keep all; aggregated and pseudonymised ones lose `direct` (it becomes
/// `quasi` for the latter); unknown ones get every label of every input.
Schema labelled_output(const weir_output_port& port, const std::vector<const Schema*>& inputs);

/// Adds to the columns of `to` the labels that the columns of their names have in `from`: one more input of a
/// union.
void add_labels(const Schema& from, Schema& to);

/// Adds the labels that a node declares on its outputs. A column that no output has is a fault.
void declare_labels(const NodeSpec& node, std::vector<Schema>& outputs, FaultList& faults);

}  // namespace weir
