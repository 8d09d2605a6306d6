// webhook: sends each row to an HTTP address, as JSON, or as Slack or PagerDuty want it.
//
//   page: {type: webhook, inputs: alerts, url: "https://ops.example/notices"}
#include <string>

#include "json_text.hpp"
#include "letter_sink.hpp"
#include "notice_columns.hpp"

namespace weir::notify {
namespace {

enum class Shape { kJson, kSlack, kPagerDuty };
constexpr const char* kPagerDutyUrl = "https://events.pagerduty.com/v2/enqueue";

struct WebhookOptions {
  std::optional<std::string> url;
  Shape shape = Shape::kJson;
  Format format;
  std::optional<Expression> text;
  std::optional<Secret> routing_key;
  std::optional<Secret> token;
  NamedList<std::string> headers;
  std::optional<std::string> ca_file;
  Duration timeout{};
};

/// Slack's three: https://api.slack.com/reference/surfaces/formatting#escaping
std::string slack_escaped(std::string_view text) {
  std::string made;
  for (const char c : text) {
    if (c == '&')
      made += "&amp;";
    else if (c == '<')
      made += "&lt;";
    else if (c == '>')
      made += "&gt;";
    else
      made += c;
  }
  return made;
}

/// PagerDuty knows four.
std::string_view pagerduty_severity(std::string_view severity) {
  for (const std::string_view known : {"critical", "error", "warning", "info"})
    if (severity == known) return known;
  return severity == "page" ? "critical" : severity == "ticket" ? "warning" : "error";
}

class Webhook final : public LetterSink {
 public:
  explicit Webhook(WebhookOptions options) : options_(std::move(options)) {}

  Status bind(std::span<const Input> inputs) override {
    schema_ = inputs[0].schema;
    columns_ = NoticeColumns(schema_);
    if (options_.url)
      url_ = *options_.url;
    else if (options_.shape == Shape::kPagerDuty)
      url_ = kPagerDutyUrl;
    else
      return Status::invalid("url: is needed, for example url: \"https://ops.example/notices\"");
    if (!url_.starts_with("http://") && !url_.starts_with("https://"))
      return Status::invalid("url: must begin with http:// or https://");
    for (const auto& [name, value] : options_.headers)
      if ((name + value).find_first_of("\r\n") != std::string::npos)
        return Status::invalid("headers: '" + name + "' holds a line break");
    return check_shape();
  }

 protected:
  const std::optional<std::string>& ca_file() const override { return options_.ca_file; }
  Status open() override {
    WEIR_ASSIGN_OR_RETURN(const FormatEncoder encoder, options_.format.encoder(schema_));
    encoder_ = encoder;
    return {};
  }

  Result<Letter> letter(const Batch& batch, uint32_t row) override {
    Letter made;
    made.url = url_;
    made.timeout = options_.timeout;
    made.headers = {"Content-Type: application/json", "Expect:"};
    if (options_.token)
      made.headers.push_back("Authorization: Bearer " + std::string(options_.token->reveal()));
    for (const auto& [name, value] : options_.headers) made.headers.push_back(name + ": " + value);
    WEIR_ASSIGN_OR_RETURN(made.body, body(batch, row));
    return made;
  }

 private:
  Status check_shape() const {
    if (options_.shape != Shape::kJson && !options_.text && !columns_.has_sentence())
      return Status::invalid(
          "text: is needed, because the input has no column 'sentence', as alert gives it");
    if (options_.shape != Shape::kPagerDuty) return {};
    if (!columns_.has_incident())
      return Status::invalid(
          "shape: pagerduty needs the columns 'incident' and 'state', as alert gives them; the input has not "
          "both");
    if (!options_.routing_key)
      return Status::invalid(
          "routing_key: is needed for PagerDuty, for example routing_key: ${secret:file:pagerduty.key}");
    return {};
  }

  Result<std::string> body(const Batch& batch, uint32_t row) const {
    if (options_.shape == Shape::kJson) return row_text(*encoder_, batch, row);
    const std::string message = columns_.message(options_.text, batch, row);
    if (options_.shape == Shape::kSlack) return "{\"text\":" + json_quoted(slack_escaped(message)) + "}";
    WEIR_ASSIGN_OR_RETURN(const std::string details, row_text(*encoder_, batch, row));
    return pagerduty_event(message, details, batch, row);
  }

