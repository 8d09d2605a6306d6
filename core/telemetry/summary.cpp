#include "telemetry/summary.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "telemetry/figures.hpp"

namespace weir {
namespace {

constexpr size_t kColumns = 6;
using Row = std::array<std::string, kColumns>;

// Columns line up by characters, of which UTF-8 text may have fewer than bytes.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

Row row_of(const NodeSnapshot& node, const RunSummary& summary) {
  const uint64_t bytes = node.bytes_in > 0 ? node.bytes_in : node.bytes_out;
  Row row{node.name,
          with_separators(node.rows_in),
          with_separators(node.rows_out),
          with_separators(node.rows_rejected),
          "-",
          "-"};
  if (summary.elapsed_us > 0) {
    // Bytes per microsecond are megabytes per second.
    row[4] = fmt::format("{:.1f}", static_cast<double>(bytes) / static_cast<double>(summary.elapsed_us));
    const double available_ns = static_cast<double>(summary.elapsed_us) * 1000 *
                                static_cast<double>(std::max<size_t>(summary.threads, 1));
    row[5] = fmt::format("{:.0f} %", 100 * static_cast<double>(node.busy_ns) / available_ns);
  }
  return row;
}

// The first column is text and begins at the left, the others are figures and end at the right.
std::string line_of(const Row& row, const std::array<size_t, kColumns>& widths) {
  std::string line = row[0] + std::string(widths[0] - width_of(row[0]), ' ');
  for (size_t i = 1; i < kColumns; ++i) {
    line += "  " + std::string(widths[i] - width_of(row[i]), ' ') + row[i];
  }
  return line + "\n";
}

}  // namespace

std::string render_summary(const RunSummary& summary) {
  std::vector<Row> rows{{"node", "rows in", "rows out", "rejected", "MB/s", "busy"}};
  for (const NodeSnapshot& node : summary.nodes) rows.push_back(row_of(node, summary));
  std::array<size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const Row& row : rows) text += line_of(row, widths);
  const auto is_late = [](const NodeSnapshot& node) { return node.rows_late > 0; };
  const bool has_late = std::ranges::any_of(summary.nodes, is_late);
  if (!summary.rejected.empty() || has_late) text += "\n";
  for (const RejectedRows& rejected : summary.rejected) {
    text += fmt::format("{} {} rejected by {}: {}\n", with_separators(rejected.rows),
                        rejected.rows == 1 ? "row" : "rows", rejected.node, rejected.where);
  }
  for (const NodeSnapshot& node : summary.nodes) {
    if (!is_late(node)) continue;
    text += fmt::format("{} {} came too late for {} and {} left out: nothing reads {}.late\n",
                        with_separators(node.rows_late), node.rows_late == 1 ? "row" : "rows", node.name,
                        node.rows_late == 1 ? "was" : "were", node.name);
  }
  return text;
}

}  // namespace weir
