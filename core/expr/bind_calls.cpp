// CASE, CAST and calls of functions.
#include <algorithm>

#include <weir/c_schema.hpp>
#include <weir/did_you_mean.hpp>

#include "expr/binder.hpp"
#include "expr/cast.hpp"
#include "expr/plugin_function.hpp"

namespace weir::expr {

Bound Binder::bind_case(const Ast& ast) {
  std::vector<Bound> parts;
  if (!bind_children(ast, parts)) return {};
  size_t i = 0;
  Bound operand;
  if (ast.has_operand) {
    operand = parts[i++];
    if (!operand.is_literal) operand.op = shared(operand.op);
  }
  std::vector<OpPtr> conditions;
  std::vector<Bound> values;
  bool good = true;
  const size_t end = parts.size() - (ast.has_otherwise ? 1 : 0);
  for (; i + 2 <= end; i += 2) {
    conditions.push_back(ast.has_operand ? compare(ast, Comparison::kEqual, operand, parts[i])
                                         : as_bool(parts[i], "WHEN"));
    good &= conditions.back() != nullptr;
    values.push_back(parts[i + 1]);
  }
  if (ast.has_otherwise) values.push_back(parts.back());
  const std::optional<ValueType> type = common(ast, values, "the values of CASE:");
  if (!type || !good) return {};
  if (type->is_nested()) {
    report(ast.span, "wrong-type", "CASE cannot choose between values of " + type_name(*type));
    return {};
  }
  if (type->is(WEIR_NULL)) return {null_op(*type), &ast, false};
  std::vector<OpPtr> ops;
  for (const Bound& value : values) {
    ops.push_back(coerce(value, *type));
    good &= ops.back() != nullptr;
  }
  if (!good) return {};
  OpPtr otherwise;
  if (ast.has_otherwise) {
    otherwise = ops.back();
    ops.pop_back();
  }
  return {case_op(std::move(conditions), std::move(ops), std::move(otherwise)), &ast, false};
}

Bound Binder::bind_cast(const Ast& ast) {
  const std::optional<ValueType> type = type_from_name(ast.type_name);
  if (!type) {
    const bool is_decimal = ast.type_name.starts_with("decimal(") || ast.type_name.starts_with("numeric(");
    report(ast.name_span, "unknown-type", "no type '" + ast.type_name + "'",
           is_decimal ? "decimal(digits, digits after the point) has 1 to 38 digits"
                      : did_you_mean(ast.type_name, type_names()));
  }
  const Bound operand = bind(*ast.children[0]);
  if (!type || !operand) return {};
  if (OpPtr op = cast(operand.op, *type, ast.is_try)) return {std::move(op), &ast, false};
  const bool is_time = operand.type().is(WEIR_TIMESTAMP) || operand.type().is(WEIR_DATE32);
  const bool to_time = type->is(WEIR_TIMESTAMP) || type->is(WEIR_DATE32);
  std::string hint;
  if (is_time && type->is_number()) hint = "Use epoch(), epoch_ms() or epoch_us()";
  if (to_time && operand.type().is_number()) hint = "Use to_timestamp(seconds) or epoch_ms(milliseconds)";
  report(ast.name_span, "wrong-type", "no cast from " + type_name(operand.type()) + " to " + type_name(*type),
         std::move(hint));
  return {};
}

namespace {

constexpr int kLiteralCost = 30;

std::string types_of(const std::vector<Bound>& args) {
  std::string out = "(";
  for (size_t i = 0; i < args.size(); ++i) out += (i == 0 ? "" : ", ") + type_name(args[i].type());
  return out + ")";
}

}  // namespace

void Binder::bind_arguments_alone(const Ast& ast) {
  std::vector<Bound> args;
  if (ast.children.empty() || ast.children[0]->kind != AstKind::kStar) bind_children(ast, args);
}

Bound Binder::bind_call(const Ast& ast) {
  const Function* const function = functions_.find(ast.text);
  const bool is_aggregate = is_aggregate_ && is_aggregate_(ast.text);
  if (const RefusedFunction* const refused = functions_.refusal_of(ast.text); refused != nullptr) {
    report(ast.name_span, refused->code, refused->message, refused->hint);
    bind_arguments_alone(ast);
    return {};
  }
  if (function == nullptr) {
    std::string hint = did_you_mean(ast.text, functions_.names());
    std::string message = "no function '" + ast.text + "'";
    if (is_aggregate) {
      message =
          "'" + ast.text + "' is an aggregate: it takes many rows, and stands only in 'compute' of aggregate";
      hint.clear();
    }
    report(ast.name_span, is_aggregate ? "not-allowed" : "unknown-function", std::move(message),
           std::move(hint));
    bind_arguments_alone(ast);
    return {};
  }
  if (ast.is_distinct || ast.filter) {
    report(ast.name_span, "not-allowed",
           std::string(ast.filter ? "FILTER" : "DISTINCT") + " belongs to aggregates; '" + ast.text +
               "' is a function");
    return {};
  }
  if (function->form != SpecialForm::kNone) return bind_form(ast, *function);
  std::vector<Bound> args;
  if (!bind_children(ast, args)) return {};
  return function->plugin != nullptr ? bind_plugin(ast, *function, args)
                                     : bind_overload(ast, *function, args);
}

Bound Binder::bind_form(const Ast& ast, const Function& function) {
  std::vector<Bound> args;
  if (!bind_children(ast, args)) return {};
  const SpecialForm form = function.form;
  const size_t wanted = form == SpecialForm::kNullIf ? 2 : form == SpecialForm::kIf ? 3 : 1;
  const bool is_open =
      form == SpecialForm::kCoalesce || form == SpecialForm::kGreatest || form == SpecialForm::kLeast;
  if (is_open ? args.size() < wanted : args.size() != wanted) {
    report(ast.name_span, "wrong-arguments",
           ast.text + " takes " + function.signature + ", found " + types_of(args));
    return {};
  }
  if (form == SpecialForm::kTry) return {try_op(args[0].op), &ast, false};
  const std::vector<Bound> values(args.begin() + (form == SpecialForm::kIf ? 1 : 0), args.end());
  const std::optional<ValueType> type = common(ast, values, "the values of " + ast.text + ":");
  OpPtr condition;
  if (form == SpecialForm::kIf) condition = as_bool(args[0], ast.text);
  if (!type || (form == SpecialForm::kIf && !condition)) return {};
  if (type->is(WEIR_NULL)) return {null_op(*type), &ast, false};
  if (type->is_nested()) {
    report(ast.span, "wrong-type", ast.text + " cannot choose between values of " + type_name(*type));
    return {};
  }
  std::vector<OpPtr> ops;
  bool good = true;
  for (const Bound& value : values) {
    ops.push_back(coerce(value, *type));
    good &= ops.back() != nullptr;
  }
  if (!good) return {};
  switch (form) {
    case SpecialForm::kCoalesce:
      return {coalesce_op(std::move(ops)), &ast, false};
    case SpecialForm::kIf:
      return {case_op({condition}, {ops[0]}, ops[1]), &ast, false};
    case SpecialForm::kNullIf: {
      const OpPtr value = shared(ops[0]);
      OpPtr equal =
          kernel_op(simple(WEIR_BOOL), {value, ops[1]}, comparison_kernel(Comparison::kEqual, *type), {});
      return {case_op({std::move(equal)}, {null_op(*type)}, value), &ast, false};
    }
    default:
      return {extreme_op(std::move(ops), form == SpecialForm::kGreatest), &ast, false};
  }
}

std::optional<int> Binder::cost(const Overload& overload, const std::vector<Bound>& args) const {
  const size_t most = overload.is_variadic ? SIZE_MAX : overload.params.size();
  if (args.size() > most || args.size() < overload.params.size() - overload.optional_count)
    return std::nullopt;
  int total = 0;
  for (size_t i = 0; i < args.size(); ++i) {
    const uint8_t param = overload.params[std::min(i, overload.params.size() - 1)];
    const ValueType& type = args[i].type();
    std::optional<int> one;
    switch (param) {
      case kAnyParam:
        one = 3;
        break;
      case kNumberParam:
        if (type.is_number() || type.is(WEIR_NULL)) one = 0;
        break;
      case kDecimalParam:
        if (type.is_decimal() || type.is_integer()) one = 1;
        break;
      case kShownParam:
        if (!type.is_nested()) one = 2;
        break;
      default:
        one = implicit_cost(type, simple(param));
        if (!one && args[i].is_text_literal() && cast_kernel(type, simple(param), false)) one = kLiteralCost;
        // uint64 columns are common in counters; those above int64 are row faults.
        if (!one && type.is(WEIR_UINT64) && param == WEIR_INT64) one = kLiteralCost;
        if (!one && args[i].is_literal && type.is_integer() && simple(param).is_integer()) one = 1;
        if (!one && type.is_integer() && param == WEIR_INT32) one = kLiteralCost;
    }
    if (!one) return std::nullopt;
    total += *one;
  }
  return total;
}

OpPtr Binder::argument(uint8_t param, const Bound& arg) {
  const bool is_null = arg.type().is(WEIR_NULL);
  switch (param) {
    case kAnyParam:
      return arg.op;
    case kNumberParam:
      return is_null ? null_op(simple(WEIR_INT32)) : arg.op;
    case kDecimalParam:
      return arg.type().is_decimal() ? arg.op : cast(arg.op, decimal_type(integer_digits(arg.type()), 0));
    case kShownParam:
      return cast(arg.op, simple(WEIR_STRING));
    default:
      return coerce(arg, simple(param));
  }
}

Bound Binder::bind_overload(const Ast& ast, const Function& function, const std::vector<Bound>& args) {
  const Overload* best = nullptr;
  int best_cost = 0;
  for (const Overload& overload : function.overloads) {
    const std::optional<int> one = cost(overload, args);
    if (!one || (best != nullptr && *one >= best_cost)) continue;
    best = &overload;
    best_cost = *one;
  }
  if (best == nullptr) {
    const std::string shown = ast.kind == AstKind::kOperator ? "'" + ast.text + "'" : ast.text;
    report(ast.name_span, "wrong-arguments",
           shown + " takes " + function.signature + ", found " + types_of(args));
    return {};
  }
  std::vector<OpPtr> ops;
  for (size_t i = 0; i < args.size(); ++i) {
    ops.push_back(argument(best->params[std::min(i, best->params.size() - 1)], args[i]));
    if (!ops.back()) return {};
  }
  const CallSite site = call_site(ops);
  Result<Kernel> kernel = best->make(site);
  if (!kernel.is_ok()) {
    // The constant that is wrong is nearly always the last text.
    const Ast* place = &ast;
    for (const Bound& arg : args)
      if (arg.ast != nullptr && arg.ast->kind == AstKind::kString) place = arg.ast;
    for (size_t i = 0; i < args.size(); ++i)
      if (args[i].ast != nullptr && args[i].ast->kind == AstKind::kString &&
          kernel.status().message().find("'" + args[i].ast->text + "'") != std::string_view::npos)
        place = args[i].ast;
    report(place->span, "wrong-arguments", ast.text + ": " + std::string(kernel.status().message()));
    return {};
  }
  KernelTraits traits;
  traits.can_fault = best->can_fault;
  traits.can_make_null = best->can_make_null;
  traits.is_deterministic = function.is_deterministic;
  traits.takes_nulls = best->takes_nulls;
  return {kernel_op(best->result(site), ops, std::move(kernel).value(), traits), &ast, false};
}

Bound Binder::bind_plugin(const Ast& ast, const Function& function, const std::vector<Bound>& args) {
  std::vector<Field> fields;
  std::vector<OpPtr> ops;
  for (const Bound& arg : args) {
    if (arg.type().is(kIntervalId) || arg.type().is(WEIR_NULL)) {
      report(arg.ast->span, "wrong-arguments",
             ast.text + " cannot take a bare " + (arg.type().is(WEIR_NULL) ? "NULL" : "interval"),
             arg.type().is(WEIR_NULL) ? "CAST it to a type" : "");
      return {};
    }
    Field field;
    field.type = data_type(arg.type());
    field.nullable = arg.op->is_nullable();
    fields.push_back(std::move(field));
    ops.push_back(arg.op);
  }
  const CFields c_fields(std::move(fields));
  weir_field result{};
  weir_fault fault{};
  const int32_t code = function.plugin->resolve(c_fields.data(), c_fields.size(), &result, &fault);
  if (code != 0) {
    report(ast.name_span, "wrong-arguments", ast.text + ": " + fault.message);
    return {};
  }
  KernelTraits traits;
  traits.can_fault = true;
  traits.can_make_null = true;
  traits.is_deterministic = function.is_deterministic;
  traits.takes_nulls = true;
  const ValueType type = type_of_field(result);
  return {kernel_op(type, ops, plugin_kernel(*function.plugin, type), traits), &ast, false};
}

}  // namespace weir::expr
