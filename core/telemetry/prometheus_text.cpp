// The metrics of a run in the text format of Prometheus.
#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "telemetry/run_status.hpp"

namespace weir {
namespace {

using Label = std::pair<std::string_view, std::string_view>;

std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
  return text;
}

/// Writes families one after the other; every sample has the label `pipeline`.
class PrometheusText {
 public:
  explicit PrometheusText(std::string_view pipeline) : pipeline_(escaped(pipeline)) {}

  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  template <class Number>
  void sample(std::initializer_list<Label> labels, Number value, std::string_view ending = {}) {
    text_ += fmt::format("{}{}{{pipeline=\"{}\"", name_, ending, pipeline_);
    for (const auto& [key, of] : labels) text_ += fmt::format(",{}=\"{}\"", key, escaped(of));
    text_ += fmt::format("}} {}\n", value);
  }
  std::string take() { return std::move(text_); }

 private:
  const std::string pipeline_;
  std::string name_;
  std::string text_;
};

double seconds(int64_t us) { return static_cast<double>(us) / 1e6; }

void add_nodes(const RunStatus& status, PrometheusText& out) {
  const auto& nodes = status.metrics.nodes;
  out.family("weir_node_rows_total", "counter", "Rows of a node by what became of them.");
  for (const NodeSnapshot& node : nodes) {
    out.sample({{"node", node.name}, {"kind", "in"}}, node.rows_in);
    out.sample({{"node", node.name}, {"kind", "out"}}, node.rows_out);
    out.sample({{"node", node.name}, {"kind", "rejected"}}, node.rows_rejected);
    out.sample({{"node", node.name}, {"kind", "late"}}, node.rows_late);
  }
  out.family("weir_node_batches_total", "counter", "Batches of a node.");
  for (const NodeSnapshot& node : nodes) {
    out.sample({{"node", node.name}, {"kind", "in"}}, node.batches_in);
    out.sample({{"node", node.name}, {"kind", "out"}}, node.batches_out);
  }
  out.family("weir_node_busy_seconds_total", "counter", "Time spent in a node, over all its copies.");
  for (const NodeSnapshot& node : nodes)
    out.sample({{"node", node.name}}, static_cast<double>(node.busy_ns) / 1e9);
  out.family("weir_node_state_bytes", "gauge", "What a node's states hold.");
  for (const NodeSnapshot& node : nodes) out.sample({{"node", node.name}}, node.state_bytes);
  out.family("weir_node_watermark_lag_seconds", "gauge", "How far a node's event time is behind the clock.");
  for (const NodeSnapshot& node : nodes)
    if (node.watermark_us) out.sample({{"node", node.name}}, seconds(status.now_us - *node.watermark_us));
  out.family("weir_node_errors_total", "counter", "Rejected rows by node and code.");
  for (const ErrorCount& error : status.errors)
    out.sample({{"node", error.node}, {"code", error.code}}, error.rows);
  out.family("weir_edge_queued_bytes", "gauge", "What waits between two nodes.");
  for (const EdgeSnapshot& edge : status.metrics.edges)
    out.sample({{"from", edge.from}, {"to", edge.to}}, edge.queued_bytes);
}

void add_checkpoints(const RunStatus& status, PrometheusText& out) {
  const CheckpointStatus& last = status.checkpoint;
  out.family("weir_checkpoint_duration_seconds", "summary", "From the barrier to the manifest.");
  out.sample({}, seconds(last.total_us), "_sum");
  out.sample({}, last.count, "_count");
  out.family("weir_checkpoints_abandoned_total", "counter", "Checkpoints that could not be written.");
  out.sample({}, last.abandoned);
  out.family("weir_checkpoint_epoch", "gauge", "The last checkpoint; 0 before the first.");
  out.sample({}, last.epoch);
  if (last.epoch == 0) return;
  out.family("weir_checkpoint_size_bytes", "gauge", "Pages of the last checkpoint.");
  out.sample({}, last.size_bytes);
  out.family("weir_checkpoint_age_seconds", "gauge", "Since the last checkpoint.");
  out.sample({}, seconds(status.now_us - last.ended_us));
}

void add_sinks(const RunStatus& status, PrometheusText& out) {
  out.family("weir_sink_breaker_state", "gauge", "1 for the state that a sink's circuit breaker is in.");
  for (const SinkStatus& sink : status.sinks)
    for (const std::string_view state : {"closed", "open", "half-open"})
      out.sample({{"node", sink.node}, {"state", state}}, sink.breaker == state ? 1 : 0);
  out.family("weir_sink_failures_total", "counter", "Tries of a sink that failed and were repeated.");
  for (const SinkStatus& sink : status.sinks) out.sample({{"node", sink.node}}, sink.all_failures);
}

}  // namespace

std::string prometheus_text(const RunStatus& status) {
  PrometheusText out(status.pipeline);
  out.family("weir_run_info", "gauge", "The run that answers.");
  out.sample({{"run", status.run}}, 1);
  out.family("weir_run_start_time_seconds", "gauge", "When the run began, since 1970.");
  out.sample({}, seconds(status.started_us));
  add_nodes(status, out);
  add_checkpoints(status, out);
  add_sinks(status, out);
  out.family("weir_disk_full", "gauge", "1 while sources wait for room on a disk.");
  out.sample({}, status.disk.is_full ? 1 : 0);
  return out.take();
}

}  // namespace weir
