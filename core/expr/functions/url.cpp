// Parts of web addresses. What is no address has no parts: null.
#include <simdjson.h>

#include <optional>
#include <string>

#include "expr/functions/builtin.hpp"
#include "expr/functions/row_function.hpp"

namespace weir::expr {
namespace {

using View = std::string_view;

struct Url {
  View scheme;
  View host;  // In lower or upper case, as written.
  View port;
  View path;
  View query;
  View fragment;
  bool has_query = false;
  bool has_host = false;
};

// Takes `scheme://user@host:port/path?query#fragment`, `//host/path` and `/path?query`, as logs have them.
Url split(View text) {
  Url url;
  const size_t hash = text.find('#');
  if (hash != View::npos) url.fragment = text.substr(hash + 1);
  text = text.substr(0, hash);
  const size_t question = text.find('?');
  url.has_query = question != View::npos;
  if (url.has_query) url.query = text.substr(question + 1);
  text = text.substr(0, question);
  const size_t slashes = text.find("//");
  const bool has_scheme =
      slashes != View::npos && slashes > 0 && text[slashes - 1] == ':' && text.find('/') == slashes;
  if (!has_scheme && slashes != 0) {
    url.path = text;
    return url;
  }
  if (has_scheme) url.scheme = text.substr(0, slashes - 1);
  text.remove_prefix(slashes + 2);
  const size_t slash = text.find('/');
  if (slash != View::npos) url.path = text.substr(slash);
  View authority = text.substr(0, slash);
  if (const size_t at = authority.rfind('@'); at != View::npos) authority.remove_prefix(at + 1);
  const size_t bracket = authority.starts_with('[') ? authority.find(']') : View::npos;
  const size_t colon = authority.find(':', bracket == View::npos ? 0 : bracket);
  if (colon != View::npos) url.port = authority.substr(colon + 1);
  url.host = authority.substr(0, colon);
  url.has_host = !url.host.empty();
  return url;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// What is no %XX stays as it is, and so does a text whose bytes would not be UTF-8.
std::string decode(View text, bool plus_is_space) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return simdjson::validate_utf8(out) ? out : std::string(text);
}

std::string encode(View text) {
  constexpr View kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          c == '-' || c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

std::optional<std::string> parameter(View url, View name) {
  View rest = split(url).query;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('&'), rest.size());
    const View pair = rest.substr(0, end);
    const size_t equals = pair.find('=');
    if (decode(pair.substr(0, equals), true) == name)
      return equals == View::npos ? "" : decode(pair.substr(equals + 1), true);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return std::nullopt;
}

std::optional<std::string> host_of(View text) {
  const Url url = split(text);
  if (!url.has_host) return std::nullopt;
  std::string host(url.host);
  for (char& c : host)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return host;
}

}  // namespace

void add_url_functions(FunctionRegistry& registry) {
  add_function(
      registry, "web addresses", "url_host", "The host in small letters; null where there is none.",
      {"url_host('https://Shop.example:8080/cart?id=7') => shop.example", "url_host('/cart') => NULL"},
      rows([](Row&, View url) { return host_of(url); }));
  add_function(registry, "web addresses", "url_path", "The path without query and fragment.",
               {"url_path('https://shop.example/cart?id=7#top') => /cart", "url_path('/cart?id=7') => /cart"},
               rows([](Row&, View url) { return split(url).path; }));
  add_function(registry, "web addresses", "url_query",
               "The part after the question mark; null where there is none.",
               {"url_query('/cart?id=7&x=1#top') => id=7&x=1"}, rows([](Row&, View url) {
                 const Url parts = split(url);
                 return parts.has_query ? std::optional(parts.query) : std::nullopt;
               }));
  add_function(registry, "web addresses", "url_param",
               "The value of a parameter of the query, decoded; null where it is missing.",
               {"url_param('/search?q=red+shoes&utm_source=mail', 'q') => red shoes"},
               rows([](Row&, View url, View name) { return parameter(url, name); }));
  add_function(registry, "web addresses", "url_decode",
               "The text with %XX replaced by the bytes they stand for.", {"url_decode('a%20b') => a b"},
               rows([](Row&, View text) { return decode(text, false); }));
  add_function(registry, "web addresses", "url_encode",
               "The text with all but letters, digits and -._~ written as %XX.",
               {"url_encode('a b/c') => a%20b%2Fc"}, rows([](Row&, View text) { return encode(text); }));
}

}  // namespace weir::expr
