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

TEST_F(BindingValidate, RefusesWhatIsClaimedAndNotThere) {
  const auto said = [&](const std::string& what) {
    EXPECT_EQ(message(), "the component's binding claims " + what + " and gives none");
  };
  binding_.outputs = nullptr;
  said("outputs");
  binding_.outputs = &output_;
  output_.column_count = 1;
  said("columns of output 0");
  weir_output_column column{};
  output_.columns = &column;
  EXPECT_EQ(message(), "");
  column.from_count = 2;
  said("columns that column 0 of output 0 is from");
  column.from_count = 0;
  column.field.name.size = 4;
  said("a name of column 0 of output 0");
  column.field.name.size = 0;
  column.field.metadata_count = 1;
  said("metadata of column 0 of output 0");
  column.field.metadata_count = 0;
  column.field.child_count = 1;
  said("children of column 0 of output 0");
  column.field.child_count = 0;
  binding_.states = nullptr;
  said("states");
  binding_.states = &state_;
  state_.value_count = 1;
  said("values of state 0");
  state_.value_count = 0;
  state_.key_count = 1;
  said("keys of state 0");
  state_.key_count = 0;
  state_.ref_count = 1;
  said("references of state 0");
  state_.ref_count = 0;
  program_.column_count = 1;
  said("columns of a program");
  program_.column_count = 0;
  binding_.key_count = 1;
  said("keys");
  const uint32_t key = 0;
  binding_.keys = &key;
  weir_schema partial{};
  partial.struct_size = sizeof(partial);
  partial.field_count = 1;
  binding_.partial = &partial;
  said("partial columns");
  weir_field field{};
  partial.fields = &field;
  EXPECT_EQ(message(), "");
  field.child_count = 1;
  said("children of number 0 of the partial columns");
}

}  // namespace
}  // namespace weir
