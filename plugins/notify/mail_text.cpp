#include "mail_text.hpp"

#include <algorithm>
#include <chrono>

namespace weir::notify {
namespace {

constexpr const char* kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view bytes) {
  std::string made;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    uint32_t three = 0;
    for (size_t i = 0; i < 3; ++i)
      three = three << 8 | (at + i < bytes.size() ? static_cast<uint8_t>(bytes[at + i]) : 0U);
    for (size_t i = 0; i < 4; ++i) made += at + i > bytes.size() ? '=' : kDigits[three >> (18 - 6 * i) & 63U];
  }
  return made;
}

/// Pieces of at most so many bytes, cut between characters.
std::vector<std::string_view> pieces(std::string_view text, size_t most) {
  std::vector<std::string_view> made;
  while (!text.empty()) {
    size_t size = std::min(most, text.size());
    while (size < text.size() && size > 1 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U)
      --size;
    made.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return made;
}

/// A header's words. Base64 wherever a byte is not plain, so that no text begins another header.
std::string header_words(std::string_view text) {
  bool is_plain = text.size() <= 60;
  for (const char c : text) is_plain = is_plain && c >= 0x20 && c < 0x7F;
  if (is_plain && text.find("=?") == std::string_view::npos) return std::string(text);
  std::string made;
  for (const std::string_view piece : pieces(text, 42))
    made += (made.empty() ? "" : "\r\n ") + ("=?UTF-8?B?" + base64(piece) + "?=");
  return made;
}

/// RFC 5322: "Wed, 01 Jan 2025 00:01:00 +0000".
std::string date_line(int64_t us) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds time{std::chrono::seconds(us / 1'000'000)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const auto two = [](int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::string(kDays[std::chrono::weekday(day).c_encoding()]) + ", " + two(unsigned{date.day()}) + " " +
         kMonths[unsigned{date.month()} - 1] + " " + std::to_string(int{date.year()}) + " " +
         two(clock.hours().count()) + ":" + two(clock.minutes().count()) + ":" +
         two(clock.seconds().count()) + " +0000";
}

}  // namespace

std::string mail_text(const Mail& mail) {
  std::string to;
  for (const std::string& address : mail.to) to += (to.empty() ? "" : ",\r\n ") + address;
  std::string made = "Date: " + date_line(mail.date_us) + "\r\nFrom: " + mail.from + "\r\nTo: " + to +
                     "\r\nSubject: " + header_words(mail.subject) + "\r\nMessage-ID: <" + mail.id +
                     ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; "
                     "charset=utf-8\r\n"
                     "Content-Transfer-Encoding: base64\r\n\r\n";
  // 57 bytes make a line of 76; base64 may be cut inside a character.
  for (size_t at = 0; at < mail.body.size(); at += 57)
    made += base64(std::string_view(mail.body).substr(at, 57)) + "\r\n";
  return made;
}

std::string bare_address(std::string_view text) {
  const size_t open = text.find('<');
  const size_t close = text.find('>');
  if (open != std::string_view::npos && close != std::string_view::npos && open < close)
    text = text.substr(open + 1, close - open - 1);
  const size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == text.size()) return {};
  for (const char c : text)
    if (c <= 0x20 || c >= 0x7F || c == '<' || c == '>') return {};
  return "<" + std::string(text) + ">";
}

}  // namespace weir::notify
