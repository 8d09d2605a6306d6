#pragma once
// As much of an HTTP server as tests need: it answers 200 to everything.
#include <strings.h>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "test_receiver.hpp"

namespace weir::notify {

/// Reads the headers of a request. Returns how long its body is [bytes].
inline size_t body_size(Connection& connection) {
  constexpr std::string_view kName = "content-length:";
  size_t size = 0;
  for (std::optional<std::string> line = connection.line(); line && !line->empty();
       line = connection.line()) {
    if (::strncasecmp(line->c_str(), kName.data(), kName.size()) != 0) continue;
    const size_t at = line->find_first_not_of(' ', kName.size());
    if (at != std::string::npos) std::from_chars(line->data() + at, line->data() + line->size(), size);
  }
  return size;
}

/// Notes the body of each request; of one without, its first line: "GET /alive HTTP/1.1".
inline void answer_http(Connection& connection, const Receiver::Note& note) {
  while (const std::optional<std::string> request = connection.line()) {
    const size_t size = body_size(connection);
    const std::string body = connection.bytes(size);
    if (body.size() < size) return;  // The sender gave it up.
    note(body.empty() ? *request : body);
    connection.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  }
}

}  // namespace weir::notify
