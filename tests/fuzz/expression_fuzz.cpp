// Expressions: what is printed parses to the same tree; a batch gives what its rows give one at a time.
//
// Input: the text of an expression over the columns b, i, n, u, f, d, s, t, y.
#include <algorithm>
#include <string>
#include <vector>

#include "data/row_json.hpp"
#include "expr/ast.hpp"
#include "expr/expr_harness.hpp"
#include "expr/parser.hpp"
#include "fuzz_target.hpp"

namespace weir::fuzz {
namespace {

using expr::TestRows;

constexpr const char* kSchema =
    "b: bool, i: int64, n: int32, u: uint64, f: float64, d: decimal(10,2), s: string, t: timestamp, y: "
    "date32";

const std::vector<std::vector<expr::Cell>>& cells() {
  static const std::vector<std::vector<expr::Cell>> cells = {
      {"true", "7", "-1", "18446744073709551615", "0.5", "12.50",
       "a text of more than twelve bytes, \xC3\xA9", "2024-02-29T12:34:56.789Z", "2024-02-29"},
      {{}, {}, {}, {}, {}, {}, {}, {}, {}},
      {"false", "-9223372036854775808", "2147483647", "0", "-1e308", "-99999999.99", "",
       "1969-12-31T23:59:59Z", "1970-01-01"},
      {"true", "0", "0", "3", "nan", "0.00", R"({"k":[1,{"x":null}]})", "2000-01-01T00:00:00Z",
       "1600-12-31"}};
  return cells;
}

const TestRows& all_rows() {
  static const TestRows rows(kSchema, cells());
  return rows;
}

const std::vector<TestRows>& single_rows() {
  static const std::vector<TestRows> rows = [] {
    std::vector<TestRows> made;
    for (const std::vector<expr::Cell>& row : cells())
      made.emplace_back(kSchema, std::vector<std::vector<expr::Cell>>(1, row));
    return made;
  }();
  return rows;
}

// Each row's value as JSON, or its fault.
std::vector<std::string> values(const expr::CompiledExpression& expression, const TestRows& rows) {
  expr::RowFaults faults;
  const Column column = expression.evaluate(*rows.batch(), faults).value();
  std::vector<std::string> out(rows.batch().row_count());
  for (size_t i = 0; i < out.size(); ++i)
    append_value_json(expression.c_field(), *column.get(), static_cast<int64_t>(i), out[i]);
  for (const expr::RowFault& fault : faults) {
    std::string& value = out.at(static_cast<size_t>(fault.row));
    expect_equal("a row with a fault", value, "null");
    value = fault.code + ": " + fault.message;
  }
  return out;
}

void check_tree(std::string_view text) {
  expr::ExprFaults faults;
  const expr::AstPtr tree = expr::parse(text, faults);
  expect((tree == nullptr) == !faults.empty(), "a tree or a fault");
  if (tree == nullptr) return;
  const std::string printed = expr::print(*tree);
  const expr::AstPtr again = expr::parse(printed, faults);
  expect_equal("what is printed parses", again == nullptr ? printed + ": " + faults.front().message : "", "");
  expect_equal("printed, and printed again", printed, expr::print(*again));
}

void check_faults(const expr::ExprFaults& faults, std::string_view text) {
  for (const expr::ExprFault& fault : faults) {
    expect(fault.offset <= text.size() && fault.length <= text.size() - fault.offset + 1,
           "a fault lies in the text");
    expect(!expr::describe(fault, text).empty(), "a fault can be described");
  }
}

}  // namespace

WEIR_FUZZ_TARGET(expression) {
  const std::string_view text = input.rest();
  const TestRows& rows = all_rows();
  check_tree(text);
  const auto compiled = expr::compile(text, rows.schema(), expr::test_functions());
  expect(compiled.is_ok() == compiled.faults.empty(), "a program or a fault");
  check_faults(compiled.faults, text);
  if (!compiled.is_ok()) return;
  const std::vector<std::string> found = values(*compiled, rows);
  if (!compiled->is_deterministic()) return;
  const auto printed = expr::compile(compiled->text(), rows.schema(), expr::test_functions());
  expect(printed.is_ok(), "the canonical text compiles");
  const std::vector<std::string> from_printed = values(*printed, rows);
  for (size_t i = 0; i < found.size(); ++i) {
    expect_equal("a row among others and alone", found[i], values(*compiled, single_rows()[i]).front());
    expect_equal("the text and its canonical form", found[i], from_printed[i]);
  }
}

}  // namespace weir::fuzz
