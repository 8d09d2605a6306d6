#pragma once
// Aggregate calls: `count()`, `quantile(latency_ms, 0.99)`, `sum(x) FILTER (WHERE y > 0)`.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <weir/abi.h>

#include "expr/compile.hpp"

namespace weir::expr {

/// Where aggregates are found by name; the plugin room has them.
class AggregateCatalog {
 public:
  virtual ~AggregateCatalog() = default;
  /// Null: there is none. `name` in lower case. Borrows: as long as the catalog.
  virtual const weir_aggregate_calls* find(std::string_view name) const = 0;
  virtual std::vector<std::string> names() const = 0;
};

/// One aggregate call over the columns of a schema.
///
/// Threads: a value; copies share what is inside, which does not change.
class CompiledAggregate {
 public:
  struct Parts;
  CompiledAggregate() = default;
  explicit CompiledAggregate(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

  const weir_aggregate_calls& calls() const;
  /// Layout, partial columns and result, as the aggregate resolved them.
  const weir_aggregate_layout& layout() const;
  const std::vector<CompiledExpression>& args() const;
  const std::optional<CompiledExpression>& filter() const;
  /// Indices of the input columns that arguments and filter read, ascending.
  const std::vector<uint32_t>& columns() const;
  bool is_deterministic() const;
  /// As written.
  const std::string& text() const;
  /// For fingerprints.
  const std::string& canonical_text() const;

 private:
  std::shared_ptr<const Parts> parts_;
};

/// Compiles one aggregate call. `count(*)` is `count()`, `count(DISTINCT x)` is `distinct(x)`, and
/// `quantile(merge(s), 0.99)` is `quantile_merged(s, 0.99)`, as it is with every aggregate that has one.
/// The catalog's aggregates must stay loaded as long as the result lives.
Compiled<CompiledAggregate> compile_aggregate(std::string_view text, const Schema& schema,
                                              const FunctionRegistry& functions,
                                              const AggregateCatalog& aggregates);

}  // namespace weir::expr
