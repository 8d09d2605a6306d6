#include "expr/binder.hpp"

#include <algorithm>

#include "expr/cast.hpp"
#include "expr/lexer.hpp"

namespace weir::expr {

Binder::Binder(const Schema& schema, const FunctionRegistry& functions,
               const std::function<bool(std::string_view)>& is_aggregate, ExprFaults& faults)
    : schema_(schema), functions_(functions), is_aggregate_(is_aggregate), faults_(faults) {}

void Binder::report(Span span, std::string code, std::string message, std::string hint) {
  faults_.push_back({span.offset, span.length, std::move(code), std::move(message), std::move(hint)});
}

Bound Binder::bind(const Ast& ast) {
  const bool is_costly = ast.kind == AstKind::kCall || ast.kind == AstKind::kCast;
  if (!is_costly) return bind_new(ast);
  const std::string text = print(ast);
  if (const auto found = known_.find(text); found != known_.end()) return {found->second, &ast, false};
  Bound bound = bind_new(ast);
  if (!bound || !bound.op->is_deterministic() || as_constant(bound.op) != nullptr) return bound;
  bound.op = shared(std::move(bound.op));
  known_.emplace(text, bound.op);
  return bound;
}

Bound Binder::bind_new(const Ast& ast) {
  switch (ast.kind) {
    case AstKind::kInteger:
    case AstKind::kDecimal:
    case AstKind::kFloat:
      return bind_number(ast);
    case AstKind::kString:
      return {text_op(ast.text), &ast, true};
    case AstKind::kBool:
      return {bool_op(ast.text == "true"), &ast, false};
    case AstKind::kNull:
      return {null_op(simple(WEIR_NULL)), &ast, false};
    case AstKind::kTyped:
      return bind_typed(ast);
    case AstKind::kColumn:
      return bind_column(ast);
    case AstKind::kMember:
      return bind_member(ast);
    case AstKind::kOperator:
      return bind_operator(ast);
    case AstKind::kCall:
      return bind_call(ast);
    case AstKind::kCase:
      return bind_case(ast);
    case AstKind::kCast:
      return bind_cast(ast);
    case AstKind::kStar:
      break;
  }
  report(ast.span, "wrong-arguments", "* stands only in count(*)");
  return {};
}

bool Binder::bind_children(const Ast& ast, std::vector<Bound>& into) {
  bool good = true;
  for (const AstPtr& child : ast.children) {
    into.push_back(bind(*child));
    good &= static_cast<bool>(into.back());
  }
  return good;
}

OpPtr Binder::cast(OpPtr op, const ValueType& type, bool is_try) {
  if (op->type() == type) return op;
  if (op->type().is(WEIR_NULL)) return null_op(type);
  const std::optional<Kernel> kernel = cast_kernel(op->type(), type, is_try);
  if (!kernel) return nullptr;
  KernelTraits traits;
  traits.can_fault = !is_try && cast_can_fail(op->type(), type);
  traits.can_make_null = is_try && cast_can_fail(op->type(), type);
  return kernel_op(type, {std::move(op)}, *kernel, traits);
}

OpPtr Binder::coerce(const Bound& operand, const ValueType& type) {
  OpPtr op = cast(operand.op, type);
  const bool was_literal = operand.is_literal && operand.op->type() != type;
  if (op != nullptr && (!was_literal || as_constant(op) != nullptr)) return op;
  if (operand.is_literal) {
    const std::string shown =
        operand.is_text_literal() ? "'" + printable(operand.ast->text) + "'" : operand.ast->text;
    const std::string article = type_name(type)[0] == 'i' || type_name(type)[0] == 'u' ? "an " : "a ";
    report(operand.ast->span, "bad-literal", shown + " is not " + article + type_name(type));
  } else {
    report(operand.ast->span, "wrong-type",
           "expected " + type_name(type) + ", found " + type_name(operand.type()));
  }
  return nullptr;
}

namespace {

bool integer_literal_fits(const Bound& literal, const ValueType& type) {
  if (!literal.is_literal || !literal.type().is_integer() || !type.is_integer()) return false;
  const std::optional<Kernel> kernel = cast_kernel(literal.type(), type, false);
  return kernel &&
         as_constant(kernel_op(type, {literal.op}, *kernel, {true, false, true, false, false})) != nullptr;
}

}  // namespace

// Literals come last: they take the type of what they meet.
std::optional<ValueType> Binder::common(const Ast& ast, const std::vector<Bound>& operands,
                                        const std::string& what) {
  ValueType type = simple(WEIR_NULL);
  const auto meet = [&](const Bound& operand) {
    if (const auto met = common_type(type, operand.type())) {
      type = *met;
      return true;
    }
    report(operand.ast->span, "wrong-type",
           what + " " + type_name(type) + " and " + type_name(operand.type()) + " do not go together",
           "CAST one of them to the type of the other");
    return false;
  };
  (void)ast;
  for (const Bound& operand : operands)
    if (!operand.is_literal && !meet(operand)) return std::nullopt;
  for (const Bound& operand : operands) {
    if (!operand.is_literal || operand.is_text_literal()) continue;
    if (!integer_literal_fits(operand, type) && !meet(operand)) return std::nullopt;
  }
  for (const Bound& operand : operands)
    if (operand.is_text_literal() && type.is(WEIR_NULL)) type = operand.type();
  return type;
}

OpPtr Binder::as_bool(const Bound& operand, const std::string& what) {
  if (operand.type().is(WEIR_BOOL)) return operand.op;
  if (operand.type().is(WEIR_NULL)) return null_op(simple(WEIR_BOOL));
  const bool is_number = operand.type().is_number();
  report(operand.ast->span, "wrong-type", what + " takes a bool, found " + type_name(operand.type()),
         is_number ? "Compare it: <> 0" : "");
  return nullptr;
}

CallSite call_site(const std::vector<OpPtr>& args) {
  CallSite site;
  for (const OpPtr& arg : args) {
    site.types.push_back(arg->type());
    const ConstantOp* const constant = as_constant(arg);
    site.constants.push_back(constant == nullptr ? nullptr : &constant->value());
  }
  return site;
}

}  // namespace weir::expr
