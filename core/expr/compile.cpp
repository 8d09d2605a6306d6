#include "expr/compile.hpp"

#include <algorithm>
#include <bit>

#include "expr/aggregate.hpp"
#include "expr/binder.hpp"
#include "expr/cast.hpp"
#include "expr/columns.hpp"
#include "expr/parser.hpp"
#include "expr/program.hpp"

namespace weir::expr {

const Field& CompiledExpression::field() const { return program_->field; }
const weir_field& CompiledExpression::c_field() const { return *program_->c_field->data(); }
const std::vector<uint32_t>& CompiledExpression::columns() const { return program_->columns; }
bool CompiledExpression::is_deterministic() const { return program_->root->is_deterministic(); }
bool CompiledExpression::can_fault() const { return program_->root->can_fault(); }
std::optional<uint32_t> CompiledExpression::bare_column() const { return program_->bare_column; }
const std::string& CompiledExpression::text() const { return program_->text; }
bool CompiledExpression::is_constant() const { return as_constant(program_->root) != nullptr; }

std::optional<std::string> CompiledExpression::constant_text() const {
  const ConstantOp* const constant = as_constant(program_->root);
  if (constant == nullptr || !constant->value().is_valid(0)) return std::nullopt;
  if (constant->type().is_views()) return std::string(constant->value().text(0));
  const std::optional<Kernel> to_text = cast_kernel(constant->type(), simple(WEIR_STRING), false);
  if (!to_text) return std::nullopt;
  const OpPtr text = kernel_op(simple(WEIR_STRING), {program_->root}, *to_text, {});
  return std::string(as_constant(text)->value().text(0));
}

namespace {

// Batches come one after the other on a thread: its memory is used again.
struct Scratch {
  Arena arena;
  bool is_used = false;
};

}  // namespace

Result<Column> CompiledExpression::evaluate(const weir_batch& batch, RowFaults& faults) const {
  if (program_->bare_column) return Column::retain(batch.columns[*program_->bare_column]);
  thread_local Scratch scratch;
  // A plugin's function may evaluate an expression of its own while ours waits for it.
  Arena nested;
  const bool is_outermost = !scratch.is_used;
  Arena& arena = is_outermost ? scratch.arena : nested;
  scratch.is_used = true;
  Result<Column> out = Status();
  {
    Eval eval(arena, &batch, batch.row_count, program_->slot_count, faults);
    Vector value = program_->root->eval(eval, nullptr);
    value.type = program_->root->type();
    out = store_column(value, batch.row_count, eval.faulted());
  }
  if (is_outermost) {
    arena.reset();
    scratch.is_used = false;
  }
  return out;
}

std::optional<CompiledExpression> compile_ast(const Ast& ast, const Schema& schema,
                                              const FunctionRegistry& functions,
                                              const AggregateCatalog* aggregates,
                                              const std::string& must_be_bool, ExprFaults& faults) {
  std::function<bool(std::string_view)> is_aggregate;
  if (aggregates != nullptr)
    is_aggregate = [aggregates](std::string_view name) { return aggregates->find(name) != nullptr; };
  const size_t faults_before = faults.size();
  Binder binder(schema, functions, is_aggregate, faults);
  Bound bound = binder.bind(ast);
  if (!bound || faults.size() != faults_before) return std::nullopt;
  auto program = std::make_shared<Program>();
  const ValueType& type = bound.type();
  if (type.is(kIntervalId)) {
    binder.report(ast.span, "wrong-type", "an interval cannot be a column", "Use epoch(...) for its seconds");
  } else if (!must_be_bool.empty() && type.is(WEIR_NULL)) {
    bound.op = null_op(simple(WEIR_BOOL));
  } else if (!must_be_bool.empty() && !type.is(WEIR_BOOL)) {
    binder.report(ast.span, "wrong-type", must_be_bool + " must be a bool, found " + type_name(type));
  } else if (type.is(WEIR_NULL)) {
    // A column needs a type; any would do.
    bound.op = null_op(simple(WEIR_INT32));
  }
  if (faults.size() != faults_before) return std::nullopt;
  program->root = bound.op;
  program->columns.assign(binder.columns().begin(), binder.columns().end());
  program->slot_count = binder.slot_count();
  program->text = print(ast);
  program->bare_column = as_column(bound.op);
  if (program->bare_column) {
    program->field = schema[*program->bare_column];
  } else {
    program->field.type = data_type(bound.op->type());
    program->field.nullable = bound.op->is_nullable();
  }
  program->c_field.emplace(std::vector<Field>{program->field});
  return CompiledExpression(std::move(program));
}

namespace {

Compiled<CompiledExpression> compile_text(std::string_view text, const Schema& schema,
                                          const FunctionRegistry& functions,
                                          const AggregateCatalog* aggregates,
                                          const std::string& must_be_bool) {
  Compiled<CompiledExpression> out;
  const AstPtr ast = parse(text, out.faults);
  if (ast) out.value = compile_ast(*ast, schema, functions, aggregates, must_be_bool, out.faults);
  sort_by_place(out.faults);
  return out;
}

}  // namespace

Compiled<CompiledExpression> compile(std::string_view text, const Schema& schema,
                                     const FunctionRegistry& functions, const AggregateCatalog* aggregates) {
  return compile_text(text, schema, functions, aggregates, "");
}

Compiled<CompiledExpression> compile_condition(std::string_view text, const Schema& schema,
                                               const FunctionRegistry& functions,
                                               const AggregateCatalog* aggregates) {
  return compile_text(text, schema, functions, aggregates, "the condition");
}

size_t to_selection(const weir_column& column, uint32_t* rows) {
  const auto* const bits = static_cast<const uint8_t*>(column.values);
  size_t count = 0;
  for (int64_t base = 0; base < column.row_count; base += 64) {
    const int64_t left = std::min<int64_t>(64, column.row_count - base);
    const auto bytes = static_cast<size_t>((left + 7) / 8);
    uint64_t word = 0;
    std::memcpy(&word, bits + base / 8, bytes);
    if (column.validity != nullptr) {
      uint64_t valid = 0;
      std::memcpy(&valid, column.validity + base / 8, bytes);
      word &= valid;
    }
    if (left < 64) word &= (uint64_t{1} << static_cast<unsigned>(left)) - 1;
    for (; word != 0; word &= word - 1) rows[count++] = static_cast<uint32_t>(base + std::countr_zero(word));
  }
  return count;
}

}  // namespace weir::expr
