#include "cli/suggested_labels.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

namespace weir {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 19> kDirect = {
    "email", "mail",     "phone",  "mobile", "telephone", "address",  "street", "ip",  "user",   "username",
    "login", "customer", "member", "person", "surname",   "passport", "iban",   "ssn", "visitor"};
constexpr std::array<std::string_view, 16> kQuasi = {
    "zip", "postcode", "birth", "birthday", "birthdate", "dob",       "age",     "gender",
    "sex", "city",     "lat",   "latitude", "longitude", "useragent", "session", "device"};
constexpr std::array<std::string_view, 8> kSensitive = {"salary",   "income",   "health", "diagnosis",
                                                        "religion", "password", "token",  "secret"};
/// Whose name a `name` is.
constexpr std::array<std::string_view, 9> kWhose = {"first",   "last",   "full",    "given", "family",
                                                    "contact", "middle", "display", "nick"};
/// A number or a flag about people names nobody: user_count, is_customer.
constexpr std::array<std::string_view, 8> kCounts = {"count", "total", "number", "is",
                                                     "has",   "share", "type",   "kind"};

/// "userId", "User ID" and "user_id" are "user", "id".
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  bool was_small = false;
  for (const char c : name) {
    const auto letter = static_cast<unsigned char>(c);
    const bool is_break = std::isalnum(letter) == 0;
    const bool is_hump = std::isupper(letter) != 0 && was_small;
    if ((is_break || is_hump) && !words.back().empty()) words.emplace_back();
    if (!is_break) words.back() += static_cast<char>(std::tolower(letter));
    was_small = std::islower(letter) != 0;
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool has_any(const std::vector<std::string>& words, Words of) {
  return std::ranges::any_of(words, [&](const std::string& word) {
    return std::ranges::find(of, std::string_view(word)) != of.end();
  });
}

bool is_email(std::string_view text) {
  const size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || text.find(' ') != std::string_view::npos) return false;
  const size_t dot = text.find('.', at);
  return dot != std::string_view::npos && dot > at + 1 && dot + 1 < text.size();
}

bool is_network_address(std::string_view text) {
  if (std::ranges::count(text, '.') != 3) return false;
  return std::ranges::all_of(text, [](char c) { return c == '.' || (c >= '0' && c <= '9'); }) &&
         text.size() <= 15;
}

bool are_most(const std::vector<std::string>& texts, bool (*is_so)(std::string_view)) {
  const auto count = std::ranges::count_if(texts, [&](const std::string& text) { return is_so(text); });
  return count > 0 && static_cast<size_t>(count) * 2 >= texts.size();
}

}  // namespace

std::string suggested_label(std::string_view name, const std::vector<std::string>& texts) {
  if (are_most(texts, is_email) || are_most(texts, is_network_address)) return "direct";
  const std::vector<std::string> words = words_of(name);
  if (words.empty() || has_any(words, kCounts)) return {};
  const bool is_name = words.back() == "name" && (words.size() == 1 || has_any(words, kWhose));
  if (is_name || has_any(words, kDirect)) return "direct";
  if (has_any(words, kSensitive)) return "sensitive";
  const bool is_agent = words.size() == 2 && words[0] == "user" && words[1] == "agent";
  return is_agent || has_any(words, kQuasi) ? "quasi" : "";
}

}  // namespace weir
