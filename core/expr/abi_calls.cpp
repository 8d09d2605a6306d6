#include "expr/abi_calls.hpp"

#include <weir/fault.hpp>

#include "data/give_out.hpp"

weir_aggregate::weir_aggregate(weir::expr::CompiledAggregate aggregate) : compiled(std::move(aggregate)) {
  for (const weir::expr::CompiledExpression& arg : compiled.args()) args.push_back({arg});
  for (weir_expression& arg : args) arg_handles.push_back(&arg);
  if (compiled.filter()) filter = weir_expression{*compiled.filter()};
}

namespace weir::expr {
namespace {

int32_t evaluate(const weir_expression* expression, const weir_batch* batch, weir_column** out,
                 weir_row_faults* faults, weir_fault* fault) noexcept {
  try {
    if (!fits(batch) || (faults != nullptr && !fits(faults)))
      return fill_fault(Status::invalid("a weir_batch or weir_row_faults is shorter than this ABI's: its "
                                        "struct_size is to be set"),
                        fault);
    RowFaults rows;
    Result<Column> column = expression->compiled.evaluate(*batch, rows);
    if (!column.is_ok()) return fill_fault(column.status(), fault);
    for (const RowFault& row : rows) {
      const weir_row_fault c{sizeof(weir_row_fault),
                             0,
                             row.row,
                             {row.code.data(), row.code.size()},
                             {row.message.data(), row.message.size()}};
      if (faults != nullptr) faults->add(faults, &c);
    }
    *out = const_cast<weir_column*>(std::move(column).value().release());
    return 0;
  } catch (...) {
    return fill_fault(current_exception_status(), fault);
  }
}

// Names, children and metadata are borrowed from the expression, which outlives the node's use of them.
void expression_field(const weir_expression* expression, weir_field* out) noexcept {
  *out = expression->compiled.c_field();
}

size_t expression_columns(const weir_expression* expression, uint32_t* columns, size_t max) noexcept {
  const std::vector<uint32_t>& all = expression->compiled.columns();
  for (size_t i = 0; i < all.size() && i < max; ++i) columns[i] = all[i];
  return all.size();
}

void aggregate_info(const weir_aggregate* aggregate, weir_aggregate_info* out) noexcept {
  weir_aggregate_info made{};
  made.arg_count = static_cast<uint32_t>(aggregate->arg_handles.size());
  made.calls = &aggregate->compiled.calls();
  made.layout = &aggregate->compiled.layout();
  made.args = aggregate->arg_handles.data();
  made.filter = aggregate->filter ? const_cast<weir_expression*>(&*aggregate->filter) : nullptr;
  const std::string& text = aggregate->compiled.text();
  made.text = {text.data(), text.size()};
  give_out(made, out);
}

}  // namespace

void fill_expression_calls(weir_host& host) {
  host.evaluate = evaluate;
  host.expression_field = expression_field;
  host.expression_columns = expression_columns;
  host.aggregate_info = aggregate_info;
}

}  // namespace weir::expr
