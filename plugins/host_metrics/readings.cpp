#include "readings.hpp"

#include <algorithm>

#include <weir/files.hpp>

namespace weir::host_metrics {
namespace {

Result<std::string> read_file(const std::string& path) {
  WEIR_ASSIGN_OR_RETURN(const File file, File::open_for_reading(path));
  std::string text;
  std::vector<uint8_t> piece(16384);
  for (;;) {
    WEIR_ASSIGN_OR_RETURN(const size_t got, file.read(text.size(), piece));
    if (got == 0) return text;
    text.append(reinterpret_cast<const char*>(piece.data()), got);
  }
}

// What is not there is empty.
std::string text_of(const std::string& path) {
  Result<std::string> text = read_file(path);
  return text.is_ok() ? *std::move(text) : std::string();
}

// A partition's traffic is its disk's, too: only what is a device of its own is counted.
bool is_partition(const Traffic& disk) {
  return files::info("/sys/block").is_ok() && !files::info("/sys/block/" + disk.name).is_ok();
}

// Counters may go back: a device that was taken out and put in again, iowait on many kernels.
double increase(uint64_t before, uint64_t now) {
  return now > before ? static_cast<double>(now - before) : 0.0;
}

void add_cores(const Reading& before, const Reading& now, std::vector<Measure>& out) {
  for (const CpuTimes& core : now.cores) {
    const auto old = std::ranges::find(before.cores, core.core, &CpuTimes::core);
    if (old == before.cores.end() || core.total <= old->total) continue;
    const double total = increase(old->total, core.total);
    const double idle = increase(old->idle, core.idle) / total;
    const double iowait = increase(old->iowait, core.iowait) / total;
    out.push_back({"cpu.user", core.core, increase(old->user, core.user) / total, "share"});
    out.push_back({"cpu.system", core.core, increase(old->system, core.system) / total, "share"});
    out.push_back({"cpu.iowait", core.core, iowait, "share"});
    out.push_back({"cpu.idle", core.core, idle, "share"});
    out.push_back({"cpu.busy", core.core, std::max(0.0, 1.0 - idle - iowait), "share"});
  }
}

void add_traffic(const std::vector<Traffic>& before, const std::vector<Traffic>& now, double seconds,
                 std::string_view in, std::string_view out_name, std::vector<Measure>& out) {
  for (const Traffic& one : now) {
    const auto old = std::ranges::find(before, one.name, &Traffic::name);
    if (old == before.end()) continue;
    out.push_back({in, one.name, increase(old->in, one.in) / seconds, "bytes/s"});
    out.push_back({out_name, one.name, increase(old->out, one.out) / seconds, "bytes/s"});
  }
}

}  // namespace

Result<Reading> read_host() {
  Reading reading;
  auto stat = read_file("/proc/stat");
  if (!stat.is_ok()) return stat.status().with_context("host_metrics reads the Linux files under /proc");
  reading.monotonic_ns = host()->monotonic_ns(host());
  reading.cores = parse_stat(*stat);
  reading.memory = parse_meminfo(text_of("/proc/meminfo"));
  reading.load = parse_loadavg(text_of("/proc/loadavg"));
  for (size_t i = 0; i < kPressures.size(); ++i)
    reading.pressures[i] = parse_pressure(text_of("/proc/pressure/" + std::string(kPressures[i])));
  reading.disks = parse_diskstats(text_of("/proc/diskstats"));
  std::erase_if(reading.disks, is_partition);
  reading.networks = parse_net_dev(text_of("/proc/net/dev"));
  return reading;
}

std::vector<Measure> measure(const Reading& before, const Reading& now) {
  std::vector<Measure> out;
  add_cores(before, now, out);
  if (now.memory) {
    const auto total = static_cast<double>(now.memory->total);
    const auto available = static_cast<double>(now.memory->available);
    out.push_back({"memory.total", "", total, "bytes"});
    out.push_back({"memory.available", "", available, "bytes"});
    out.push_back({"memory.used", "", total - available, "bytes"});
  }
  if (now.load) {
    out.push_back({"load.1m", "", now.load->one, "processes"});
    out.push_back({"load.5m", "", now.load->five, "processes"});
    out.push_back({"load.15m", "", now.load->fifteen, "processes"});
  }
  for (size_t i = 0; i < kPressures.size(); ++i) {
    const std::string name(kPressures[i]);
    if (now.pressures[i].some) out.push_back({"pressure.some", name, *now.pressures[i].some, "percent"});
    if (now.pressures[i].full) out.push_back({"pressure.full", name, *now.pressures[i].full, "percent"});
  }
  const double seconds = static_cast<double>(now.monotonic_ns - before.monotonic_ns) * 1e-9;
  add_traffic(before.disks, now.disks, seconds, "disk.read", "disk.write", out);
  add_traffic(before.networks, now.networks, seconds, "network.received", "network.sent", out);
  return out;
}

}  // namespace weir::host_metrics
