#include "expr/function_reference.hpp"

#include <gtest/gtest.h>

namespace weir::expr {
namespace {

Function half() {
  Function function;
  function.name = "half";
  function.theme = "made up";
  function.signature = "(float64) or (int64[, int64])";
  function.doc = "The half of it.";
  function.examples = {"half(3e0) => 1.5", "half(4) => 2"};
  return function;
}

TEST(FunctionReference, WritesOneFunction) {
  EXPECT_EQ(function_markdown(half(), {"halve", "middle"}), R"(### half

The half of it.

- `half(float64)`
- `half(int64[, int64])`

Also called `halve`, `middle`.

```text
half(3e0) => 1.5
half(4) => 2
```
)");
}

TEST(FunctionReference, WritesAChapterForEachTheme) {
  FunctionRegistry functions;
  ASSERT_TRUE(functions.add(half()).is_ok());
  Function other = half();
  other.name = "third";
  other.theme = "a beginning";
  other.signature = "(float64)";
  other.examples = {"third(3e0) => 1.0"};
  ASSERT_TRUE(functions.add(other).is_ok());
  EXPECT_EQ(functions_markdown(functions), R"(## A beginning

### third

The half of it.

- `third(float64)`

```text
third(3e0) => 1.0
```

## Made up

### half

The half of it.

- `half(float64)`
- `half(int64[, int64])`

```text
half(3e0) => 1.5
half(4) => 2
```
)");
}

}  // namespace
}  // namespace weir::expr
