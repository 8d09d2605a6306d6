#pragma once
// What is known of a pipeline's nodes while it is bound.
#include <weir/abi.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include <weir/schema.hpp>

#include "spec/pipeline_spec.hpp"

namespace weir {

/// What is known of a declared node while the pipeline is bound.
struct Declared {
  const NodeSpec* spec = nullptr;
  const weir_component* component = nullptr;  // Null: a fault was reported.
  std::vector<std::string> inputs;            // Port names, the component's and those that the YAML made.
  std::vector<std::string> outputs;
  std::vector<std::optional<Schema>> schemas;  // Of outputs; nothing behind a fault.
  std::optional<Schema> errors;  // Of the port `errors`, with labels; nothing before it is bound.
  std::optional<size_t> bound;   // Index in the bound pipeline.
  bool is_bounded = true;
  bool outputs_are_known = true;  // False: its ports come from an option that is missing or faulty.
};

/// That one node reads an output of another.
struct Read {
  size_t from = 0;
  std::string from_port;
  uint32_t to_port = 0;
  const InputRef* ref = nullptr;  // Borrows: as long as the spec.
};

/// The columns of a data output or of `errors`; nothing where they are not known.
std::optional<Schema> output_of(const Declared& sender, const std::string& port);

}  // namespace weir
