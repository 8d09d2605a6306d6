// What the options of a node say when they are wrong, and what is made of them all the same.
#include "plan/option_reader.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <memory>
#include <string>
#include <weir/text.hpp>

#include "spec/yaml_reader.hpp"

namespace weir {
namespace {

/// One input with the columns `user` and `page`; nothing compiles.
class TwoColumns final : public OptionScope {
 public:
  TwoColumns() {
    schema_.fields.emplace_back("user", DataType(Type::kString));
    schema_.fields.emplace_back("page", DataType(Type::kString));
  }
  const Schema* input(uint32_t) const override { return &schema_; }
  Compiled expression(const YamlValue&, uint32_t, weir_type, FaultList&) override { return {}; }
  Compiled aggregate(const YamlValue&, uint32_t, FaultList&) override { return {}; }
  Compiled format(const YamlValue&, FaultList&) override { return {}; }

 private:
  Schema schema_;
};

weir_option option_of(uint32_t kind, const char* name, uint32_t flags = 0) {
  weir_option option{};
  option.struct_size = sizeof(option);
  option.kind = kind;
  option.name = as_str(name);
  option.flags = flags;
  return option;
}

struct Outcome {
  std::string faults;
  std::shared_ptr<OptionValues> values;
};

Outcome read(const std::string& text, bool is_faulty = false) {
  const weir_option options[] = {option_of(WEIR_OPTION_COLUMN, "column", WEIR_OPTION_REQUIRED),
                                 option_of(WEIR_OPTION_INT, "length")};
  FaultList faults;
  auto value = read_yaml(std::make_shared<const SourceText>("o.yaml", text), faults);
  if (is_faulty) value->entries.front().value.is_faulty = true;
  TwoColumns scope;
  OptionReader reader(scope, faults);
  auto values = reader.read(options, std::size(options), *value, "transform 't'", value->place);
  std::string told;
  for (const Fault& fault : faults.sorted())
    told += fault.place.to_string() + ": " + fault.message + "; " + fault.hint + "\n";
  return {told, values};
}

TEST(OptionReader, AMisspeltOptionIsToldAndReadAsWhatWasMeant) {
  const Outcome outcome = read("{colum: page, length: 5}\n");
  EXPECT_EQ(outcome.faults, "o.yaml:1:2: transform 't' has no option 'colum'; did you mean 'column'?\n");
  ASSERT_NE(outcome.values, nullptr);
  EXPECT_EQ(outcome.values->data()[0].integer, 1);
}

TEST(OptionReader, AMisspeltColumnIsToldAndReadAsWhatWasMeant) {
  const Outcome outcome = read("{column: pagee}\n");
  EXPECT_EQ(outcome.faults,
            "o.yaml:1:10: option 'column': no column 'pagee' in its input (user or page); did you mean "
            "'page'?\n");
  ASSERT_NE(outcome.values, nullptr);
  EXPECT_EQ(outcome.values->data()[0].integer, 1);
}

TEST(OptionReader, AMisspeltEventTimeLeavesTheNodeUnknown) {
  const weir_option options[] = {option_of(WEIR_OPTION_INT, "length")};
  FaultList faults;
  const auto value =
      read_yaml(std::make_shared<const SourceText>("o.yaml", "{even_time: {column: ts}}\n"), faults);
  TwoColumns scope;
  OptionReader reader(scope, faults);
  EXPECT_EQ(reader.read(options, 1, *value, "transform 't'", value->place, {"event_time"}), nullptr);
  EXPECT_EQ(faults.size(), 1U);
}

TEST(OptionReader, AValueThatAnotherFaultTellsOfHasNoFaultOfItsOwn) {
  const Outcome outcome = read("{column: page}\n", true);
  EXPECT_EQ(outcome.faults, "");
  EXPECT_EQ(outcome.values, nullptr);
}

TEST(OptionReader, AMissingOptionIsToldAndNothingIsMadeOfTheRest) {
  const Outcome outcome = read("{length: 5}\n");
  EXPECT_EQ(outcome.faults, "o.yaml:1:1: transform 't' needs the option 'column' (column); \n");
  EXPECT_EQ(outcome.values, nullptr);
}

}  // namespace
}  // namespace weir
