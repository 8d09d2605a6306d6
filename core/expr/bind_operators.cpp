// Operators: which types they take, and which kernel computes them.
#include <algorithm>
#include <array>

#include "expr/binder.hpp"
#include "expr/cast.hpp"
#include "expr/functions/row_function.hpp"
#include "expr/like.hpp"
#include "expr/times.hpp"

namespace weir::expr {
namespace {

std::optional<Comparison> comparison_of(const std::string& name) {
  if (name == "=") return Comparison::kEqual;
  if (name == "<>") return Comparison::kUnequal;
  if (name == "<") return Comparison::kLess;
  if (name == "<=") return Comparison::kLessOrEqual;
  if (name == ">") return Comparison::kGreater;
  if (name == ">=") return Comparison::kGreaterOrEqual;
  return std::nullopt;
}

std::optional<Arithmetic> arithmetic_of(const std::string& name) {
  if (name == "+") return Arithmetic::kAdd;
  if (name == "-") return Arithmetic::kSubtract;
  if (name == "*") return Arithmetic::kMultiply;
  if (name == "/") return Arithmetic::kDivide;
  if (name == "//") return Arithmetic::kIntegerDivide;
  if (name == "%") return Arithmetic::kModulo;
  return std::nullopt;
}

// Operators that are written for one row: made as functions, without a name in the registry.
template <class F>
OpPtr row_op(F function, const std::vector<OpPtr>& args, bool can_fault) {
  const Overload overload = RowKernel<F>::overload();
  KernelTraits traits;
  traits.can_fault = can_fault;
  traits.can_make_null = overload.can_make_null;
  return kernel_op(overload.result({}), args, Kernel(RowKernel<F>(function)), traits);
}

}  // namespace

Bound Binder::bind_operator(const Ast& ast) {
  const std::string& name = ast.text;
  if (name == "and" || name == "or") return bind_junction(ast);
  if (const auto comparison = comparison_of(name)) return bind_comparison(ast, *comparison);
  if (const auto arithmetic = arithmetic_of(name)) return bind_arithmetic(ast, *arithmetic);
  if (name == "between") return bind_between(ast);
  if (name == "in") return bind_in(ast);
  if (name == "like" || name == "ilike") return bind_like(ast, name == "ilike");
  if (name == "is_distinct" || name == "is_not_distinct")
    return bind_distinct(ast, name == "is_not_distinct");
  if (name == "neg" || name == "pos") return bind_sign(ast);
  if (name == "||") return bind_concat(ast);
  if (name == "&" || name == "|" || name == "<<" || name == ">>") return bind_bits(ast);
  if (name == "^" || name == "~" || name == "->" || name == "->>") {
    const std::string function = name == "^"    ? "power"
                                 : name == "~"  ? "regexp_full_match"
                                 : name == "->" ? "json_extract"
                                                : "json_extract_string";
    std::vector<Bound> args;
    const Function* const found = functions_.find(function);
    if (!bind_children(ast, args) || found == nullptr) return {};
    return bind_overload(ast, *found, args);
  }
  const Bound operand = bind(*ast.children[0]);
  if (!operand) return {};
  if (name == "is_null" || name == "is_not_null")
    return {is_null_op(operand.op, name == "is_not_null"), &ast, false};
  OpPtr value = as_bool(operand, name == "not" ? "NOT" : "IS TRUE");
  if (!value) return {};
  if (name == "not") return {not_op(std::move(value)), &ast, false};
  return {is_bool_op(std::move(value), name.ends_with("true"), name.starts_with("is_not")), &ast, false};
}

Bound Binder::bind_junction(const Ast& ast) {
  std::vector<OpPtr> operands;
  bool good = true;
  for (const AstPtr& child : ast.children) {
    const Bound operand = bind(*child);
    if (operand) operands.push_back(as_bool(operand, ast.text == "and" ? "AND" : "OR"));
    good &= operand && operands.back() != nullptr;
  }
  if (!good) return {};
  return {ast.text == "and" ? and_op(std::move(operands)) : or_op(std::move(operands)), &ast, false};
}

OpPtr Binder::compare(const Ast& ast, Comparison comparison, const Bound& a, const Bound& b) {
  const std::vector<Bound> both = {a, b};
  const std::optional<ValueType> type = common(ast, both, "comparing");
  if (!type) return nullptr;
  if (type->is(WEIR_NULL)) return null_op(simple(WEIR_BOOL));
  if (!is_comparable(*type)) {
    report(ast.name_span, "wrong-type", "values of " + type_name(*type) + " cannot be compared");
    return nullptr;
  }
  OpPtr left = coerce(a, *type);
  OpPtr right = coerce(b, *type);
  if (!left || !right) return nullptr;
  return kernel_op(simple(WEIR_BOOL), {std::move(left), std::move(right)},
                   comparison_kernel(comparison, *type), {});
}

Bound Binder::bind_comparison(const Ast& ast, Comparison comparison) {
  std::vector<Bound> operands;
  if (!bind_children(ast, operands)) return {};
  return {compare(ast, comparison, operands[0], operands[1]), &ast, false};
}

Bound Binder::bind_distinct(const Ast& ast, bool is_negated) {
  std::vector<Bound> operands;
  if (!bind_children(ast, operands)) return {};
  const std::optional<ValueType> type = common(ast, operands, "comparing");
  if (!type) return {};
  if (type->is(WEIR_NULL)) return {bool_op(is_negated), &ast, false};
  if (!is_comparable(*type)) {
    report(ast.name_span, "wrong-type", "values of " + type_name(*type) + " cannot be compared");
    return {};
  }
  OpPtr left = coerce(operands[0], *type);
  OpPtr right = coerce(operands[1], *type);
  if (!left || !right) return {};
  KernelTraits traits;
  traits.takes_nulls = true;
  traits.never_null = true;
  const Kernel kernel = [is_negated](Eval& eval, const Bits* mask, std::span<const Vector> args) {
    return distinct_kernel(eval, mask, args[0], args[1], !is_negated);
  };
  return {kernel_op(simple(WEIR_BOOL), {std::move(left), std::move(right)}, kernel, traits), &ast, false};
}

Bound Binder::bind_between(const Ast& ast) {
  std::vector<Bound> operands;
  if (!bind_children(ast, operands)) return {};
  Bound value = operands[0];
  if (!value.is_literal) value.op = shared(value.op);
  OpPtr low = compare(ast, Comparison::kGreaterOrEqual, value, operands[1]);
  OpPtr high = compare(ast, Comparison::kLessOrEqual, value, operands[2]);
  if (!low || !high) return {};
  return {and_op({std::move(low), std::move(high)}), &ast, false};
}

Bound Binder::bind_in(const Ast& ast) {
  std::vector<Bound> operands;
  if (!bind_children(ast, operands)) return {};
  const std::optional<ValueType> type = common(ast, operands, "IN:");
  if (!type) return {};
  Bound value = operands[0];
  if (type->is(WEIR_NULL)) return {null_op(simple(WEIR_BOOL)), &ast, false};
  if (!is_comparable(*type)) {
    report(ast.name_span, "wrong-type", "values of " + type_name(*type) + " cannot be compared");
    return {};
  }
  value.op = coerce(value, *type);
  if (!value) return {};
  value = {shared(value.op), value.ast, false};
  std::vector<OpPtr> tests;
  for (size_t i = 1; i < operands.size(); ++i) {
    OpPtr member = coerce(operands[i], *type);
    if (!member) return {};
    tests.push_back(kernel_op(simple(WEIR_BOOL), {value.op, std::move(member)},
                              comparison_kernel(Comparison::kEqual, *type), {}));
  }
  return {tests.size() == 1 ? tests[0] : or_op(std::move(tests)), &ast, false};
}

Bound Binder::bind_like(const Ast& ast, bool ignores_case) {
  std::vector<Bound> operands;
  if (!bind_children(ast, operands)) return {};
  std::vector<OpPtr> args;
  for (const Bound& operand : operands) {
    if (!operand.type().is_text() && !operand.type().is(WEIR_NULL)) {
      report(operand.ast->span, "wrong-type",
             std::string(ignores_case ? "ILIKE" : "LIKE") + " takes strings, found " +
                 type_name(operand.type()));
      return {};
    }
    args.push_back(cast(operand.op, simple(WEIR_STRING)));
  }
  const CallSite site = call_site(args);
  const bool is_known = site.has(1) && (args.size() < 3 || site.has(2));
  const Result<Kernel> kernel = like_kernel(is_known ? site.constants[1] : nullptr,
                                            args.size() > 2 ? site.constants[2] : nullptr, ignores_case);
  if (!kernel.is_ok()) {
    report(operands.back().ast->span, "bad-pattern", std::string(kernel.status().message()));
    return {};
  }
  KernelTraits traits;
  traits.can_fault = !is_known;
  return {kernel_op(simple(WEIR_BOOL), args, *kernel, traits), &ast, false};
}

Bound Binder::bind_sign(const Ast& ast) {
  const Bound operand = bind(*ast.children[0]);
  if (!operand) return {};
  if (operand.type().is(WEIR_NULL)) return {operand.op, &ast, false};
  if (operand.type().is(kIntervalId) && ast.text == "neg") {
    const auto negate = [](Row& row, Interval a) {
      const std::optional<Interval> out = negate_interval(a);
      if (!out) row.fail("overflow", "overflow in negating an interval");
      return out;
    };
    return {row_op(negate, {operand.op}, true), &ast, false};
  }
  if (!operand.type().is_number()) {
    report(operand.ast->span, "wrong-type", "a sign takes a number, found " + type_name(operand.type()));
    return {};
  }
  if (ast.text == "pos") return {operand.op, &ast, false};
  KernelTraits traits;
  traits.can_fault = operand.type().is_integer();
  return {kernel_op(operand.type(), {operand.op}, negate_kernel(operand.type()), traits), &ast, false};
}

Bound Binder::bind_arithmetic(const Ast& ast, Arithmetic op) {
  std::vector<Bound> operands;
  if (!bind_children(ast, operands)) return {};
  Bound& a = operands[0];
  Bound& b = operands[1];
  const auto is_time = [](const Bound& x) {
    return x.type().is(WEIR_TIMESTAMP) || x.type().is(WEIR_DATE32) || x.type().is(kIntervalId);
  };
  if (is_time(a) || is_time(b)) return bind_time_arithmetic(ast, op, a, b);
  for (Bound* x : {&a, &b}) {
    const Bound& other = x == &a ? b : a;
    if (x->type().is(WEIR_NULL))
      *x = {null_op(other.type().is_number() ? other.type() : simple(WEIR_INT32)), x->ast, false};
  }
  bool good = true;
  for (const Bound& x : operands) {
    if (x.type().is_number()) continue;
    report(x.ast->span, "wrong-type", "'" + ast.text + "' takes numbers, found " + type_name(x.type()),
           x.type().is_text() && ast.text == "+" ? "Texts are joined by ||"
           : x.type().is_text()                  ? "CAST the text to a number"
                                                 : "");
    good = false;
  }
  if (!good) return {};
  // A literal is of the other operand's type where it fits: int8 + 1 is int8.
  const std::optional<ValueType> common_integer =
      a.type().is_integer() && b.type().is_integer() && (a.is_literal != b.is_literal)
          ? common(ast, operands, "")
          : std::nullopt;
  const auto types =
      arithmetic_types(op, common_integer.value_or(a.type()), common_integer.value_or(b.type()));
  if (!types) {
    const bool is_whole = op == Arithmetic::kIntegerDivide;
    report(ast.name_span, "wrong-type",
           is_whole ? "'//' takes integers, found " + type_name(a.type()) + " and " + type_name(b.type())
                    : "the product of " + type_name(a.type()) + " and " + type_name(b.type()) +
                          " needs more than 38 digits",
           is_whole ? "Use floor(a / b)" : "CAST one of them to float64 or to fewer digits");
    return {};
  }
  OpPtr left = coerce(a, types->left);
  OpPtr right = coerce(b, types->right);
  if (!left || !right) return {};
  KernelTraits traits;
  const bool divides =
      op == Arithmetic::kDivide || op == Arithmetic::kIntegerDivide || op == Arithmetic::kModulo;
  const bool may_overflow_decimal = types->result.is_decimal() && types->result.precision == 38;
  traits.can_fault =
      (types->result.is_integer() && op != Arithmetic::kModulo) || (!divides && may_overflow_decimal);
  traits.can_make_null = divides;
  return {
      kernel_op(types->result, {std::move(left), std::move(right)}, arithmetic_kernel(op, *types), traits),
      &ast, false};
}

namespace {

int64_t minus_or_fault(Row& row, int64_t a, int64_t b) {
  int64_t out = 0;
  if (__builtin_sub_overflow(a, b, &out))
    row.fail("overflow", "the time is outside what a timestamp can hold");
  return out;
}

Timestamp plus(Row& row, int64_t micros, const Interval& interval) {
  const std::optional<int64_t> out = add_interval(micros, interval);
  if (!out) row.fail("overflow", "the time is outside what a timestamp can hold");
  return {out.value_or(0)};
}

Date plus_days(Row& row, int32_t days, int64_t more) {
  int32_t out = 0;
  if (__builtin_add_overflow(static_cast<int64_t>(days), more, &out))
    row.fail("overflow", "the day is outside what a date can hold");
  return {out};
}

std::optional<Interval> multiply(Row& row, const Interval& a, int64_t factor) {
  Interval out;
  if (__builtin_mul_overflow(a.months, factor, &out.months) ||
      __builtin_mul_overflow(a.days, factor, &out.days) ||
      __builtin_mul_overflow(a.micros, factor, &out.micros)) {
    row.fail("overflow", "overflow in multiplying an interval");
    return std::nullopt;
  }
  return out;
}

}  // namespace

Bound Binder::bind_time_arithmetic(const Ast& ast, Arithmetic op, const Bound& a, const Bound& b) {
  const bool adds = op == Arithmetic::kAdd;
  const bool subtracts = op == Arithmetic::kSubtract;
  // A text beside a time is the same kind of time: ts - '2025-01-01'.
  Bound x = a;
  Bound y = b;
  if (subtracts && x.is_text_literal() && !y.type().is(kIntervalId)) x = {coerce(x, y.type()), x.ast, false};
  if (subtracts && x && y.is_text_literal() && !x.type().is(kIntervalId))
    y = {coerce(y, x.type()), y.ast, false};
  if (!x || !y) return {};
  if (adds && x.type().is(kIntervalId) && !y.type().is(kIntervalId)) std::swap(x, y);
  if (adds && x.type().is_integer() && y.type().is(WEIR_DATE32)) std::swap(x, y);
  if (op == Arithmetic::kMultiply && y.type().is(kIntervalId)) std::swap(x, y);
  const auto is_days = [](const Bound& v) { return integer_fits(v.type(), simple(WEIR_INT64)); };
  const bool to_interval = y.type().is(kIntervalId);
  OpPtr out;
  if ((adds || subtracts) && (x.type().is(WEIR_TIMESTAMP) || x.type().is(WEIR_DATE32)) && to_interval) {
    OpPtr time = cast(x.op, simple(WEIR_TIMESTAMP));
    const auto add = [](Row& row, Timestamp t, Interval i) { return plus(row, t.micros, i); };
    const auto subtract = [](Row& row, Timestamp t, Interval i) {
      const std::optional<Interval> negative = negate_interval(i);
      return plus(row, t.micros, negative.value_or(Interval{0, 0, INT64_MIN}));
    };
    out = adds ? row_op(add, {time, y.op}, true) : row_op(subtract, {time, y.op}, true);
  } else if ((adds || subtracts) && x.type().is(WEIR_DATE32) && is_days(y)) {
    OpPtr days = cast(y.op, simple(WEIR_INT64));
    const auto add = [](Row& row, Date d, int64_t n) { return plus_days(row, d.days, n); };
    const auto subtract = [](Row& row, Date d, int64_t n) {
      return plus_days(row, d.days, n == INT64_MIN ? INT64_MAX : -n);
    };
    out = adds ? row_op(add, {x.op, days}, true) : row_op(subtract, {x.op, days}, true);
  } else if (subtracts && x.type().is(WEIR_DATE32) && y.type().is(WEIR_DATE32)) {
    out = row_op([](Row&, Date d, Date e) { return int64_t{d.days} - int64_t{e.days}; }, {x.op, y.op}, false);
  } else if (subtracts && common_type(x.type(), y.type()) == simple(WEIR_TIMESTAMP)) {
    const ValueType time = simple(WEIR_TIMESTAMP);
    out = row_op([](Row& row, Timestamp t,
                    Timestamp u) { return interval_between(0, minus_or_fault(row, t.micros, u.micros)); },
                 {cast(x.op, time), cast(y.op, time)}, true);
  } else if ((adds || subtracts) && x.type().is(kIntervalId) && to_interval) {
    const auto add = [subtracts](Row& row, Interval i, Interval j) {
      const std::optional<Interval> k = subtracts ? negate_interval(j) : j;
      const std::optional<Interval> sum = k ? add_intervals(i, *k) : std::nullopt;
      if (!sum) row.fail("overflow", "overflow in adding two intervals");
      return sum;
    };
    out = row_op(add, {x.op, y.op}, true);
  } else if (op == Arithmetic::kMultiply && x.type().is(kIntervalId) && is_days(y)) {
    out = row_op([](Row& row, Interval i, int64_t n) { return multiply(row, i, n); },
                 {x.op, cast(y.op, simple(WEIR_INT64))}, true);
  } else if (x.type().is(WEIR_NULL) || y.type().is(WEIR_NULL)) {
    out = null_op(x.type().is(WEIR_NULL) ? y.type() : x.type());
  }
  if (out) return {out, &ast, false};
  report(ast.name_span, "wrong-type",
         "'" + ast.text + "' does not take " + type_name(a.type()) + " and " + type_name(b.type()),
         "Times take intervals: ts + INTERVAL '5 minutes'");
  return {};
}

Bound Binder::bind_bits(const Ast& ast) {
  std::vector<Bound> operands;
  if (!bind_children(ast, operands)) return {};
  std::vector<OpPtr> args;
  for (const Bound& x : operands) {
    if (!x.type().is(WEIR_NULL) && !integer_fits(x.type(), simple(WEIR_INT64))) {
      report(x.ast->span, "wrong-type",
             "'" + ast.text + "' takes integers up to int64, found " + type_name(x.type()));
      return {};
    }
    args.push_back(cast(x.op, simple(WEIR_INT64)));
  }
  if (ast.text == "&")
    return {row_op([](Row&, int64_t a, int64_t b) { return a & b; }, args, false), &ast, false};
  if (ast.text == "|")
    return {row_op([](Row&, int64_t a, int64_t b) { return a | b; }, args, false), &ast, false};
  const bool is_left = ast.text == "<<";
  const auto shift = [is_left](Row& row, int64_t a, int64_t n) -> int64_t {
    if (!is_left) return n < 0 ? 0 : a >> std::min<int64_t>(n, 63);
    int64_t out = 0;
    if (a < 0 || n < 0 || n > 62 || __builtin_mul_overflow(a, int64_t{1} << static_cast<unsigned>(n), &out))
      row.fail("overflow", "overflow in " + std::to_string(a) + " << " + std::to_string(n));
    return out;
  };
  return {row_op(shift, args, is_left), &ast, false};
}

Bound Binder::bind_concat(const Ast& ast) {
  std::vector<Bound> operands;
  if (!bind_children(ast, operands)) return {};
  std::vector<OpPtr> args;
  for (const Bound& x : operands) {
    OpPtr text = x.type().is_nested() ? nullptr : cast(x.op, simple(WEIR_STRING));
    if (!text) {
      report(x.ast->span, "wrong-type", "'||' takes values with a text, found " + type_name(x.type()));
      return {};
    }
    args.push_back(std::move(text));
  }
  const Kernel join = [](Eval& eval, const Bits* mask, std::span<const Vector> texts) {
    const Rows rows = rows_of(eval, mask, texts);
    TextWriter writer(eval.arena(), std::max<int64_t>(1, rows.count));
    Nulls nulls(eval, rows, joint_validity(eval, rows, texts));
    for (int64_t i = 0; i < rows.count; ++i)
      if (nulls.is_valid(i) && rows.wants(i)) writer.put(i, texts[0].text(i), texts[1].text(i));
    Vector out = result_vector(simple(WEIR_STRING), rows, writer.views(), nulls.validity());
    out.heaps = writer.heaps();
    return out;
  };
  return {kernel_op(simple(WEIR_STRING), args, join, {}), &ast, false};
}

}  // namespace weir::expr
