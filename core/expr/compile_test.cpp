// What a compiled expression says of itself, the host's calls, plugins' functions and aggregates.
#include <gmock/gmock.h>

#include <weir/c_schema.hpp>

#include "expr/abi_calls.hpp"
#include "expr/expr_harness.hpp"

namespace weir::expr {
namespace {

using testing::ElementsAre;

CompiledExpression compiled(const std::string& text, const std::string& schema) {
  auto out = compile(text, Schema::parse(schema).value(), test_functions());
  EXPECT_TRUE(out.is_ok()) << text << ": " << (out.is_ok() ? "" : out.faults[0].message);
  return *std::move(out.value);
}

TEST(Compiled, SaysWhatItReads) {
  const std::string schema = "a: int64, b: int64, c: string";
  EXPECT_THAT(compiled("c || CAST(a AS string)", schema).columns(), ElementsAre(0U, 2U));
  EXPECT_TRUE(compiled("1 + 2", schema).columns().empty());
  EXPECT_EQ(compiled("b", schema).bare_column(), std::optional<uint32_t>(1));
  EXPECT_EQ(compiled("b + 0", schema).bare_column(), std::nullopt);
  EXPECT_EQ(compiled("b", schema).field().name, "b");
}

TEST(Compiled, KnowsTimeAndChance) {
  EXPECT_TRUE(compiled("a + 1", "a: int64").is_deterministic());
  EXPECT_FALSE(compiled("a + random()", "a: int64").is_deterministic());
  EXPECT_FALSE(compiled("CASE WHEN now() > ts THEN 1 END", "ts: timestamp").is_deterministic());
}

TEST(Compiled, FoldsConstants) {
  EXPECT_EQ(compiled("1 + 2 * 3", "").constant_text(), std::optional<std::string>("7"));
  EXPECT_EQ(compiled("upper('a') || 'b'", "").constant_text(), std::optional<std::string>("Ab"));
  EXPECT_TRUE(compiled("NULL + 1", "").is_constant());
  EXPECT_EQ(compiled("NULL + 1", "").constant_text(), std::nullopt);
  EXPECT_FALSE(compiled("random()", "").is_constant());
}

TEST(Compiled, KnowsWhatCanBeNullAndFail) {
  Schema schema = Schema::parse("a: int64, f: float64").value();
  schema.fields[0].nullable = false;
  schema.fields[1].nullable = false;
  const auto field = [&](const std::string& text) {
    return compile(text, schema, test_functions())->field().nullable;
  };
  EXPECT_FALSE(field("f + 1"));
  EXPECT_TRUE(field("a + 1"));  // It may overflow.
  EXPECT_TRUE(field("f / 2"));
  EXPECT_FALSE(field("a IS NULL"));
  EXPECT_FALSE(field("coalesce(nullif(f, 0), 1)"));
  EXPECT_FALSE(compile("f > 1", schema, test_functions())->can_fault());
  EXPECT_TRUE(compile("a + 1", schema, test_functions())->can_fault());
}

TEST(Compiled, SharesColumnsThatItDoesNotChange) {
  const TestRows rows("s: string", {{"a text that is longer than twelve bytes"}});
  RowFaults faults;
  const auto same = compile("s", rows.schema(), test_functions());
  EXPECT_EQ(same->evaluate(*rows.batch(), faults).value().get(), rows.batch().get()->columns[0]);
  const auto chosen = compile("if(true, s, 'x')", rows.schema(), test_functions());
  const Column column = chosen->evaluate(*rows.batch(), faults).value();
  EXPECT_EQ(column.get()->heaps[0], rows.batch().get()->columns[0]->heaps[0]);
}

TEST(Compiled, ReadsEveryLayoutOfTexts) {
  init_data_host();
  DictionaryBuilder dictionary;
  dictionary.append("red");
  dictionary.append_null();
  dictionary.append("a colour with a long name");
  dictionary.append("red");
  const std::vector<Column> columns = {std::move(dictionary).finish()};
  Schema schema = Schema::parse("s: string").value();
  RowFaults faults;
  const auto upper = compile("upper(s)", schema, test_functions());
  const Column out = upper->evaluate(*Batch::make(4, columns), faults).value();
  const StringColumn texts(*out.get());
  EXPECT_EQ(texts[0], "RED");
  EXPECT_TRUE(texts.is_null(1));
  EXPECT_EQ(texts[2], "A COLOUR WITH A LONG NAME");
}

TEST(Compiled, ReadsFieldsOfStructs) {
  init_data_host();
  const TestRows inner("size: int64", {{"7"}, {std::nullopt}, {"9"}});
  weir_column_parts parts{};
  const weir_column* const child = inner.batch().get()->columns[0];
  const weir_column* const children[] = {child};
  const uint8_t validity = 0b011;
  const Buffer bits = Buffer::allocate(1);
  bits.data()[0] = validity;
  weir_buffer* const buffers[] = {bits.get()};
  parts.struct_size = sizeof(parts);
  weir_column view{};
  view.struct_size = sizeof(view);
  view.type = WEIR_STRUCT;
  view.layout = WEIR_LAYOUT_STRUCT;
  view.row_count = 3;
  view.null_count = 1;
  view.validity = bits.data();
  view.children = children;
  view.child_count = 1;
  parts.view = &view;
  parts.buffers = buffers;
  parts.buffer_count = 1;
  const std::vector<Column> columns = {Column::adopt(host()->column_new(host(), &parts))};
  const Schema schema = Schema::parse("p: struct<size: int64>").value();
  RowFaults faults;
  const auto plus = compile("p.size + 1", schema, test_functions());
  ASSERT_TRUE(plus.is_ok());
  const Column out = plus->evaluate(*Batch::make(3, columns), faults).value();
  const ColumnView<int64_t> values(*out.get());
  EXPECT_EQ(values[0], 8);
  EXPECT_TRUE(values.is_null(1));
  EXPECT_TRUE(values.is_null(2));
  EXPECT_EQ(compile("p.sise", schema, test_functions()).faults[0].hint, "did you mean 'size'?");
}

// ---- the host's calls

TEST(HostCalls, EvaluateAndDescribe) {
  const TestRows rows("s: string", {{"1"}, {"x"}});
  weir_host host_table{};
  fill_expression_calls(host_table);
  weir_expression expression{compiled("CAST(s AS int64) + 1", "s: string")};
  weir_field field{};
  host_table.expression_field(&expression, &field);
  EXPECT_EQ(field.type, WEIR_INT64);
  uint32_t columns[4];
  EXPECT_EQ(host_table.expression_columns(&expression, columns, 4), 1U);
  struct Sink {
    weir_row_faults calls;
    std::vector<std::string> seen;
  } sink{{sizeof(weir_row_faults), 0,
          [](weir_row_faults* self, const weir_row_fault* fault) {
            reinterpret_cast<Sink*>(self)->seen.push_back(
                std::to_string(fault->row) + " " + std::string(fault->message.data, fault->message.size));
          }},
         {}};
  weir_column* out = nullptr;
  weir_fault fault{};
  weir_row_faults unsized{};
  EXPECT_EQ(host_table.evaluate(&expression, rows.batch().get(), &out, &unsized, &fault),
            int32_t{WEIR_CODE_INVALID});
  EXPECT_STREQ(fault.message,
               "a weir_batch or weir_row_faults is shorter than this ABI's: its struct_size is to be set");
  ASSERT_EQ(host_table.evaluate(&expression, rows.batch().get(), &out, &sink.calls, &fault), 0);
  const Column column = Column::adopt(out);
  EXPECT_EQ(ColumnView<int64_t>(*column.get())[0], 2);
  EXPECT_THAT(sink.seen, ElementsAre("1 cannot cast 'x' to int64"));
}

// ---- a plugin's function: doubles an int64, and refuses 13

int32_t resolve_twice(const weir_field* args, size_t count, weir_field* result, weir_fault* fault) {
  if (count != 1 || args[0].type != WEIR_INT64) return fill_fault(Status::invalid("takes one int64"), fault);
  *result = args[0];
  return 0;
}

int32_t call_twice(const weir_host*, const weir_column* const* args, size_t, int64_t row_count,
                   weir_column** out, weir_row_faults* faults, weir_fault*) {
  const ColumnView<int64_t> in(*args[0]);
  ColumnBuilder<int64_t> builder(static_cast<size_t>(row_count), in.validity());
  for (int64_t i = 0; i < row_count; ++i) {
    const auto row = static_cast<size_t>(i);
    builder.values()[row] = in[row] * 2;
    const weir_row_fault fault{sizeof(weir_row_fault), 0, i, {"unlucky", 7}, {"13 is unlucky", 13}};
    if (in[row] == 13 && !in.is_null(row)) faults->add(faults, &fault);
  }
  *out = std::move(builder).finish().release();
  return 0;
}

TEST(PluginFunctions, AreCalledWithWholeColumns) {
  static const weir_function_calls kCalls{sizeof(weir_function_calls), 1, resolve_twice, call_twice};
  weir_component component{};
  component.kind = WEIR_KIND_FUNCTION;
  component.name = {"twice", 5};
  component.function = &kCalls;
  FunctionRegistry functions = FunctionRegistry::builtin();
  ASSERT_TRUE(functions.add_plugin(component).is_ok());
  EXPECT_EQ(functions.add_plugin(component).message(), "there is already a function 'twice'");
  EXPECT_EQ(test_functions().find("twice"), nullptr);
  const TestRows rows("n: int64", {{"4"}, {"13"}, {std::nullopt}});
  RowFaults faults;
  const auto twice = compile("if(n = 13, 0, twice(n)) + twice(CAST(1 AS int64))", rows.schema(), functions);
  ASSERT_TRUE(twice.is_ok()) << twice.faults[0].message;
  const Column out = twice->evaluate(*rows.batch(), faults).value();
  EXPECT_EQ(ColumnView<int64_t>(*out.get())[0], 10);
  EXPECT_EQ(ColumnView<int64_t>(*out.get())[1], 2);
  EXPECT_TRUE(ColumnView<int64_t>(*out.get()).is_null(2));
  EXPECT_TRUE(faults.empty());
  const auto plain = compile("twice(n)", rows.schema(), functions);
  (void)plain->evaluate(*rows.batch(), faults);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].row, 1);
  EXPECT_EQ(faults[0].code, "unlucky");
  EXPECT_EQ(compile("twice('a')", rows.schema(), functions).faults[0].message, "twice: takes one int64");
}

