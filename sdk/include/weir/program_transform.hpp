#pragma once
// A transform that is a program of expressions.
#include <optional>
#include <utility>

#include "weir/program.hpp"
#include "weir/transform_node.hpp"

namespace weir {

/// bind() says which rows to keep and which columns to make; the host does it and never calls the node.
class ProgramTransform : public TransformNode, public shim::HasProgram {
 public:
  static constexpr uint64_t kDefaultTraits =
      WEIR_TRAIT_DETERMINISTIC | WEIR_TRAIT_KEEPS_ORDER | WEIR_TRAIT_STATELESS;

  virtual Result<Program> bind(const Schema& input) = 0;

  Result<Binding> bind_ports(std::span<const Input> inputs) final {
    WEIR_ASSIGN_OR_RETURN(program_, bind(inputs.front().schema));
    return program_->binding();
  }
  const Program* program() const final { return program_ ? &*program_ : nullptr; }
  Result<Progress> process(Batch, size_t, Emitter&) final {
    return Status::internal("a node that is a program was called");
  }

 private:
  std::optional<Program> program_;
};

}  // namespace weir
