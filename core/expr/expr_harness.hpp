#pragma once
// For tests: expressions over rows that are written as texts.
#include <optional>
#include <string>
#include <vector>

#include <weir/builder.hpp>

#include "data/data_calls.hpp"
#include "expr/compile.hpp"

namespace weir::expr {

using Cell = std::optional<std::string>;

inline const FunctionRegistry& test_functions() {
  static const FunctionRegistry functions = FunctionRegistry::builtin();
  return functions;
}

/// Makes a batch of text columns, and casts each to its type in `schema`.
class TestRows {
 public:
  TestRows(const std::string& schema, const std::vector<std::vector<Cell>>& rows) {
    init_data_host();
    schema_ = Schema::parse(schema).value();
    std::vector<Column> columns;
    for (size_t c = 0; c < schema_.size(); ++c) {
      StringBuilder texts;
      for (const std::vector<Cell>& row : rows) row[c] ? texts.append(*row[c]) : texts.append_null();
      const std::vector<Column> text = {std::move(texts).finish()};
      const Batch batch = Batch::make(rows.size(), text);
      Schema one;
      one.fields = {{"x", Type::kString, true, {}}};
      std::string type = schema_[c].type.to_string();
      const auto cast = compile("CAST(x AS " + type + ")", one, test_functions());
      RowFaults faults;
      columns.push_back(cast->evaluate(*batch, faults).value());
    }
    batch_ = Batch::make(rows.size(), columns);
  }
  const Schema& schema() const { return schema_; }
  const Batch& batch() const { return batch_; }

 private:
  Schema schema_;
  Batch batch_;
};

/// Returns each value as CAST to string gives it; null as NULL, a row fault as "code: message". Faults of the
/// text come as one cell: "code@offset+length: message | hint".
inline std::vector<std::string> evaluate(const std::string& text, const TestRows& rows) {
  std::vector<std::string> out;
  const auto compiled = compile(text, rows.schema(), test_functions());
  for (const ExprFault& f : compiled.faults)
    out.push_back(f.code + "@" + std::to_string(f.offset) + "+" + std::to_string(f.length) + ": " +
                  f.message + (f.hint.empty() ? "" : " | " + f.hint));
  if (!compiled.is_ok()) return out;
  RowFaults faults;
  const std::vector<Column> values = {compiled->evaluate(*rows.batch(), faults).value()};
  Schema one;
  one.fields = {compiled->field()};
  one.fields[0].name = "x";
  RowFaults none;
  const auto to_text = compile("CAST(x AS string)", one, test_functions());
  const Column texts = to_text->evaluate(*Batch::make(rows.batch().row_count(), values), none).value();
  const StringColumn column(*texts.get());
  for (size_t i = 0; i < column.size(); ++i)
    out.push_back(column.is_null(i) ? "NULL" : std::string(column[i]));
  for (const RowFault& fault : faults)
    out[static_cast<size_t>(fault.row)] = fault.code + ": " + fault.message;
  return out;
}

/// The same for one row without columns.
inline std::string evaluate(const std::string& text) {
  static const TestRows kOne("", {{}});
  std::string out;
  for (const std::string& cell : evaluate(text, kOne)) out += (out.empty() ? "" : "\n") + cell;
  return out;
}

}  // namespace weir::expr