TEST(PluginFunctions, ANameThatIsRefusedCannotBeCalledThoughThereIsAFunctionOfIt) {
  FunctionRegistry functions = FunctionRegistry::builtin();
  functions.refuse("upper", {"ambiguous-function", "'upper' is two", "rename one"});
  const Schema schema = Schema::parse("s: string").value();
  const auto faults = [&](const std::string& text) {
    std::string out;
    for (const ExprFault& f : compile(text, schema, functions).faults)
      out += std::to_string(f.offset) + " " + f.code + ": " + f.message + " | " + f.hint + "\n";
    return out;
  };
  EXPECT_EQ(faults("lower(s) || UPPER(s)"), "12 ambiguous-function: 'upper' is two | rename one\n");
  EXPECT_EQ(faults("lower(s)"), "");
  // Its arguments are looked at all the same.
  EXPECT_EQ(compile("upper(t)", schema, functions).faults.size(), 2U);
}

int32_t call_nothing(const weir_host*, const weir_column* const*, size_t, int64_t, weir_column** out,
                     weir_row_faults*, weir_fault*) {
  *out = nullptr;
  return 0;
}

int32_t call_unsized(const weir_host* host, const weir_column* const* args, size_t count, int64_t row_count,
                     weir_column** out, weir_row_faults* faults, weir_fault* fault) {
  const weir_row_fault unsized{0, 0, 0, {"odd", 3}, {"odd", 3}};
  faults->add(faults, &unsized);
  return call_twice(host, args, count, row_count, out, faults, fault);
}

