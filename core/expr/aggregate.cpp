#include "expr/aggregate.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include <weir/c_schema.hpp>
#include <weir/did_you_mean.hpp>

#include "data/first_sizes.hpp"
#include "expr/parser.hpp"
#include "expr/program.hpp"

namespace weir::expr {

struct CompiledAggregate::Parts {
  Parts() = default;
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() {
    if (calls != nullptr && calls->release != nullptr && is_resolved) calls->release(layout.state);
  }
  const weir_aggregate_calls* calls = nullptr;
  weir_aggregate_layout layout{};
  bool is_resolved = false;
  std::vector<CompiledExpression> args;
  std::optional<CompiledExpression> filter;
  std::vector<uint32_t> columns;
  std::string text;
  std::string canonical_text;
};

const weir_aggregate_calls& CompiledAggregate::calls() const { return *parts_->calls; }
const weir_aggregate_layout& CompiledAggregate::layout() const { return parts_->layout; }
const std::vector<CompiledExpression>& CompiledAggregate::args() const { return parts_->args; }
const std::optional<CompiledExpression>& CompiledAggregate::filter() const { return parts_->filter; }
const std::vector<uint32_t>& CompiledAggregate::columns() const { return parts_->columns; }
const std::string& CompiledAggregate::text() const { return parts_->text; }
const std::string& CompiledAggregate::canonical_text() const { return parts_->canonical_text; }

bool CompiledAggregate::is_deterministic() const {
  const bool has_steady_filter = !parts_->filter || parts_->filter->is_deterministic();
  return has_steady_filter &&
         std::all_of(parts_->args.begin(), parts_->args.end(),
                     [](const CompiledExpression& arg) { return arg.is_deterministic(); });
}

namespace {

/// A hint for an aggregate by the name that other systems give it, or nothing.
std::string hint_of_other_systems(const std::string& name) {
  static const std::map<std::string_view, std::string_view> names = {
      {"median", "p50"}, {"mean", "avg"},     {"average", "avg"},    {"total", "sum"},
      {"std", "stddev"}, {"variance", "var"}, {"any_value", "first"}};
  if (const auto found = names.find(name); found != names.end())
    return "did you mean '" + std::string(found->second) + "'?";
  if (name == "percentile" || name == "percentile_cont") return "Write quantile(x, 0.95)";
  if (name == "nunique" || name == "count_distinct") return "Write count(DISTINCT x)";
  const bool is_percentile =
      name.size() == 3 && name.front() == 'p' && name.find_first_not_of("0123456789", 1) == std::string::npos;
  return is_percentile ? "Write quantile(x, 0." + name.substr(1) + ")" : std::string();
}

/// What cannot be relied on in a library's layout, or nothing.
std::string_view wrong_in(const weir_aggregate_layout& layout) {
  if (!fits(&layout)) return "a layout that is shorter than this ABI's";
  if (layout.partial_count > 0 && layout.partial == nullptr) return "partial columns, and gives none";
  if (layout.ref_count > 0 && layout.ref_offsets == nullptr) return "references in its slot, and gives none";
  return {};
}

/// Whether it is merge(s), whose sketches the aggregate around it takes.
bool is_merge(const Ast& ast) {
  return ast.kind == AstKind::kCall && ast.text == "merge" && ast.children.size() == 1 && !ast.filter &&
         !ast.is_distinct;
}

class AggregateCompiler {
 public:
  AggregateCompiler(const Schema& schema, const FunctionRegistry& functions,
                    const AggregateCatalog& aggregates, ExprFaults& faults)
      : schema_(schema), functions_(functions), aggregates_(aggregates), faults_(faults) {}

  std::shared_ptr<CompiledAggregate::Parts> run(const Ast& ast) {
    if (ast.kind != AstKind::kCall) return not_a_call(ast);
    std::string name = ast.text;
    if (ast.is_distinct) {
      if (name != "count" && aggregates_.find(name) == nullptr) return unknown(ast, name);
      if (name != "count")
        return fail(ast, "not-allowed", "DISTINCT is only for count; '" + name + "' sees every row");
      name = "distinct";
    } else if (!ast.children.empty() && is_merge(*ast.children.front())) {
      if (aggregates_.find(name) == nullptr) return unknown(ast, name);
      if (aggregates_.find(name + "_merged") == nullptr)
        return fail(
            ast, "not-allowed", "'" + name + "' cannot be computed from merged sketches",
            "Sketches of sketch(x) have quantiles, p50, p90 and p99, those of hll(x) approx_distinct");
      name += "_merged";
    }
    auto parts = std::make_shared<CompiledAggregate::Parts>();
    parts->calls = aggregates_.find(name);
    if (parts->calls == nullptr) return unknown(ast, name);
    parts->canonical_text = print(ast);
    arguments(ast, name, *parts);
    if (ast.filter)
      parts->filter =
          compile_ast(*ast.filter, schema_, functions_, &aggregates_, "the condition of FILTER", faults_);
    if (!faults_.empty()) return nullptr;
    return resolve(ast, *parts) ? parts : nullptr;
  }

