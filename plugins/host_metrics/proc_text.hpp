#pragma once
// What the files of /proc say.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::host_metrics {

/// Time that a core spent since the machine was started [clock ticks].
struct CpuTimes {
  std::string core;  ///< "cpu0"
  uint64_t user = 0;
  uint64_t system = 0;
  uint64_t idle = 0;
  uint64_t iowait = 0;
  uint64_t total = 0;  ///< Of these and of all others.
};
/// Bytes that went in and out since the machine, or the device, was started.
struct Traffic {
  std::string name;
  uint64_t in = 0;   ///< Read, received.
  uint64_t out = 0;  ///< Written, sent.
};
struct Memory {
  uint64_t total = 0;  ///< [bytes]
  uint64_t available = 0;
};
struct Load {
  double one = 0, five = 0, fifteen = 0;
};
/// Share of the last ten seconds in which work waited [percent].
struct Pressure {
  std::optional<double> some;
  std::optional<double> full;
};

// Lines that are not understood are left out: kernels add new ones.

std::vector<CpuTimes> parse_stat(std::string_view text);
std::optional<Memory> parse_meminfo(std::string_view text);
std::optional<Load> parse_loadavg(std::string_view text);
Pressure parse_pressure(std::string_view text);
/// Devices that moved anything at all.
std::vector<Traffic> parse_diskstats(std::string_view text);
std::vector<Traffic> parse_net_dev(std::string_view text);

}  // namespace weir::host_metrics
