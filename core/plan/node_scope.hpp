#pragma once
// What the options of one node may refer to: the columns of its inputs, functions, aggregates, formats.
#include <memory>
#include <optional>
#include <vector>

#include "expr/aggregate.hpp"
#include "expr/compile.hpp"
#include "plan/format_handle.hpp"
#include "plan/option_reader.hpp"
#include "plugin/component_catalog.hpp"
#include "spec/scalar.hpp"

namespace weir {

/// Aggregates by name, from the plugin libraries.
class CatalogAggregates final : public expr::AggregateCatalog {
 public:
  explicit CatalogAggregates(ComponentCatalog& catalog) : catalog_(catalog) {}
  const weir_aggregate_calls* find(std::string_view name) const override;
  std::vector<std::string> names() const override;

 private:
  ComponentCatalog& catalog_;
};

/// What all nodes of one pipeline share while they are bound.
struct BindShared {
  ComponentCatalog& catalog;
  const weir_host* host;
  expr::FunctionRegistry functions;
  CatalogAggregates aggregates;
};

class NodeScope final : public OptionScope {
 public:
  /// `inputs[port]`: nothing where a fault upstream hides the columns. Borrows both.
  NodeScope(BindShared& shared, const std::vector<std::optional<Schema>>& inputs)
      : shared_(shared), inputs_(inputs) {}
  const Schema* input(uint32_t port) const override;
  Compiled expression(const YamlValue& text, uint32_t port, weir_type wanted, FaultList& faults) override;
  Compiled aggregate(const YamlValue& text, uint32_t port, FaultList& faults) override;
  Compiled format(const YamlValue& value, FaultList& faults) override;

 private:
  void check_without_columns(const YamlValue& text, bool is_aggregate, FaultList& faults);

  BindShared& shared_;
  const std::vector<std::optional<Schema>>& inputs_;
};

}  // namespace weir
