// weir_metrics: how the run that it belongs to is doing, one row for each figure.
//
//   self: {type: weir_metrics, interval: 10s}
//
// Out: time, metric ("node.rows_in"), instance (the node's name), value, unit: as host_metrics, so that
// `merge` brings both together.
#include <weir/ext_metrics.h>
#include <weir/source.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "../host_metrics/figure_rows.hpp"

namespace weir::own_metrics {
namespace {

/// So often it is looked whether anything else still gives rows.
constexpr int64_t kLookEveryNs = 200'000'000;
constexpr double kNsPerSecond = 1e9;
constexpr double kUsPerSecond = 1e6;

struct Options {
  Duration interval{10'000'000};
};

/// A copy of what the host tells of a node.
struct NodeFigures {
  std::string name;
  weir_node_metrics metrics;
};

class WeirMetrics final : public Source {
 public:
  explicit WeirMetrics(Options options) : interval_ns_(options.interval.count() * 1000) {}

  Result<Schema> bind() override { return figures::schema(); }

  // The counts of an earlier process are gone with it; rows go on behind those that there are.
  Status restore(std::span<const PartitionOffset> offsets) override {
    for (const PartitionOffset& offset : offsets) position_ = offset.offset.position;
    return {};
  }

  Result<Progress> poll(RowOutput& output) override {
    if (partition_ == 0) {
      calls_ =
          static_cast<const weir_metrics_calls*>(host()->extension(host(), as_str(WEIR_METRICS_EXTENSION)));
      if (calls_ == nullptr) return Status::unsupported("this host does not tell how its nodes are doing");
      partition_ = output.partition_found("weir");
      read_ns_ = host()->monotonic_ns(host());
      due_ns_ = read_ns_ + interval_ns_;
    }
    const int64_t now_ns = host()->monotonic_ns(host());
    const bool is_last = calls_->open_sources(context()) == 0;
    if (now_ns < due_ns_ && !is_last)
      return Progress::not_ready_until(std::min(due_ns_, now_ns + kLookEveryNs));
    emit(output, now_ns);
    // Readings that were missed are not made up for: they would all be the same one.
    while (due_ns_ <= now_ns) due_ns_ += interval_ns_;
    if (!is_last) return Progress::done();
    output.partition_ended(partition_);
    return Progress::finished();
  }

 private:
  std::vector<NodeFigures> nodes() const {
    std::vector<NodeFigures> found;
    calls_->nodes(
        context(),
        [](void* to, const weir_node_metrics* node) {
          static_cast<std::vector<NodeFigures>*>(to)->push_back({std::string(as_view(node->node)), *node});
        },
        &found);
    return found;
  }

  void emit(RowOutput& output, int64_t now_ns) {
    const int64_t wall_us = host()->wall_us(host());
    figures::FigureRows rows(wall_us);
    for (const auto& [name, metrics] : nodes()) {
      rows.add("node.rows_in", name, static_cast<double>(metrics.rows_in), "rows");
      rows.add("node.rows_out", name, static_cast<double>(metrics.rows_out), "rows");
      rows.add("node.rows_rejected", name, static_cast<double>(metrics.rows_rejected), "rows");
      rows.add("node.rows_late", name, static_cast<double>(metrics.rows_late), "rows");
      rows.add("node.bytes_in", name, static_cast<double>(metrics.bytes_in), "bytes");
      rows.add("node.bytes_out", name, static_cast<double>(metrics.bytes_out), "bytes");
      rows.add("node.state", name, static_cast<double>(metrics.state_bytes), "bytes");
      add_busy(rows, name, metrics.busy_ns, now_ns);
      if (metrics.watermark_us == INT64_MIN) continue;
      rows.add("node.lag", name, static_cast<double>(wall_us - metrics.watermark_us) / kUsPerSecond, "s");
    }
    read_ns_ = now_ns;
    const int64_t first = position_;
    position_ += rows.count();
    output.emit(partition_, std::move(rows).take(), first, {position_, {}});
  }

  /// Of the time since the reading before.
  void add_busy(figures::FigureRows& rows, const std::string& name, uint64_t busy_ns, int64_t now_ns) {
    uint64_t& before_ns = busy_ns_[name];
    const auto busy = static_cast<double>(busy_ns - before_ns) / kNsPerSecond;
    const double passed = static_cast<double>(now_ns - read_ns_) / kNsPerSecond;
    before_ns = busy_ns;
    if (passed > 0) rows.add("node.busy", name, busy / passed, "share");
  }

  const int64_t interval_ns_;
  const weir_metrics_calls* calls_ = nullptr;
  uint32_t partition_ = 0;
  int64_t position_ = 0;  // Rows so far.
  int64_t read_ns_ = 0;
  int64_t due_ns_ = 0;
  std::map<std::string, uint64_t> busy_ns_;  // By node, as of the reading before.
};

}  // namespace
}  // namespace weir::own_metrics

using weir::own_metrics::Options;
using weir::own_metrics::WeirMetrics;

WEIR_SOURCE(
    WeirMetrics, Options, "weir_metrics", "Read how this run itself is doing: rows, bytes, time, state, lag.",
    weir::traits(),
    weir::description(
        "Columns: `time`, `metric`, `instance` (the node), `value`, `unit`, as those of host_metrics; for "
        "windows say `event_time: {column: time}`.\n\n"
        "One row for each node and figure: `node.rows_in`, `node.rows_out`, `node.rows_rejected`, "
        "`node.rows_late` [rows] and `node.bytes_in`, `node.bytes_out` [bytes], counted since this process "
        "began, so that `rate` understands them; `node.state` [bytes] held now; `node.busy` [share of one "
        "processor since the reading before]; `node.lag` [s], how far the node's event time is behind the "
        "wall clock, where it has one.\n\n"
        "Ends with a last reading when every other source has ended, so a bounded pipeline stays one. Rows "
        "that are still on their way then are not in it. Cannot be read again."),
    weir::example("type: weir_metrics\ninterval: 10s"),
    weir::optional("interval", &Options::interval, "10s", "From one reading to the next.",
                   weir::range(1e4, 8.64e10)));
