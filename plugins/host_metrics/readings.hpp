#pragma once
// One reading of the machine, and what two of them say.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

#include "proc_text.hpp"

namespace weir::host_metrics {

inline constexpr std::array<std::string_view, 3> kPressures = {"cpu", "io", "memory"};

/// What /proc said at one moment. What a kernel does not have is absent.
struct Reading {
  int64_t monotonic_ns = 0;
  std::vector<CpuTimes> cores;
  std::optional<Memory> memory;
  std::optional<Load> load;
  std::array<Pressure, kPressures.size()> pressures;
  std::vector<Traffic> disks;
  std::vector<Traffic> networks;
};

/// Fails: there is no /proc/stat.
Result<Reading> read_host();

/// One row.
struct Measure {
  std::string_view metric;  ///< "cpu.user"
  std::string instance;     ///< "cpu0"; empty: the machine.
  double value;
  std::string_view unit;  ///< "share", "bytes", "bytes/s", "percent", "processes"
};

/// Returns the measures at `now`; shares and rates are those since `before`.
/// Needs: now is later.
std::vector<Measure> measure(const Reading& before, const Reading& now);

}  // namespace weir::host_metrics