TEST(PluginFunctions, GiveAColumnAndFaultsThatSayTheirSize) {
  static const weir_function_calls kNothing{sizeof(weir_function_calls), 1, resolve_twice, call_nothing};
  static const weir_function_calls kUnsized{sizeof(weir_function_calls), 1, resolve_twice, call_unsized};
  weir_component component{};
  component.kind = WEIR_KIND_FUNCTION;
  FunctionRegistry functions = FunctionRegistry::builtin();
  component.name = {"nothing", 7};
  component.function = &kNothing;
  ASSERT_TRUE(functions.add_plugin(component).is_ok());
  component.name = {"unsized", 7};
  component.function = &kUnsized;
  ASSERT_TRUE(functions.add_plugin(component).is_ok());
  const TestRows rows("n: int64", {{"4"}});
  const auto fault = [&](const std::string& text) {
    RowFaults faults;
    (void)compile(text, rows.schema(), functions)->evaluate(*rows.batch(), faults);
    return faults.size() == 1 ? faults[0].code + ": " + faults[0].message : "";
  };
  EXPECT_EQ(fault("nothing(n)"), "function-failed: it gives no column");
  EXPECT_EQ(fault("unsized(n)"),
            "function-failed: it gives a weir_row_fault that is shorter than this ABI's");
}

// ---- aggregates

int32_t resolve_sum(const weir_field* args, const weir_str* literals, size_t count,
                    weir_aggregate_layout* layout, weir_fault* fault) {
  if (count == 0 || args[0].type == WEIR_STRING) return fill_fault(Status::invalid("takes a number"), fault);
  layout->slot_size = count > 1 ? static_cast<uint32_t>(literals[1].size) : 8;
  layout->result = args[0];
  return 0;
}

class OneAggregate final : public AggregateCatalog {
 public:
  const weir_aggregate_calls* find(std::string_view name) const override {
    return name == "sum" || name == "distinct" || name == "count" ? &calls_ : nullptr;
  }
  std::vector<std::string> names() const override { return {"count", "distinct", "sum"}; }

