#pragma once
// As much of an SMTP server (RFC 5321) as tests need: it takes every mail.
#include <optional>
#include <string>
#include <string_view>

#include "test_receiver.hpp"

namespace weir::notify {

/// Reads a mail up to the line that ends it. Returns its body in one line, without the headers; nothing when
/// the sender gave it up.
inline std::optional<std::string> mail_body(Connection& connection) {
  std::string body;
  bool is_header = true;
  while (const std::optional<std::string> line = connection.line()) {
    if (*line == ".") return body;
    if (!is_header) body += *line;
    is_header = is_header && !line->empty();
  }
  return std::nullopt;
}

/// Notes the body of each mail, as it is encoded.
inline void answer_smtp(Connection& connection, const Receiver::Note& note) {
  connection.say("220 here\r\n");
  while (const std::optional<std::string> line = connection.line()) {
    const std::string_view verb = std::string_view(*line).substr(0, 4);
    if (verb == "QUIT") return connection.say("221 bye\r\n");
    if (verb == "DATA") {
      connection.say("354 go on\r\n");
      const std::optional<std::string> body = mail_body(connection);
      if (!body) return;
      note(*body);
    }
    connection.say("250 yes\r\n");
  }
}

/// Notes one mail, takes it, and from then on says nothing.
inline void take_one_mail(Connection& connection, const Receiver::Note& note) {
  connection.say("220 here\r\n");
  for (std::optional<std::string> line = connection.line(); line && *line != "DATA"; line = connection.line())
    connection.say("250 yes\r\n");
  connection.say("354 go on\r\n");
  const std::optional<std::string> body = mail_body(connection);
  if (!body) return;
  note(*body);
  connection.say("250 yes\r\n");
  say_nothing(connection, note);
}

}  // namespace weir::notify
