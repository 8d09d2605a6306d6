#pragma once
// A mail as it is sent: headers and a body that any server takes.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::notify {

struct Mail {
  std::string from;
  std::vector<std::string> to;
  std::string subject;  ///< UTF-8.
  std::string body;     ///< UTF-8.
  std::string id;       ///< Without brackets: the same mail sent twice has one.
  int64_t date_us = 0;
};

/// Returns the mail with its header (RFC 5322), words in RFC 2047's base64 and the body in MIME's.
std::string mail_text(const Mail& mail);

/// Returns the address of "Ops <ops@example.org>" in angle brackets; empty when there is none or it holds
/// what no address may.
std::string bare_address(std::string_view text);

}  // namespace weir::notify
