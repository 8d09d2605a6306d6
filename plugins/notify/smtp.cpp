// smtp: sends each row as a mail.
//
//   mail: {type: smtp, inputs: alerts, server: "smtp://mail.example:587", from: weir@example.org, to:
//   [ops@example.org]}
#include <string>

#include "letter_sink.hpp"
#include "mail_text.hpp"
#include "notice_columns.hpp"

namespace weir::notify {
namespace {

enum class Tls { kRequired, kNone };

struct SmtpOptions {
  std::string server;
  std::string from;
  std::vector<std::string> to;
  std::optional<std::string> user;
  std::optional<Secret> password;
  Tls tls = Tls::kRequired;
  std::optional<Expression> text;
  Format format;
  std::optional<std::string> ca_file;
  Duration timeout{};
};

class Smtp final : public LetterSink {
 public:
  explicit Smtp(SmtpOptions options) : options_(std::move(options)) {}

  Status bind(std::span<const Input> inputs) override {
    schema_ = inputs[0].schema;
    columns_ = NoticeColumns(schema_);
    if (!options_.server.starts_with("smtp://") && !options_.server.starts_with("smtps://"))
      return Status::invalid("server: must begin with smtp:// or smtps://");
    if (bare_address(options_.from).empty())
      return Status::invalid("from: '" + options_.from + "' is no mail address");
    if (options_.to.empty()) return Status::invalid("to: at least one address is needed");
    for (const std::string& address : options_.to)
      if (bare_address(address).empty()) return Status::invalid("to: '" + address + "' is no mail address");
    for (const std::string& text : all_addresses())
      if (text.find_first_of("\r\n") != std::string::npos)
        return Status::invalid("to: an address holds a line break");
    if (!options_.text && !columns_.has_sentence())
      return Status::invalid(
          "text: is needed, because the input has no column 'sentence', as alert gives it");
    return {};
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
    made.way = Letter::Way::kMail;
    made.url = options_.server;
    made.timeout = options_.timeout;
    made.from = bare_address(options_.from);
    for (const std::string& address : options_.to) made.to.push_back(bare_address(address));
    made.user = options_.user.value_or("");
    if (options_.password) made.password = options_.password->reveal();
    made.needs_tls = options_.tls == Tls::kRequired;
    WEIR_ASSIGN_OR_RETURN(const std::string details, row_text(*encoder_, batch, row));
    Mail mail{options_.from,          options_.to, columns_.message(options_.text, batch, row), {}, {},
              host()->wall_us(host())};
    mail.body = mail.subject + "\n\n" + details + "\n";
    mail.id = hashed(details) + "@weir";
    made.body = mail_text(mail);
    return made;
  }

 private:
  std::vector<std::string> all_addresses() const {
    std::vector<std::string> all = options_.to;
    all.push_back(options_.from);
    return all;
  }
  /// The same row has the same name, so that mail programs show a copy once. FNV-1a.
  static std::string hashed(std::string_view text) {
    uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3U;
    return std::to_string(hash);
  }

  const SmtpOptions options_;
  Schema schema_;
  NoticeColumns columns_;
  std::optional<FormatEncoder> encoder_;
};

}  // namespace
}  // namespace weir::notify

using weir::notify::Smtp;
using weir::notify::SmtpOptions;
using weir::notify::Tls;

WEIR_SINK(Smtp, SmtpOptions, "smtp", "Send each row as a mail.",
          weir::traits(weir::Trait::kForeignIo, weir::Trait::kResends),
          weir::description("Each row is one mail, in their order: the state and sentence of a notice as its "
                            "subject, and below it the row. "
                            "Rows are taken when the server has taken their mails, so that each is sent at "
                            "least once: after a restart those "
                            "since the last checkpoint are sent again, with the same Message-ID. What the "
                            "server does not take is tried "
                            "again, as `retry` says. `smtps://` begins with TLS, `smtp://` asks for "
                            "STARTTLS; without it nothing is sent "
                            "unless `tls: none` says so."),
          weir::example(
              "type: smtp\ninputs: alerts\nserver: \"smtp://mail.example:587\"\nfrom: weir@example.org\nto: "
              "[ops@example.org]"),
          weir::required("server", &SmtpOptions::server, "smtp://HOST:PORT or smtps://HOST:PORT.",
                         weir::example_value("\"smtp://mail.example:587\"")),
          weir::required("from", &SmtpOptions::from, "Who sends.",
                         weir::example_value("\"Weir <weir@example.org>\"")),
          weir::required("to", &SmtpOptions::to, "Who gets each mail.",
                         weir::example_value("[ops@example.org]")),
          weir::optional("user", &SmtpOptions::user, "Who logs in; nobody where it is left out.",
                         weir::example_value("weir")),
          weir::optional("password", &SmtpOptions::password, "The user's.",
                         weir::example_value("${secret:env:SMTP_PASSWORD}")),
          weir::optional("tls", &SmtpOptions::tls, "required",
                         weir::choices<Tls>({{"required", Tls::kRequired}, {"none", Tls::kNone}}),
                         "Whether the connection must be encrypted.", weir::example_value("none")),
          weir::optional("ca_file", &SmtpOptions::ca_file, weir::notify::kCaFileText,
                         weir::example_value("/etc/ssl/team-ca.pem")),
          weir::optional("text", &SmtpOptions::text, weir::Type::kString,
                         "What the subject says; the notice's state and sentence where it is left out.",
                         weir::example_value("sentence")),
          weir::optional("format", &SmtpOptions::format, "ndjson", "How the row stands in the mail.",
                         weir::example_value("ndjson")),
          weir::optional("timeout", &SmtpOptions::timeout, "30s", weir::range(1e3, 3.6e9),
                         "How long the server may take.", weir::example_value("10s")));
