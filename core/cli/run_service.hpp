#pragma once
// The thread of a running process that answers `weir status`, `weir stop`, and scrapers of metrics.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <weir/status.hpp>

#include "telemetry/run_status.hpp"

namespace weir {

/// What the service asks of the run and tells it. Called on the service's thread.
struct ServedRun {
  std::function<RunStatus()> status;
  std::function<void()> stop;
  std::function<void()> stop_now;
};

/// Answers on a control socket, and over HTTP where an address is given, until it is destroyed.
///
/// The control socket takes one line of JSON, `{"verb":"status"}`, `{"verb":"status","as":"text"}`,
/// `{"verb":"stop"}` or `{"verb":"stop","now":true}`, and answers one line. After `stop` it is left open
/// until the process ends, so that who waits sees the end. HTTP serves GET of /metrics, /healthz, /readyz and
/// /status.
///
/// Threads: made and destroyed by one.
class RunService {
 public:
  virtual ~RunService() = default;
  /// Listens at `directory`/control.sock, in place of one that a killed process left.
  /// `address` is "HOST:PORT", ":PORT" or "PORT" (on loopback), empty: no HTTP.
  /// Needs: the caller holds the directory's lock. Fails: kInvalid for an address that is none, else what the
  /// system says.
  static Result<std::unique_ptr<RunService>> start(const std::string& directory, const std::string& address,
                                                   ServedRun run);
  /// "127.0.0.1:9100", where HTTP is served; empty: nowhere.
  virtual const std::string& http_address() const = 0;
};

/// What one of its interfaces answers; for the service and its tests.
std::string answer_control(std::string_view line, const ServedRun& run, bool& is_stop);
std::string answer_http(std::string_view request, const ServedRun& run);

}  // namespace weir
