#include "telemetry/run_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "telemetry/figures.hpp"
#include "telemetry/log_line.hpp"
#include "telemetry/redact.hpp"

namespace weir {
namespace {

/// What a component said, without secrets.
std::string shown(const std::string& reason) { return process_secrets().redact(reason); }

constexpr int64_t kRateWindowUs = 10'000'000;

const char* phase_name(RunPhase phase) {
  switch (phase) {
    case RunPhase::kStarting:
      return "starting";
    case RunPhase::kStopping:
      return "stopping";
    default:
      return "running";
  }
}

uint64_t rows_of(const NodeSnapshot& node) { return node.rows_out > 0 ? node.rows_out : node.rows_in; }

std::string ago(int64_t then_us, int64_t now_us) {
  return short_duration(std::max<int64_t>(0, now_us - then_us) / 1'000'000) + " ago";
}

/// How far event time is behind; nothing where a node has none.
std::optional<int64_t> lag_us(const NodeSnapshot& node, int64_t now_us) {
  if (!node.watermark_us) return std::nullopt;
  return std::max<int64_t>(0, now_us - *node.watermark_us);
}

std::string node_json(const NodeSnapshot& node, double rate, const RunStatus& status) {
  std::string json = fmt::format(
      R"({{"name":{},"instances":{},"rows_in":{},"rows_out":{},"rejected":{},"late":{},"rows_per_second":{:.1f},"busy_ms":{},"state_bytes":{})",
      json_quoted(node.name), node.instances, node.rows_in, node.rows_out, node.rows_rejected, node.rows_late,
      rate, node.busy_ns / 1'000'000, node.state_bytes);
  if (const auto lag = lag_us(node, status.now_us))
    json += fmt::format(R"(,"watermark_lag_ms":{})", *lag / 1000);
  return json + "}";
}

template <class Items, class Json>
std::string json_list(const Items& items, Json json) {
  std::string list = "[";
  for (const auto& item : items) list += (list.size() == 1 ? "" : ",") + json(item);
  return list + "]";
}

std::string checkpoint_json(const CheckpointStatus& last) {
  if (last.epoch == 0) return "null";
  return fmt::format(
      R"({{"epoch":{},"ended":{},"duration_ms":{},"size_bytes":{},"count":{},"abandoned":{}}})", last.epoch,
      json_quoted(utc_text(last.ended_us)), last.last_us / 1000, last.size_bytes, last.count, last.abandoned);
}

}  // namespace

std::vector<double> RowRates::update(const MetricsSnapshot& metrics, int64_t now_us) {
  Sample now{now_us, {}};
  for (const NodeSnapshot& node : metrics.nodes) now.rows.push_back(rows_of(node));
  while (samples_.size() > 1 && samples_[1].time_us <= now_us - kRateWindowUs) samples_.pop_front();
  std::vector<double> rates(now.rows.size(), 0);
  if (!samples_.empty() && now_us > samples_.front().time_us) {
    const Sample& then = samples_.front();
    const double seconds = static_cast<double>(now_us - then.time_us) / 1e6;
    for (size_t i = 0; i < std::min(rates.size(), then.rows.size()); ++i)
      rates[i] = static_cast<double>(now.rows[i] - std::min(now.rows[i], then.rows[i])) / seconds;
  }
  samples_.push_back(std::move(now));
  return rates;
}

std::optional<std::string> unready_reason(const RunStatus& status) {
  if (status.disk.is_full) return "the disk is full: " + shown(status.disk.reason);
  if (status.phase == RunPhase::kRunning) return std::nullopt;
  return std::string("the run is ") + phase_name(status.phase);
}

std::string status_json(const RunStatus& status) {
  std::string nodes = "[";
  for (size_t i = 0; i < status.metrics.nodes.size(); ++i) {
    if (i > 0) nodes += ',';
    nodes += node_json(status.metrics.nodes[i], i < status.rates.size() ? status.rates[i] : 0, status);
  }
  nodes += "]";
  const std::string edges = json_list(status.metrics.edges, [](const EdgeSnapshot& edge) {
    return fmt::format(R"({{"from":{},"to":{},"queued_bytes":{}}})", json_quoted(edge.from),
                       json_quoted(edge.to), edge.queued_bytes);
  });
  const std::string sinks = json_list(status.sinks, [](const SinkStatus& sink) {
    return fmt::format(R"({{"name":{},"breaker":"{}","failures":{},"all_failures":{},"reason":{}}})",
                       json_quoted(sink.node), sink.breaker, sink.failures, sink.all_failures,
                       json_quoted(shown(sink.reason)));
  });
  const std::string errors = json_list(status.errors, [](const ErrorCount& error) {
    return fmt::format(R"({{"node":{},"code":{},"rows":{}}})", json_quoted(error.node),
                       json_quoted(error.code), error.rows);
  });
  return fmt::format(
      R"({{"pipeline":{},"run":{},"pid":{},"phase":"{}","started":{},"now":{},"bytes_done":{},"bytes_total":{},"nodes":{},"edges":{},"errors":{},"sinks":{},"checkpoint":{},"disk":{{"full":{},"reason":{}}}}})",
      json_quoted(status.pipeline), json_quoted(status.run), status.process, phase_name(status.phase),
      json_quoted(utc_text(status.started_us)), json_quoted(utc_text(status.now_us)), status.bytes_done,
      status.bytes_total < 0 ? "null" : std::to_string(status.bytes_total), nodes, edges, errors, sinks,
      checkpoint_json(status.checkpoint), status.disk.is_full, json_quoted(shown(status.disk.reason)));
}

std::string status_text(const RunStatus& status) {
  std::string text =
      fmt::format("{} is {} as PID {}: run {}, since {} ({})\n", status.pipeline, phase_name(status.phase),
                  status.process, status.run, utc_text(status.started_us),
                  short_duration((status.now_us - status.started_us) / 1'000'000));
  size_t width = 4;
  for (const NodeSnapshot& node : status.metrics.nodes) width = std::max(width, node.name.size());
  text += fmt::format("{:{}}  {:>14}  {:>14}  {:>10}  {:>10}  {:>8}\n", "node", width, "rows in", "rows out",
                      "rejected", "rows/s", "lag");
  for (size_t i = 0; i < status.metrics.nodes.size(); ++i) {
    const NodeSnapshot& node = status.metrics.nodes[i];
    const auto lag = lag_us(node, status.now_us);
    const double rate = i < status.rates.size() ? status.rates[i] : 0;
    text += fmt::format("{:{}}  {:>14}  {:>14}  {:>10}  {:>10}  {:>8}\n", node.name, width,
                        with_separators(node.rows_in), with_separators(node.rows_out),
                        with_separators(node.rows_rejected), short_count(static_cast<uint64_t>(rate + 0.5)),
                        lag ? short_duration(*lag / 1'000'000) : "");
  }
  for (const EdgeSnapshot& edge : status.metrics.edges)
    if (edge.queued_bytes > 0)
      text += fmt::format("queued {} -> {}: {}\n", edge.from, edge.to, short_bytes(edge.queued_bytes));
  if (status.checkpoint.epoch > 0)
    text += fmt::format("last checkpoint: epoch {}, {}, {}, took {} ms\n", status.checkpoint.epoch,
                        ago(status.checkpoint.ended_us, status.now_us),
                        short_bytes(status.checkpoint.size_bytes), status.checkpoint.last_us / 1000);
  else
    text += "last checkpoint: none yet\n";
  for (const SinkStatus& sink : status.sinks)
    if (!sink.reason.empty())
      text += fmt::format("{}: {} failures in a row, circuit breaker {}: {}\n", sink.node, sink.failures,
                          sink.breaker, shown(sink.reason));
  if (status.disk.is_full) text += "the disk is full, sources wait: " + shown(status.disk.reason) + "\n";
  return text;
}

}  // namespace weir
