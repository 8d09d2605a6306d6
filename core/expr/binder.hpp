#pragma once
// The tree of an expression -> operations with types. Internal to this room.
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <weir/schema.hpp>

#include "expr/ast.hpp"
#include "expr/compare.hpp"
#include "expr/function_registry.hpp"
#include "expr/numbers.hpp"
#include "expr/ops.hpp"

namespace weir::expr {

/// An operand: its operation, and where it was written.
struct Bound {
  OpPtr op;  ///< Null: a fault was reported inside.
  const Ast* ast = nullptr;
  bool is_literal = false;  ///< A text or integer as written: takes the type of what it meets.

  explicit operator bool() const { return op != nullptr; }
  const ValueType& type() const { return op->type(); }
  bool is_text_literal() const { return is_literal && op->type().is_text(); }
};

/// Finds names, types and casts. Reports every fault that is not a consequence of another.
class Binder {
 public:
  /// Borrows all for its lifetime. `is_aggregate` (may be null) says which names are aggregates.
  Binder(const Schema& schema, const FunctionRegistry& functions,
         const std::function<bool(std::string_view)>& is_aggregate, ExprFaults& faults);

  Bound bind(const Ast& ast);
  const std::set<uint32_t>& columns() const { return columns_; }
  size_t slot_count() const { return slot_count_; }
  void report(Span span, std::string code, std::string message, std::string hint = {});

 private:
  Bound bind_new(const Ast& ast);
  // literals and names
  Bound bind_number(const Ast& ast);
  Bound bind_typed(const Ast& ast);
  Bound bind_column(const Ast& ast);
  Bound bind_member(const Ast& ast);
  Bound column(const Ast& ast, size_t index);
  std::string column_list() const;
  // operators
  Bound bind_operator(const Ast& ast);
  Bound bind_junction(const Ast& ast);
  Bound bind_arithmetic(const Ast& ast, Arithmetic op);
  Bound bind_time_arithmetic(const Ast& ast, Arithmetic op, const Bound& a, const Bound& b);
  Bound bind_comparison(const Ast& ast, Comparison comparison);
  Bound bind_distinct(const Ast& ast, bool is_negated);
  Bound bind_between(const Ast& ast);
  Bound bind_in(const Ast& ast);
  Bound bind_like(const Ast& ast, bool ignores_case);
  Bound bind_sign(const Ast& ast);
  Bound bind_bits(const Ast& ast);
  Bound bind_concat(const Ast& ast);
  OpPtr compare(const Ast& ast, Comparison comparison, const Bound& a, const Bound& b);
  // choices, casts and calls
  Bound bind_case(const Ast& ast);
  Bound bind_cast(const Ast& ast);
  Bound bind_call(const Ast& ast);
  /// Of a call that is a fault: its arguments may have faults of their own.
  void bind_arguments_alone(const Ast& ast);
  Bound bind_form(const Ast& ast, const Function& function);
  Bound bind_overload(const Ast& ast, const Function& function, const std::vector<Bound>& args);
  Bound bind_plugin(const Ast& ast, const Function& function, const std::vector<Bound>& args);
  std::optional<int> cost(const Overload& overload, const std::vector<Bound>& args) const;
  OpPtr argument(uint8_t param, const Bound& arg);

  // Answers false, having bound and reported all, when one of them has a fault.
  bool bind_children(const Ast& ast, std::vector<Bound>& into);
  // The type that all of them can take, their literals included; reports a fault of the first that cannot.
  std::optional<ValueType> common(const Ast& ast, const std::vector<Bound>& operands,
                                  const std::string& what);
  // `operand` as a value of `type`; null and a fault when it cannot be. Needs: common() or implicit_cost said
  // so.
  OpPtr coerce(const Bound& operand, const ValueType& type);
  OpPtr cast(OpPtr op, const ValueType& type, bool is_try = false);
  OpPtr as_bool(const Bound& operand, const std::string& what);
  OpPtr shared(OpPtr op) { return shared_op(std::move(op), slot_count_++); }

  const Schema& schema_;
  const FunctionRegistry& functions_;
  const std::function<bool(std::string_view)>& is_aggregate_;
  ExprFaults& faults_;
  std::set<uint32_t> columns_;
  std::map<std::string, OpPtr> known_;  // By canonical text: what is written twice is computed once.
  size_t slot_count_ = 0;
};

/// The weir_type form of an SDK type.
ValueType value_type(const DataType& type);
/// Back. Needs: not an interval.
DataType data_type(const ValueType& type);
/// Bind-time constants of operands.
CallSite call_site(const std::vector<OpPtr>& args);

}  // namespace weir::expr
