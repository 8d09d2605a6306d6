#include "plan/row_values.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>
#include <weir/c_schema.hpp>

#include "data/data_calls.hpp"
#include "data/row_json.hpp"
#include "spec/yaml_reader.hpp"

namespace weir {
namespace {

struct Rows {
  std::vector<std::string> json;
  std::string faults;
};

Rows rows_of(const std::string& columns, const std::string& text, BinaryText binary = BinaryText::kPlain) {
  init_data_host();
  FaultList faults;
  const Schema schema = *Schema::parse(columns);
  const auto list = read_yaml(std::make_shared<const SourceText>("rows.yaml", text), faults);
  const auto batch = batch_of_rows(schema, list->find("rows")->value.items, binary, faults);
  Rows rows;
  for (const Fault& fault : faults.sorted())
    rows.faults += fault.place.to_string() + ": " + fault.message + " [" + fault.code + "]\n";
  const CSchema c(schema);
  for (int64_t i = 0; batch && i < (*batch)->row_count; ++i)
    append_row_json(*c.get(), **batch, i, rows.json.emplace_back());
  return rows;
}

TEST(RowValues, TakeTheTypesOfTheirColumns) {
  const Rows rows = rows_of(
      "a: int64, b: float64, c: decimal(10,2), d: bool, e: date32, f: timestamp, g: string, h: uint64",
      "rows:\n"
      "  - {a: -7, b: 0.5, c: 1.5, d: true, e: 2024-02-29, f: 2024-02-29, g: NO, h: 18446744073709551615}\n"
      "  - {g: \"null\", other: 1}\n");
  EXPECT_EQ(rows.faults, "");
  ASSERT_EQ(rows.json.size(), 2U);
  EXPECT_EQ(rows.json[0],
            "{\"a\":-7,\"b\":0.5,\"c\":1.50,\"d\":true,\"e\":\"2024-02-29\",\"f\":\"2024-02-29T00:00:00Z\","
            "\"g\":\"NO\","
            "\"h\":18446744073709551615}");
  EXPECT_EQ(rows.json[1],
            "{\"a\":null,\"b\":null,\"c\":null,\"d\":null,\"e\":null,\"f\":null,\"g\":\"null\",\"h\":null}");
}

TEST(RowValues, MayBeListsAndStructs) {
  const Rows rows = rows_of("l: list<string>, o: struct<a: int64, b: list<float64>>",
                            "rows: [{l: [x, null], o: {a: 1, b: [0.5, 2]}}, {l: [], o: {b: []}}, {}]");
  EXPECT_EQ(rows.faults, "");
  ASSERT_EQ(rows.json.size(), 3U);
  EXPECT_EQ(rows.json[0], "{\"l\":[\"x\",null],\"o\":{\"a\":1,\"b\":[0.5,2]}}");
  EXPECT_EQ(rows.json[1], "{\"l\":[],\"o\":{\"a\":null,\"b\":[]}}");
  EXPECT_EQ(rows.json[2], "{\"l\":null,\"o\":null}");
}

TEST(RowValues, BytesStandAsTextOrAsBase64) {
  EXPECT_EQ(rows_of("b: binary", "rows: [{b: abc}]").json[0], "{\"b\":\"YWJj\"}");
  for (const char* text : {"YQ==", "YWI=", "YWJj", "AP8="})
    EXPECT_EQ(rows_of("b: binary", "rows: [{b: \"" + std::string(text) + "\"}]", BinaryText::kBase64).json[0],
              "{\"b\":\"" + std::string(text) + "\"}");
}

TEST(RowValues, EachMisfitIsOneFault) {
  EXPECT_EQ(rows_of("a: int64, l: list<int64>, s: string, b: binary",
                    "rows: [{a: 1.5, l: 2, s: {}, b: \"?\"}, {a: x, l: [y]}]", BinaryText::kBase64)
                .faults,
            "rows.yaml:1:12: column 'a': expected int64, found '1.5' [bad-value]\n"
            "rows.yaml:1:20: column 'l': expected list<int64>, found '2' [bad-value]\n"
            "rows.yaml:1:26: column 's': expected string, found a map [bad-value]\n"
            "rows.yaml:1:33: column 'b': expected base64, found '?' [bad-value]\n"
            "rows.yaml:1:43: column 'a': cannot cast 'x' to int64 [bad-value]\n"
            "rows.yaml:1:50: column 'l': cannot cast 'y' to int64 [bad-value]\n");
}

}  // namespace
}  // namespace weir
