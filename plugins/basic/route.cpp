// route: each row to the first port whose condition is true.
//
//   by_kind: {type: route, inputs: events, routes: {slow: "latency_ms > 1000", failed: "status >= 500"}}
//
// Out: a port for each route, named as in the YAML, and `else` for rows that no condition takes. Rows keep
// their order within a port.
#include <algorithm>

#include <weir/option_name.hpp>
#include <weir/transform.hpp>

namespace {

struct RouteOptions {
  weir::NamedList<weir::Expression> routes;
};

class Route final : public weir::Transform {
 public:
  explicit Route(RouteOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    if (options_.routes.empty()) return weir::Status::invalid("routes: at least one route is needed");
    weir::Binding binding = weir::Binding::none();
    std::vector<weir::ColumnId> read;
    for (const auto& [name, condition] : options_.routes) {
      WEIR_RETURN_IF_ERROR(check_name(name));
      binding.add_kept_output(inputs[0].schema);
      for (const uint32_t column : condition.columns()) read.emplace_back(0, column);
    }
    binding.add_kept_output(inputs[0].schema);
    return binding.reads(read);
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    weir::RowErrors errors;
    WEIR_RETURN_IF_ERROR(choose(batch, errors));
    if (!errors.is_empty()) emitter.reject(batch, errors);
    for (uint32_t port = 0; port < chosen_.size(); ++port) {
      if (chosen_[port].empty()) continue;
      const bool is_all = chosen_[port].size() == batch.row_count();
      emitter.emit(is_all ? batch.share() : batch.select(chosen_[port]), port);
    }
    return weir::Progress::done();
  }

 private:
  static weir::Status check_name(const std::string& name) {
    if (name == "else" || name == "errors")
      return weir::Status::invalid("routes: '" + name +
                                   "' is a port that every route node has; choose another name");
    if (!weir::is_option_name(name))
      return weir::Status::invalid("routes: '" + name + "' cannot name a port; names are [a-z][a-z0-9_]*");
    return {};
  }
  /// Fills chosen_: for each port the rows that go there. A row with a fault goes nowhere.
  weir::Status choose(const weir::Batch& batch, weir::RowErrors& errors) {
    const size_t rows = batch.row_count();
    const auto nowhere = static_cast<uint32_t>(options_.routes.size());
    port_of_.assign(rows, nowhere);
    for (uint32_t port = 0; port < options_.routes.size(); ++port) {
      weir::RowErrors found;
      WEIR_ASSIGN_OR_RETURN(const weir::Column made, options_.routes[port].second.evaluate(batch, found));
      const weir::BoolColumn is_taken(*made);
      for (size_t row = 0; row < rows; ++row)
        if (port_of_[row] == nowhere && !is_taken.is_null(row) && is_taken[row]) port_of_[row] = port;
      // Only rows that still look for their port can fail at this condition.
      for (const weir::RowErrors::Fault& fault : found.faults()) {
        if (port_of_[fault.row] != nowhere) continue;
        errors.add(fault.row, fault.code, fault.message, fault.column);
        port_of_[fault.row] = nowhere + 1;
      }
    }
    chosen_.resize(nowhere + 1);
    for (auto& rows_of_port : chosen_) rows_of_port.clear();
    for (uint32_t row = 0; row < rows; ++row)
      if (port_of_[row] <= nowhere) chosen_[port_of_[row]].push_back(row);
    return {};
  }

  const RouteOptions options_;
  // Used again for each batch.
  std::vector<uint32_t> port_of_;
  std::vector<std::vector<uint32_t>> chosen_;
};

}  // namespace

WEIR_TRANSFORM(
    Route, RouteOptions, "route", "Each row to the first port whose condition is true.",
    weir::traits(weir::Trait::kDeterministic, weir::Trait::kKeepsOrder, weir::Trait::kStateless),
    weir::example("by_kind: {type: route, inputs: events, routes: {slow: \"latency_ms > 1000\", failed: "
                  "\"status >= 500\"}}"),
    weir::output("routes", "One port for each route.", WEIR_PORT_FROM_OPTIONS),
    weir::output("else", "Rows for which no condition is true."),
    weir::required("routes", &RouteOptions::routes, weir::Type::kBool,
                   "Ports with their conditions. They are tried in this order.",
                   weir::example_value("{slow: \"latency_ms > 1000\"}")));