 private:
  weir_aggregate_calls calls_ = [] {
    weir_aggregate_calls calls{};
    calls.resolve = resolve_sum;
    return calls;
  }();
};

TEST(Aggregates, CompileWithFilterAndLiterals) {
  const OneAggregate catalog;
  const Schema schema = Schema::parse("a: int64, s: string").value();
  const auto sum =
      compile_aggregate("sum(a + 1, 0.99) FILTER (WHERE s <> '')", schema, test_functions(), catalog);
  ASSERT_TRUE(sum.is_ok()) << sum.faults[0].message;
  EXPECT_EQ(sum->layout().slot_size, 4U);
  EXPECT_EQ(sum->args().size(), 2U);
  EXPECT_THAT(sum->columns(), ElementsAre(0U, 1U));
  EXPECT_EQ(sum->layout().result.type, WEIR_INT64);
  const weir_aggregate handle(*sum);
  weir_host host_table{};
  fill_expression_calls(host_table);
  weir_aggregate_info info{};
  info.struct_size = sizeof(info);
  host_table.aggregate_info(&handle, &info);
  EXPECT_EQ(info.arg_count, 2U);
  EXPECT_NE(info.filter, nullptr);
  EXPECT_EQ(std::string(info.text.data, info.text.size), "sum(a + 1, 0.99) FILTER (WHERE s <> '')");
}

TEST(Aggregates, WhoseLayoutCannotBeReadAreRefused) {
  class Broken final : public AggregateCatalog {
   public:
    const weir_aggregate_calls* find(std::string_view name) const override {
      return name == "short" ? &short_ : name == "hollow" ? &hollow_ : nullptr;
    }
    std::vector<std::string> names() const override { return {"hollow", "short"}; }
    weir_aggregate_calls short_{}, hollow_{};
  } catalog;
  using Layout = weir_aggregate_layout;
  catalog.short_.resolve = [](const weir_field*, const weir_str*, size_t, Layout* layout, weir_fault*) {
    layout->struct_size = 8;
    return 0;
  };
  catalog.hollow_.resolve = [](const weir_field*, const weir_str*, size_t, Layout* layout, weir_fault*) {
    layout->partial_count = 2;
    return 0;
  };
  const Schema schema = Schema::parse("a: int64").value();
  const auto fault = [&](const std::string& text) {
    const auto made = compile_aggregate(text, schema, test_functions(), catalog);
    return made.faults.empty() ? "" : made.faults[0].message;
  };
  EXPECT_EQ(fault("short(a)"), "short answers a layout that is shorter than this ABI's");
  EXPECT_EQ(fault("hollow(a)"), "hollow answers partial columns, and gives none");
}

TEST(Aggregates, FaultsByTheirText) {
  const OneAggregate catalog;
  const Schema schema = Schema::parse("a: int64, s: string").value();
  const auto fault = [&](const std::string& text) {
    const auto compiled_text = compile_aggregate(text, schema, test_functions(), catalog);
    std::string out;
    for (const ExprFault& f : compiled_text.faults)
      out += f.code + ": " + f.message + (f.hint.empty() ? "" : " | " + f.hint);
    return out;
  };
  EXPECT_EQ(fault("sum(a)"), "");
  EXPECT_EQ(fault("count(DISTINCT a)"), "");
  EXPECT_EQ(fault("sum(DISTINCT a)"), "not-allowed: DISTINCT is only for count; 'sum' sees every row");
  EXPECT_EQ(fault("smu(a)"), "unknown-aggregate: no aggregate 'smu' | did you mean 'sum'?");
  EXPECT_EQ(fault("upper(s)"),
            "not-an-aggregate: 'upper' is a function of one row, not an aggregate | Put an aggregate around "
            "it: max(upper(...))");
  EXPECT_EQ(fault("sum(a) / 2"),
            "not-an-aggregate: expected one aggregate call such as count() or avg(x) | "
            "What is computed from aggregates goes into a map after this node");
  EXPECT_EQ(fault("sum(s)"), "wrong-arguments: sum: takes a number");
  EXPECT_EQ(fault("sum(b) FILTER (WHERE a)"),
            "unknown-column: no column 'b' in the input (a, s)"
            "wrong-type: the condition of FILTER must be a bool, found int64");
  const auto scalar = compile("sum(a) > 1", schema, test_functions(), &catalog);
  EXPECT_EQ(scalar.faults[0].message,
            "'sum' is an aggregate: it takes many rows, and stands only in 'compute' of aggregate");
}

}  // namespace
}  // namespace weir::expr
