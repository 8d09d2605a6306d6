// What the service of a run answers to a line of JSON and to a request of HTTP.
#include <fmt/format.h>
#include <simdjson.h>

#include <optional>
#include <string>

#include "cli/run_service.hpp"
#include "telemetry/log_line.hpp"

namespace weir {
namespace {

struct Request {
  std::string verb;
  std::string as;
  bool now = false;
};

std::optional<Request> parse(std::string_view line) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(simdjson::padded_string(line)).get(object) != simdjson::SUCCESS) return std::nullopt;
  Request request;
  std::string_view text;
  if (object["verb"].get(text) == simdjson::SUCCESS) request.verb = text;
  if (object["as"].get(text) == simdjson::SUCCESS) request.as = text;
  if (object["now"].get(request.now) != simdjson::SUCCESS) request.now = false;
  return request;
}

std::string http(std::string_view status, std::string_view type, std::string_view body) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\nCache-Control: "
      "no-store\r\n\r\n{}",
      status, type, body.size(), body);
}

constexpr std::string_view kPlain = "text/plain; charset=utf-8";

}  // namespace

std::string answer_control(std::string_view line, const ServedRun& run, bool& is_stop) {
  const std::optional<Request> request = parse(line);
  if (!request) return R"({"ok":false,"error":"expected one line with a JSON object"})";
  if (request->verb == "stop") {
    is_stop = true;
    const RunStatus status = run.status();
    request->now ? run.stop_now() : run.stop();
    return fmt::format(R"({{"ok":true,"pid":{},"run":{}}})", status.process, json_quoted(status.run));
  }
  if (request->verb != "status")
    return fmt::format(R"({{"ok":false,"error":{}}})",
                       json_quoted("there is no verb '" + request->verb + "'; expected status or stop"));
  const RunStatus status = run.status();
  if (request->as == "text")
    return fmt::format(R"({{"ok":true,"text":{}}})", json_quoted(status_text(status)));
  return status_json(status);
}

std::string answer_http(std::string_view request, const ServedRun& run) {
  const size_t method_end = request.find(' ');
  const size_t path_end =
      method_end == std::string_view::npos ? method_end : request.find_first_of(" ?\r\n", method_end + 1);
  if (path_end == std::string_view::npos) return http("400 Bad Request", kPlain, "expected GET /metrics\n");
  const std::string_view method = request.substr(0, method_end);
  const std::string_view path = request.substr(method_end + 1, path_end - method_end - 1);
  if (method != "GET") return http("405 Method Not Allowed", kPlain, "only GET is served\n");
  if (path == "/healthz") return http("200 OK", kPlain, "ok\n");
  const RunStatus status = run.status();
  if (path == "/metrics")
    return http("200 OK", "text/plain; version=0.0.4; charset=utf-8", prometheus_text(status));
  if (path == "/status") return http("200 OK", "application/json", status_json(status) + "\n");
  if (path != "/readyz")
    return http("404 Not Found", kPlain, "the paths are /metrics, /healthz, /readyz and /status\n");
  const std::optional<std::string> reason = unready_reason(status);
  return reason ? http("503 Service Unavailable", kPlain, *reason + "\n") : http("200 OK", kPlain, "ready\n");
}

}  // namespace weir
