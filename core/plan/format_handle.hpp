#pragma once
// A format that a node's options name: from it decoders and encoders are made.
#include <weir/abi.h>

#include <memory>
#include <string>
#include <vector>
#include <weir/schema.hpp>

#include "plan/bound_pipeline.hpp"
#include "plan/option_values.hpp"

/// Behind the ABI's weir_format.
///
/// Threads: one at a time, before anything runs.
struct weir_format {
  const weir_component* component = nullptr;
  std::shared_ptr<weir::OptionValues> options;
  const weir_host* host = nullptr;
  /// Encoders that were made, for as long as the format lives.
  std::vector<std::shared_ptr<weir::NodeObject>> encoders;

  /// Makes a node of the format with its options.
  weir::Result<std::shared_ptr<weir::NodeObject>> new_node() const;
};

namespace weir {

/// Fills the `encoder` entry of the host table.
void fill_format_calls(weir_host& host);

/// Makes the decoder of a byte source and lets it say its columns, from its options, from the first bytes of
/// the input, or from what an earlier run inferred.
Result<BoundFormat> bind_decoder(const weir_format& format, weir_str head, const std::string& inferred);

}  // namespace weir
