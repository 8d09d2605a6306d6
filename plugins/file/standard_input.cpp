#include "standard_input.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace weir::file {
namespace {

// How long head() waits for more once the first bytes are there: a program that was started beside this one
// writes its first buffer within that time.
constexpr int kMoreWithinMs = 200;

Status input_fault() {
  return Status::io("cannot read standard input: " + std::generic_category().message(errno));
}

}  // namespace

StandardInput& StandardInput::of_process() {
  static StandardInput input;
  return input;
}

Result<StandardInput::Wait> StandardInput::wait(int timeout_ms) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  const int ready = ::poll(&input, 1, timeout_ms);
  if (ready < 0 && errno != EINTR) return input_fault();
  return ready > 0 ? Wait::kReady : Wait::kNothing;
}

Result<size_t> StandardInput::read_now(std::span<uint8_t> into) {
  const ssize_t got = ::read(STDIN_FILENO, into.data(), into.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN ? Result<size_t>(0) : Result<size_t>(input_fault());
  if (got == 0) is_ended_ = true;
  return static_cast<size_t>(got);
}

Result<std::string> StandardInput::head(size_t max_bytes) {
  while (!is_ended_ && seen_.size() < max_bytes) {
    WEIR_ASSIGN_OR_RETURN(const Wait waited, wait(seen_.empty() ? -1 : kMoreWithinMs));
    if (waited == Wait::kNothing && !seen_.empty()) break;
    if (waited == Wait::kNothing) continue;
    const size_t before = seen_.size();
    seen_.resize(max_bytes);
    const auto got = read_now({reinterpret_cast<uint8_t*>(seen_.data()) + before, max_bytes - before});
    seen_.resize(before + (got.is_ok() ? *got : 0));
    if (!got.is_ok()) return got.status();
  }
  return seen_.substr(0, max_bytes);
}

Result<StandardInput::Read> StandardInput::read(std::span<uint8_t> into) {
  Read read;
  read.size = std::min(seen_.size(), into.size());
  if (read.size > 0) {
    std::memcpy(into.data(), seen_.data(), read.size);
    seen_.erase(0, read.size);
  }
  while (read.size < into.size() && !is_ended_) {
    WEIR_ASSIGN_OR_RETURN(const Wait waited, wait(0));
    if (waited == Wait::kNothing) break;
    WEIR_ASSIGN_OR_RETURN(const size_t got, read_now(into.subspan(read.size)));
    read.size += got;
    if (got == 0) break;
  }
  read.is_end = is_ended_ && seen_.empty();
  return read;
}

}  // namespace weir::file
