#include "plugin/binding_validate.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

class BindingValidate : public testing::Test {
 protected:
  BindingValidate() {
    output_.struct_size = sizeof(output_);
    state_.struct_size = sizeof(state_);
    program_.struct_size = sizeof(program_);
    binding_.struct_size = sizeof(binding_);
    binding_.output_count = 1;
    binding_.outputs = &output_;
    binding_.state_count = 1;
    binding_.states = &state_;
    binding_.program = &program_;
  }
  std::string message() const { return std::string(validate_binding(&binding_).message()); }

  weir_output_port output_{};
  weir_state_spec state_{};
  weir_program program_{};
  weir_binding binding_{};
};

TEST_F(BindingValidate, TakesAWholeOneAndALongerOne) {
  EXPECT_EQ(message(), "");
  binding_.struct_size += 8;
  program_.struct_size += 8;
  EXPECT_EQ(message(), "");
}

TEST_F(BindingValidate, RefusesWhatDoesNotSayItsSize) {
  binding_.struct_size = 0;
  EXPECT_EQ(message(), "the component answers no binding of this ABI's size");
  EXPECT_EQ(validate_binding(nullptr).message(), "the component answers no binding of this ABI's size");
}

TEST_F(BindingValidate, RefusesLongerItemsOfArrays) {
  output_.struct_size += 8;
  EXPECT_EQ(message(), "the component's binding has output 0 of another size than this ABI's");
  output_.struct_size = sizeof(output_);
  state_.struct_size = 0;
  EXPECT_EQ(message(), "the component's binding has state 0 of another size than this ABI's");
}

}  // namespace
}  // namespace weir
