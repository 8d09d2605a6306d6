#include "plugin/component_reference.hpp"

#include <gtest/gtest.h>

#include "plugin/fixture_files.hpp"
#include "plugin/library_load.hpp"
#include "plugin/option_words.hpp"

namespace weir {
namespace {

ComponentDescription echo() {
  return describe_component(
      *load_library(fixture("acme"), EmptyHost()).value()->find(WEIR_KIND_TRANSFORM, "echo"));
}

TEST(ComponentReference, WritesMarkdown) {
  EXPECT_EQ(component_markdown(echo()), R"(## echo (transform)

Pass every row on as it came.

Rows keep their order. Nothing is copied.

| option | what it takes | default | meaning |
|---|---|---|---|
| `columns` | list of columns | **required** | The columns to look at. Example: `[id, name]` |
| `times` | integer, 1 to 10 | `1` | How often to look. |
| `level` | one of low, high | `low` | How loud it is \| as a word. |

- input `input`: Any rows.
- output `output`: The same rows.
- output `errors`: rows that it could not use
- The same input gives the same output.
- Rows keep their order.
- One row goes out for each that comes in.
- Any parallel copy may take any batch.

```yaml
copy: {type: echo, inputs: rows}
```
)");
}

TEST(ComponentReference, SaysNothingOfOptionsWhereArgumentsAreTaken) {
  ComponentDescription component;
  component.kind = WEIR_KIND_AGGREGATE;
  component.name = "middle";
  component.summary = "The value in the middle.";
  component.example = "middle(x) over 1, 2, 3 => 2";
  EXPECT_EQ(component_markdown(component), R"(## middle (aggregate)

The value in the middle.

```
middle(x) over 1, 2, 3 => 2
```
)");
  component.kind = WEIR_KIND_FORMAT;
  component.example = "";
  EXPECT_EQ(component_markdown(component), R"(## middle (format)

The value in the middle.

It has no options.

)");
}

TEST(ComponentReference, WritesTextForATerminal) {
  EXPECT_EQ(component_text(echo()), R"(echo, a transform
Pass every row on as it came.

Rows keep their order. Nothing is copied.

Options
  columns  list of columns, required
           The columns to look at.
           example: [id, name]
  times    integer, 1 to 10, default 1
           How often to look.
  level    one of low, high, default low
           How loud it is | as a word.

Ports
  input input: Any rows.
  output output: The same rows.
  output errors: rows that it could not use

To know
  The same input gives the same output.
  Rows keep their order.
  One row goes out for each that comes in.
  Any parallel copy may take any batch.

Example
  copy: {type: echo, inputs: rows}
)");
}

TEST(ComponentReference, WritesJsonSchema) {
  const std::string var = R"({"type":"string","pattern":"\\$\\{.+\\}"})";
  const std::string text = R"({"type":["string","number","boolean"]})";
  EXPECT_EQ(options_json_schema(echo()),
            R"({"properties":{"columns":{"anyOf":[{"anyOf":[{"type":"array","items":)" + text + "}," + text +
                "]}," + var + R"(],"description":"The columns to look at."},)" +
                R"("times":{"anyOf":[{"type":"integer","minimum":1,"maximum":10},)" + var +
                R"(],"description":"How often to look."},)" +
                R"("level":{"anyOf":[{"enum":["low","high"]},)" + var +
                R"(],"description":"How loud it is | as a word."}},"required":["columns"]})");
}

TEST(OptionWords, NameKindsAndBounds) {
  OptionDescription option;
  option.kind = WEIR_OPTION_DURATION;
  option.min = 1000;
  option.max = 120e6;
  EXPECT_EQ(option_kind_words(option), "duration");
  EXPECT_EQ(option_range_words(option), "1ms to 2m");
  option.kind = WEIR_OPTION_BYTES;
  option.min.reset();
  option.max = 65536;
  EXPECT_EQ(option_range_words(option), "at most 64KiB");
  option.max.reset();
  EXPECT_EQ(option_range_words(option), "");
  option.kind = WEIR_OPTION_EXPRESSION;
  option.type = WEIR_FLOAT64;
  OptionDescription map;
  map.kind = WEIR_OPTION_MAP;
  map.children = {option};
  EXPECT_EQ(option_kind_words(map), "map of names to float64 expressions");
  OptionDescription either;
  either.kind = WEIR_OPTION_ONE_OF;
  either.children = {map, echo().options[1]};
  EXPECT_EQ(option_kind_words(either), "map of names to float64 expressions, or integer");
}

TEST(ComponentReference, ListsWhatLiesInsideAnOption) {
  ComponentDescription component = echo();
  OptionDescription part;
  part.name = "title";
  part.kind = WEIR_OPTION_STRING;
  OptionDescription item;
  item.kind = WEIR_OPTION_STRUCT;
  item.children = {part};
  OptionDescription list;
  list.name = "sections";
  list.kind = WEIR_OPTION_LIST;
  list.children = {item};
  component.options = {list};
  const std::string page = component_markdown(component);
  EXPECT_NE(page.find("| `sections[].title` | text |  |  |\n"), std::string::npos) << page;
}

}  // namespace
}  // namespace weir
