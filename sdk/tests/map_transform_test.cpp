#include "weir/map_transform.hpp"

#include <gmock/gmock.h>

#include <array>

#include "test_host.hpp"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A node of a component with one copy, as the host makes it: the way every plugin is called.
class OneCopy {
 public:
  OneCopy(std::string_view component, std::vector<weir_value> options, const weir::Schema& schema,
          uint32_t mode = WEIR_MODE_WHOLE)
      : component_(find_component(component)), schema_(schema) {
    EXPECT_EQ(component_->create(weir::host(), options.data(), options.size(), &node_, &fault), 0)
        << fault.message;
    weir_bind_input input{};
    input.struct_size = sizeof(input);
    input.port_name = weir::as_str("in");
    input.schema = schema_.get();
    code = component_->bind(node_, &input, 1, &binding, &fault);
    if (code != 0) return;
    weir_instance_info info{};
    info.struct_size = sizeof(info);
    info.mode = mode;
    info.count = 1;
    info.context = &context;
    code = component_->instance_new(node_, &info, &instance_, &fault);
    EXPECT_EQ(code == 0, mode <= WEIR_MODE_FINAL) << fault.message;
  }
  ~OneCopy() {
    if (instance_ != nullptr) component_->instance_free(instance_);
    component_->destroy(node_);
  }
  weir_answer process(weir::Batch batch) {
    const weir_call call{sizeof(call), 0, 1 << 20, 0};
    weir_wake wake{};
    return component_->transform->process(instance_, &call, 0, batch.release(), &wake, &fault);
  }

  TestContext context;
  const weir_binding* binding = nullptr;
  weir_fault fault{};
  int32_t code = 0;

 private:
  const weir_component* component_;
  weir::CSchema schema_;
  weir_node* node_ = nullptr;
  weir_instance* instance_ = nullptr;
};

weir_value column_value(int64_t index, std::string_view name) {
  weir_value value{};
  value.struct_size = sizeof(value);
  value.kind = WEIR_OPTION_COLUMN;
  value.present = 1;
  value.integer = index;
  value.text = weir::as_str(name);
  return value;
}

weir::Batch temperatures() {
  weir::ColumnBuilder<double> t;
  t.append(32);
  t.append_null();
  t.append(212);
  weir::StringBuilder place;
  place.append("a place with a long name");
  place.append("b");
  place.append_null();
  const std::array columns = {std::move(t).finish(), std::move(place).finish()};
  return weir::Batch::make(3, columns);
}

TEST(MapTransform, ConvertsValuesKeepsNullsAndSharesOtherColumns) {
  OneCopy node("to_celsius", {column_value(0, "t")},
               weir::Schema::parse("t: float64, place: string").value());
  weir::Batch in = temperatures();
  const weir_column* place = in->columns[1];
  ASSERT_EQ(node.process(std::move(in)), WEIR_DONE);
  ASSERT_EQ(node.context.outputs.size(), 1U);
  EXPECT_EQ(to_text(node.context.outputs[0].batch), "0, null, 100 | a place with a long name, b, null");
  EXPECT_EQ(node.context.outputs[0].batch->columns[1], place);
  EXPECT_THAT(node.context.rejections, IsEmpty());
}

TEST(MapTransform, BindingSaysWhatBecomesOfEachColumn) {
  OneCopy node("to_celsius", {column_value(0, "t")},
               weir::Schema::parse("t: float64, place: string").value());
  ASSERT_EQ(node.binding->output_count, 1U);
  const weir_output_port& out = node.binding->outputs[0];
  ASSERT_EQ(out.column_count, 2U);
  EXPECT_EQ(out.columns[0].derivation, uint32_t{WEIR_DERIVED});
  EXPECT_EQ(out.columns[1].derivation, uint32_t{WEIR_DERIVED_SAME});
  EXPECT_EQ(out.columns[1].from[0].column, 1U);
  EXPECT_EQ(weir::as_view(out.columns[1].field.name), "place");
}

TEST(MapTransform, ReadingAColumnAsAnotherTypeIsAFaultNotACrash) {
  OneCopy node("to_celsius", {column_value(1, "place")},
               weir::Schema::parse("t: float64, place: string").value());
  EXPECT_EQ(node.process(temperatures()), WEIR_FAILED);
  EXPECT_STREQ(node.fault.message, "a column of string was read as float64");
}

TEST(MapTransform, RefusesAModeThatIsNotKnown) {
  const OneCopy node("to_celsius", {column_value(0, "t")}, weir::Schema::parse("t: float64").value(), 3);
  EXPECT_EQ(node.code, int32_t{WEIR_CODE_UNSUPPORTED});
  EXPECT_STREQ(node.fault.message,
               "the host asks for an instance of mode 3, which this component does not know");
}

TEST(MapTransform, DescriptionComesFromTheRegistration) {
  const weir_component* c = find_component("to_celsius");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(weir::as_view(c->summary), "Convert one temperature column to Celsius.");
  ASSERT_EQ(c->option_count, 1U);
  EXPECT_EQ(weir::as_view(c->options[0].name), "column");
  EXPECT_EQ(c->options[0].kind, uint32_t{WEIR_OPTION_COLUMN});
  EXPECT_EQ(c->options[0].type, uint32_t{WEIR_FLOAT64});
  EXPECT_EQ(c->options[0].flags, uint32_t{WEIR_OPTION_REQUIRED});
  EXPECT_EQ(weir::as_view(c->options[0].doc), "The column to convert.");
  EXPECT_EQ(weir::as_view(c->inputs[0].name), "in");
  EXPECT_EQ(weir::as_view(c->outputs[0].name), "out");
}

}  // namespace
