#pragma once
// The progress line of a run.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// How far a run is.
struct ProgressSample {
  uint64_t rows = 0;
  uint64_t bytes_done = 0;
  std::optional<uint64_t> bytes_total;  ///< Nothing when no end is known, as on a live source.
  int64_t elapsed_us = 0;
};

/// Returns "12.3 M rows  1.2 GB  240 MB/s  ETA 12s". The rate is the mean since the start; no rate without
/// elapsed time, no ETA without a total, a rate, or something left. Of a source without bytes: "12.3 M rows
/// 58.1 k rows/s".
std::string render_progress(const ProgressSample& sample);

/// Shows samples: on a terminal one line that is overwritten up to 5 times a second, elsewhere (a log, a
/// pipe) a line of its own every 10 s.
///
/// Threads: one at a time.
class ProgressLine {
 public:
  enum class Kind { kTerminal, kPlain };
  using Write = std::function<void(std::string_view text)>;

  ProgressLine(Kind kind, Write write);
  /// Shows `sample` when it is time for the next one by its elapsed_us.
  void update(const ProgressSample& sample);
  /// Shows the last state and ends the line. Elsewhere than on a terminal only after update() showed one.
  void finish(const ProgressSample& sample);

 private:
  void show(const ProgressSample& sample);

  const Kind kind_;
  const Write write_;
  int64_t next_us_;
  bool has_shown_ = false;
};

}  // namespace weir
