// host_metrics: how busy this machine is, one row for each figure.
//
//   machine: {type: host_metrics, interval: 1s, duration: 15s}
//
// Out: time, metric ("cpu.user"), instance ("cpu0"; empty: the machine), value, unit.
#include <weir/ext_bounded.h>
#include <weir/source.hpp>

#include <optional>

#include "figure_rows.hpp"
#include "readings.hpp"

namespace weir::host_metrics {
namespace {

struct Options {
  Duration interval{1'000'000};
  std::optional<Duration> duration;
};

class HostMetrics final : public Source {
 public:
  explicit HostMetrics(Options options)
      : interval_ns_(options.interval.count() * 1000),
        duration_ns_(options.duration ? std::optional(options.duration->count() * 1000) : std::nullopt) {}

  static const void* extension(weir_str name) {
    static constexpr weir_bounded_calls kBounded = {
        sizeof(kBounded), 0, [](weir_node* node) {
          const auto& self = static_cast<HostMetrics&>(*shim::node_of(node).object);
          return self.duration_ns_ ? 1 : 0;
        }};
    return as_view(name) == WEIR_BOUNDED_EXTENSION ? &kBounded : nullptr;
  }

  Result<Schema> bind() override {
    if (duration_ns_ && *duration_ns_ < interval_ns_)
      return Status::invalid("'duration' is shorter than 'interval': there would be no row");
    return figures::schema();
  }

  // What happened meanwhile is not known; rows go on behind those that there are.
  Status restore(std::span<const PartitionOffset> offsets) override {
    for (const PartitionOffset& offset : offsets) position_ = offset.offset.position;
    return {};
  }

  // Shares and rates need two readings: the first one gives no rows.
  Result<Progress> poll(RowOutput& output) override {
    if (partition_ == 0) {
      partition_ = output.partition_found("host");
      WEIR_ASSIGN_OR_RETURN(before_, read_host());
      began_ns_ = before_.monotonic_ns;
      due_ns_ = began_ns_ + interval_ns_;
    }
    if (duration_ns_ && due_ns_ > began_ns_ + *duration_ns_) {
      output.partition_ended(partition_);
      return Progress::finished();
    }
    if (host()->monotonic_ns(host()) < due_ns_) return Progress::not_ready_until(due_ns_);
    WEIR_ASSIGN_OR_RETURN(Reading now, read_host());
    emit(output, measure(before_, now));
    before_ = std::move(now);
    // Readings that were missed are not made up for: they would all be the same one.
    while (due_ns_ <= before_.monotonic_ns) due_ns_ += interval_ns_;
    return Progress::done();
  }

 private:
  void emit(RowOutput& output, const std::vector<Measure>& measures) {
    figures::FigureRows rows(host()->wall_us(host()));
    for (const Measure& one : measures) rows.add(one.metric, one.instance, one.value, one.unit);
    const int64_t first = position_;
    position_ += rows.count();
    output.emit(partition_, std::move(rows).take(), first, {position_, {}});
  }

  const int64_t interval_ns_;
  const std::optional<int64_t> duration_ns_;
  uint32_t partition_ = 0;
  int64_t position_ = 0;  // Rows so far.
  int64_t began_ns_ = 0;
  int64_t due_ns_ = 0;
  Reading before_;
};

}  // namespace
}  // namespace weir::host_metrics

using weir::host_metrics::HostMetrics;
using weir::host_metrics::Options;

WEIR_SOURCE(
    HostMetrics, Options, "host_metrics",
    "Read how busy this machine is: processor, memory, load, disks, network.", weir::traits(),
    weir::description("Columns: `time`, `metric`, `instance` (which core, disk or interface), `value`, "
                      "`unit`; for windows say `event_time: {column: time}`.\n\n"
                      "One row for each figure and interval: `cpu.user`, `cpu.system`, `cpu.iowait`, "
                      "`cpu.idle` and `cpu.busy` for "
                      "each core [share of the interval]; `memory.total`, `memory.available`, "
                      "`memory.used` [bytes]; `load.1m`, "
                      "`load.5m`, `load.15m` [processes]; `pressure.some` and `pressure.full` of "
                      "cpu, io and memory where the kernel "
                      "measures them [percent of the last 10 s]; `disk.read` and `disk.write` for "
                      "each disk, `network.received` and "
                      "`network.sent` for each interface [bytes/s]. Cannot be read again: what "
                      "happens while the pipeline is down is "
                      "not seen."),
    weir::example("type: host_metrics\ninterval: 1s\nduration: 15s"),
    weir::optional("interval", &Options::interval, "1s", "From one reading to the next.",
                   weir::range(1e4, 8.64e10)),
    weir::optional("duration", &Options::duration, "When to end; never when left out.",
                   weir::range(1e4, 9e15)));
