#pragma once
// The way in: the text of an expression -> something that computes columns.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/batch.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

#include "expr/fault.hpp"
#include "expr/function_registry.hpp"
#include "expr/row_fault.hpp"

namespace weir::expr {

struct Program;

/// An expression over the columns of one schema, ready to run.
///
/// Threads: a value; copies share one immutable program, and any number of threads may evaluate it at once.
class CompiledExpression {
 public:
  /// Empty: may only be assigned to.
  CompiledExpression() = default;
  explicit CompiledExpression(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  /// What it gives. The name is empty, except for a bare column: then name and metadata are the column's.
  const Field& field() const;
  /// The same for the C ABI. Borrows: as long as any copy of this expression.
  const weir_field& c_field() const;
  /// Indices of the input columns that it reads, ascending.
  const std::vector<uint32_t>& columns() const;
  /// Whether the same rows always give the same values: it calls neither now() nor random().
  bool is_deterministic() const;
  /// Whether any row can have a fault.
  bool can_fault() const;
  /// The column it is, when it does nothing else.
  std::optional<uint32_t> bare_column() const;
  /// Its canonical text, for fingerprints.
  const std::string& text() const;
  /// Whether it is one value for every row; then `constant_text()` is that value as CAST to string gives it,
  /// or nothing for null.
  bool is_constant() const;
  std::optional<std::string> constant_text() const;

  /// Computes a value for every row. Rows with a fault are null and added to `faults` (one each).
  /// Needs: `batch` has the schema's columns.
  /// Fails: no memory.
  Result<Column> evaluate(const weir_batch& batch, RowFaults& faults) const;

 private:
  std::shared_ptr<const Program> program_;
};

/// A compiled thing, or what is wrong with its text.
template <class T>
struct Compiled {
  std::optional<T> value;
  ExprFaults faults;  ///< Not empty exactly when there is no value. In the order of their places.

  bool is_ok() const { return value.has_value(); }
  T& operator*() { return *value; }
  const T& operator*() const { return *value; }
  T* operator->() { return &*value; }
  const T* operator->() const { return &*value; }
  /// The first fault, with a caret under its place. Needs: !is_ok().
  Status status(std::string_view text) const { return Status::invalid(describe(faults.front(), text)); }
};

class AggregateCatalog;

/// Compiles a scalar expression over `schema`. Every fault that is not a consequence of another is reported.
/// `aggregates` (may be null) only makes messages better.
/// The functions of plugins that it calls must stay loaded as long as it lives; the registry need not.
Compiled<CompiledExpression> compile(std::string_view text, const Schema& schema,
                                     const FunctionRegistry& functions,
                                     const AggregateCatalog* aggregates = nullptr);

/// As compile(), and the result must be a bool: a condition.
Compiled<CompiledExpression> compile_condition(std::string_view text, const Schema& schema,
                                               const FunctionRegistry& functions,
                                               const AggregateCatalog* aggregates = nullptr);

/// Writes the rows where a bool column is true (null is not) to `rows`, ascending; returns how many.
/// Needs: `rows` has room for column.row_count.
size_t to_selection(const weir_column& column, uint32_t* rows);

}  // namespace weir::expr
