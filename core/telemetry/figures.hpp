#pragma once
// Numbers as people read them.
#include <cstdint>
#include <string>

namespace weir {

/// Returns 1234567 as "1,234,567".
std::string with_separators(uint64_t number);
/// Returns three digits and a decimal unit: "0", "999", "1.23 k", "12.3 M", "4.56 G".
std::string short_count(uint64_t number);
/// Returns bytes in decimal units: "512 B", "1.2 GB", "240 MB".
std::string short_bytes(uint64_t bytes);
/// Returns bytes in binary units, as budgets are given: "0.3 MiB", "64 MiB", "1.5 GiB".
std::string short_mib(uint64_t bytes);
/// Returns "12s", "3m05s", "2h07m".
std::string short_duration(int64_t seconds);

}  // namespace weir
