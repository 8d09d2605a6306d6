#include "expr/plugin_function.hpp"

#include <weir/fault.hpp>

#include "data/first_sizes.hpp"
#include "expr/columns.hpp"

namespace weir::expr {
namespace {

struct FaultSink {
  weir_row_faults calls{};  // First: a pointer to it is one to the sink.
  RowFaults faults;
  bool is_unsized = false;  // One of them does not say its size.

  FaultSink() {
    calls.struct_size = sizeof(calls);
    calls.add = add;
  }
  static void add(weir_row_faults* self, const weir_row_fault* fault) {
    auto* const sink = reinterpret_cast<FaultSink*>(self);
    if (!fits(fault)) {
      sink->is_unsized = true;
      return;
    }
    sink->faults.push_back({fault->row, std::string(fault->code.data, fault->code.size),
                            std::string(fault->message.data, fault->message.size)});
  }
};

}  // namespace

Kernel plugin_kernel(const weir_function_calls& calls, const ValueType& result) {
  return [&calls, result](Eval& eval, const Bits* mask, std::span<const Vector> args) {
    const auto fail_all = [&](std::string_view message) {
      eval.fault(0, true, mask, "function-failed", std::string(message));
      return null_vector(result);
    };
    std::vector<Column> columns;
    std::vector<const weir_column*> raw;
    for (const Vector& arg : args) {
      Result<Column> column = store_column(arg, eval.row_count(), nullptr);
      if (!column.is_ok()) return fail_all(column.status().message());
      columns.push_back(std::move(column).value());
      raw.push_back(columns.back().get());
    }
    FaultSink sink;
    weir_column* out = nullptr;
    weir_fault fault{};
    const int32_t code =
        calls.call(host(), raw.data(), raw.size(), eval.row_count(), &out, &sink.calls, &fault);
    if (code != 0) return fail_all(fault.message);
    Column made = Column::adopt(out);
    if (!made) return fail_all("it gives no column");
    if (sink.is_unsized) return fail_all("it gives a weir_row_fault that is shorter than this ABI's");
    Vector values = load_column(*eval.keep(std::move(made)), eval.row_count(), eval.arena());
    values.type = result;
    const Rows rows{eval.row_count(), false, mask};
    Nulls nulls(eval, rows, values.validity);
    for (RowFault& row_fault : sink.faults) {
      if (row_fault.row < 0 || row_fault.row >= eval.row_count()) continue;
      nulls.fault(row_fault.row, row_fault.code, std::move(row_fault.message));
    }
    if (!sink.faults.empty()) values.is_whole_column = false;
    values.validity = nulls.validity();
    return values;
  };
}

}  // namespace weir::expr
