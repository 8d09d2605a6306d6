#pragma once
// What a call of a component came to, when it did not fail.
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "weir/abi.h"
#include "weir/host.hpp"
#include "weir/option_types.hpp"
#include "weir/status.hpp"

namespace weir {

/// Something that can become ready: signalled by the component's own thread, or by the host.
///
/// Threads: signal() from any.
class Handle {
 public:
  Handle() = default;
  /// A handle of this instance, ready once signal() was called.
  explicit Handle(weir_context* context) : handle_(host()->handle_new(context)) {}
  Handle(Handle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Handle() {
    if (handle_ != nullptr) host()->handle_free(handle_);
  }
  void signal() const { host()->handle_signal(handle_); }
  weir_handle* get() const { return handle_; }

 private:
  weir_handle* handle_ = nullptr;
};

/// The answer of process(), poll(), write() and flush().
struct Progress {
  static constexpr int64_t kNoTime = std::numeric_limits<int64_t>::max();

  weir_answer answer = WEIR_DONE;
  weir_wake wake = {nullptr, kNoTime};
  Status why = {};  ///< A fault where the answer is a retry.

  /// The input is used up.
  static Progress done() { return {}; }
  /// The emitter is full: call more() before anything else.
  static Progress more() { return {WEIR_MORE}; }
  /// Done, and nothing more is wanted from this input; a source: nothing more will come, ever.
  static Progress finished() { return {WEIR_FINISHED}; }
  /// Nothing can be done before this moment of the monotonic clock.
  static Progress not_ready_until(int64_t monotonic_ns) { return {WEIR_NOT_READY, {nullptr, monotonic_ns}}; }
  /// Nothing can be done before `handle` is ready or the moment comes. Borrows `handle`: it outlives the
  /// wait.
  static Progress not_ready(weir_handle* handle, int64_t monotonic_ns = kNoTime) {
    return {WEIR_NOT_READY, {handle, monotonic_ns}};
  }
  /// Sinks: the batch was not taken; the host calls again with it after this time, or later (`retry`).
  static Progress retry_after(Duration wait, std::string why) {
    return {WEIR_RETRY,
            {nullptr, host()->monotonic_ns(host()) + wait.count() * 1000},
            {Code::kUnavailable, std::move(why)}};
  }
  /// Sinks: the batch was not taken, as a disk is full. The host calls again with it when there may be room.
  static Progress retry_when_roomy(std::string why) {
    return {WEIR_RETRY, {nullptr, kNoTime}, {Code::kNoSpace, std::move(why)}};
  }
};

}  // namespace weir