 private:
  std::nullptr_t fail(const Ast& ast, std::string code, std::string message, std::string hint = {}) {
    const Span span = ast.kind == AstKind::kCall ? ast.name_span : ast.span;
    faults_.push_back({span.offset, span.length, std::move(code), std::move(message), std::move(hint)});
    return nullptr;
  }

  std::nullptr_t not_a_call(const Ast& ast) {
    return fail(ast, "not-an-aggregate", "expected one aggregate call such as count() or avg(x)",
                "What is computed from aggregates goes into a map after this node");
  }

  std::nullptr_t unknown(const Ast& ast, const std::string& name) {
    if (functions_.find(name) != nullptr) {
      return fail(ast, "not-an-aggregate", "'" + name + "' is a function of one row, not an aggregate",
                  "Put an aggregate around it: max(" + name + "(...))");
    }
    const std::string other = hint_of_other_systems(name);
    return fail(ast, "unknown-aggregate", "no aggregate '" + name + "'",
                other.empty() ? did_you_mean(name, aggregates_.names()) : other);
  }

  void arguments(const Ast& ast, const std::string& name, CompiledAggregate::Parts& parts) {
    for (const AstPtr& child : ast.children) {
      // count(*) counts rows, as count() does.
      if (child->kind == AstKind::kStar && name == "count") continue;
      const Ast& value =
          &child == &ast.children.front() && is_merge(*child) ? *child->children.front() : *child;
      auto arg = compile_ast(value, schema_, functions_, &aggregates_, "", faults_);
      if (arg) parts.args.push_back(*std::move(arg));
    }
  }

  bool resolve(const Ast& ast, CompiledAggregate::Parts& parts) {
    std::vector<Field> fields;
    std::vector<std::string> literals;
    std::set<uint32_t> columns;
    for (const CompiledExpression& arg : parts.args) {
      fields.push_back(arg.field());
      literals.push_back(arg.constant_text().value_or(""));
      columns.insert(arg.columns().begin(), arg.columns().end());
    }
    if (parts.filter) columns.insert(parts.filter->columns().begin(), parts.filter->columns().end());
    parts.columns.assign(columns.begin(), columns.end());
    std::vector<weir_str> literal_views;
    for (const std::string& literal : literals) literal_views.push_back({literal.data(), literal.size()});
    const CFields c_fields(std::move(fields));
    parts.layout.struct_size = sizeof(parts.layout);
    weir_fault fault{};
    const int32_t code =
        parts.calls->resolve(c_fields.data(), literal_views.data(), c_fields.size(), &parts.layout, &fault);
    if (code != 0) {
      fail(ast, "wrong-arguments", ast.text + ": " + fault.message);
      return false;
    }
    if (const std::string_view what = wrong_in(parts.layout); !what.empty()) {
      fail(ast, "wrong-arguments", ast.text + " answers " + std::string(what));
      return false;
    }
    parts.is_resolved = true;
    return true;
  }

  const Schema& schema_;
  const FunctionRegistry& functions_;
  const AggregateCatalog& aggregates_;
  ExprFaults& faults_;
};

}  // namespace

Compiled<CompiledAggregate> compile_aggregate(std::string_view text, const Schema& schema,
                                              const FunctionRegistry& functions,
                                              const AggregateCatalog& aggregates) {
  Compiled<CompiledAggregate> out;
  const AstPtr ast = parse(text, out.faults);
  if (!ast) return out;
  const std::shared_ptr<CompiledAggregate::Parts> parts =
      AggregateCompiler(schema, functions, aggregates, out.faults).run(*ast);
  sort_by_place(out.faults);
  if (!parts) return out;
  parts->text = text;
  out.value = CompiledAggregate(parts);
  return out;
}

}  // namespace weir::expr
