#pragma once
// What is piped into the process.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <weir/status.hpp>

namespace weir::file {

/// Standard input, of which there is one in a process. Bytes that head() showed are read again by read().
///
/// Threads: one at a time.
class StandardInput {
 public:
  static StandardInput& of_process();
  /// Waits for the first bytes, and then a moment for more of them. Borrows: until read().
  Result<std::string> head(size_t max_bytes);
  struct Read {
    size_t size = 0;
    bool is_end = false;
  };
  /// Reads what is there now, without waiting.
  Result<Read> read(std::span<uint8_t> into);

 private:
  enum class Wait { kReady, kNothing };
  Result<Wait> wait(int timeout_ms);
  Result<size_t> read_now(std::span<uint8_t> into);
  std::string seen_;  // Shown by head(), not read yet.
  bool is_ended_ = false;
};

}  // namespace weir::file
