// test_value: one expression, for tests of functions.
#include <utility>

#include <weir/program_transform.hpp>

#include "kit/test_parts.hpp"

namespace weir::kit {
namespace {

struct Options {
  Expression value;
};

class TestValue final : public ProgramTransform {
 public:
  explicit TestValue(Options options) : options_(options) {}
  Result<Program> bind(const Schema& input) override {
    Program program = Program::none(input);
    program.set("result", options_.value);
    return program;
  }

 private:
  const Options options_;
};

}  // namespace

const weir_component* test_value() {
  return registration::node_component<TestValue, Options, TransformNode>(
      WEIR_KIND_TRANSFORM, &shim::fill_transform, "test_value", "One expression as the column `result`.",
      required("value", &Options::value, "The expression."));
}

}  // namespace weir::kit