  /// An event of the Events API v2: one dedup_key is one incident, however often it comes.
  std::string pagerduty_event(const std::string& message, const std::string& details, const Batch& batch,
                              uint32_t row) const {
    const bool is_resolved = columns_.state(batch, row) == "resolved";
    std::string source = columns_.key(batch, row);
    if (source.empty()) source = columns_.rule(batch, row);
    if (source.empty()) source = "weir";
    return "{\"routing_key\":" + json_quoted(options_.routing_key->reveal()) + ",\"event_action\":\"" +
           (is_resolved ? "resolve" : "trigger") +
           "\",\"dedup_key\":" + json_quoted(columns_.incident(batch, row)) +
           ",\"payload\":{\"summary\":" + json_quoted(cut(message, 1024)) +
           ",\"source\":" + json_quoted(source) +
           ",\"severity\":" + json_quoted(pagerduty_severity(columns_.severity(batch, row))) +
           ",\"custom_details\":" + details + "}}";
  }

  const WebhookOptions options_;
  Schema schema_;
  NoticeColumns columns_;
  std::string url_;
  std::optional<FormatEncoder> encoder_;
};

}  // namespace
}  // namespace weir::notify

using weir::notify::Shape;
using weir::notify::Webhook;
using weir::notify::WebhookOptions;

WEIR_SINK(
    Webhook, WebhookOptions, "webhook",
    "Send each row to an HTTP address, as JSON, or for Slack or PagerDuty.",
    weir::traits(weir::Trait::kForeignIo, weir::Trait::kResends),
    weir::description(
        "Each row is one POST, in their order. A row is delivered when the receiver answers 2xx; rows are "
        "taken "
        "only then, so that each is delivered at least once: after a restart those since the last checkpoint "
        "come "
        "again. A notice's `incident` and `state` tell copies apart.\n\n"
        "An answer of 400, 413, 415 or 422 says that this row is wrong: it goes to `errors` with the code "
        "`refused`. After any other answer, or none, the row is tried again, as `retry` says and not before "
        "the "
        "receiver's `Retry-After`. The address and the keys are never printed.\n\n"
        "`shape: slack` posts `{\"text\": ...}` to an incoming webhook, `shape: pagerduty` an event of the "
        "Events "
        "API v2, which triggers and resolves by `incident`, with the row under `custom_details`."),
    weir::example("type: webhook\ninputs: alerts\nurl: \"https://ops.example/notices\""),
    weir::optional("url", &WebhookOptions::url,
                   "Where to: http:// or https://. It may be a `${secret:...}`, as Slack's are. For "
                   "PagerDuty it may be left out.",
                   weir::example_value("\"https://ops.example/notices\"")),
    weir::optional("shape", &WebhookOptions::shape, "json",
                   weir::choices<Shape>(
                       {{"json", Shape::kJson}, {"slack", Shape::kSlack}, {"pagerduty", Shape::kPagerDuty}}),
                   "What the receiver understands.", weir::example_value("slack")),
    weir::optional("format", &WebhookOptions::format, "ndjson", "How a row becomes JSON.",
                   weir::example_value("ndjson")),
    weir::optional(
        "text", &WebhookOptions::text, weir::Type::kString,
        "What Slack says and PagerDuty shows; the notice's state and sentence where it is left out.",
        weir::example_value("sentence")),
    weir::optional("routing_key", &WebhookOptions::routing_key, "The integration key of a PagerDuty service.",
                   weir::example_value("${secret:env:PAGERDUTY_KEY}")),
    weir::optional("token", &WebhookOptions::token, "Goes along as `Authorization: Bearer`.",
                   weir::example_value("${secret:env:HOOK_TOKEN}")),
    weir::optional("headers", &WebhookOptions::headers, "{}", "Further headers.",
                   weir::example_value("{X-Team: growth}")),
    weir::optional("ca_file", &WebhookOptions::ca_file, weir::notify::kCaFileText,
                   weir::example_value("/etc/ssl/team-ca.pem")),
    weir::optional("timeout", &WebhookOptions::timeout, "10s", weir::range(1e3, 3.6e9),
                   "How long the receiver may take to answer.", weir::example_value("3s")));
