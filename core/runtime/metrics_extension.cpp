#include "runtime/metrics_extension.hpp"

#include <weir/text.hpp>

#include "runtime/instance_context.hpp"
#include "runtime/operator.hpp"
#include "runtime/run_shared.hpp"
#include "telemetry/metrics.hpp"

// Names of their own: several files of a room may be compiled as one.
namespace weir::metrics_calls {
namespace {

void nodes(weir_context* context, void (*visit)(void*, const weir_node_metrics*), void* to) {
  for (const NodeSnapshot& node : context_of(context).op->run().node_metrics()) {
    weir_node_metrics out{};
    out.struct_size = sizeof(out);
    out.instances = static_cast<uint32_t>(node.instances);
    out.node = as_str(node.name);
    out.rows_in = node.rows_in;
    out.rows_out = node.rows_out;
    out.rows_rejected = node.rows_rejected;
    out.rows_late = node.rows_late;
    out.bytes_in = node.bytes_in;
    out.bytes_out = node.bytes_out;
    out.busy_ns = node.busy_ns;
    out.state_bytes = node.state_bytes;
    out.watermark_us = node.watermark_us.value_or(INT64_MIN);
    visit(to, &out);
  }
}

uint32_t open_sources(weir_context* context) {
  Operator& op = *context_of(context).op;
  return op.run().open_sources_beside(op.node());
}

}  // namespace
}  // namespace weir::metrics_calls

namespace weir {

const weir_metrics_calls& metrics_extension() {
  static constexpr weir_metrics_calls kCalls = {sizeof(weir_metrics_calls), 0, metrics_calls::nodes,
                                                metrics_calls::open_sources};
  return kCalls;
}

}  // namespace weir
