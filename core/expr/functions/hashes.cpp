// Digests, and bytes as letters.
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <simdjson.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <string>

#include "expr/functions/builtin.hpp"
#include "expr/functions/row_function.hpp"

namespace weir::expr {
namespace {

using View = std::string_view;

std::string hex(const unsigned char* bytes, size_t size) {
  constexpr View kDigits = "0123456789abcdef";
  std::string out;
  for (size_t i = 0; i < size; ++i) {
    out += kDigits[bytes[i] >> 4U];
    out += kDigits[bytes[i] & 15U];
  }
  return out;
}

std::string digest(View text, const EVP_MD* kind) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned int size = 0;
  WEIR_CHECK(EVP_Digest(text.data(), text.size(), bytes.data(), &size, kind, nullptr) == 1);
  return hex(bytes.data(), size);
}

std::string hmac(View text, View key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned int size = 0;
  const auto* const data = reinterpret_cast<const unsigned char*>(text.data());
  WEIR_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, text.size(), bytes.data(),
                  &size) != nullptr);
  return hex(bytes.data(), size);
}

constexpr View kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string to_base64(View bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k)
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (size_t k = 0; k < 4; ++k)
      out += i + k <= bytes.size() ? kBase64[(group >> (18 - 6 * k)) & 63U] : '=';
  }
  return out;
}

std::string from_base64(Row& row, View text) {
  std::string out;
  uint32_t group = 0;
  int bits = 0;
  const size_t end = text.find_last_not_of('=') + 1;
  for (const char c : text.substr(0, end)) {
    const size_t digit = kBase64.find(c);
    if (digit == View::npos || text.size() % 4 != 0) {
      row.fail("bad-cast", "the text is not base64");
      return {};
    }
    group = group << 6U | static_cast<uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>((group >> static_cast<unsigned>(bits)) & 0xFFU);
  }
  if (!simdjson::validate_utf8(out)) row.fail("bad-cast", "the bytes behind the base64 are not UTF-8");
  return out;
}

}  // namespace

void add_hash_functions(FunctionRegistry& registry) {
  add_function(registry, "hashes", "md5", "The MD5 digest in hexadecimal. Not for secrets.",
               {"md5('a') => 0cc175b9c0f1b6a831c399e269772661"},
               {rows([](Row&, View text) { return digest(text, EVP_md5()); })});
  add_function(registry, "hashes", "sha1", "The SHA-1 digest in hexadecimal. Not for secrets.",
               {"sha1('a') => 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"},
               {rows([](Row&, View text) { return digest(text, EVP_sha1()); })});
  add_function(
      registry, "hashes", "sha256",
      "The SHA-256 digest in hexadecimal. A digest of a name or address can be guessed: to hide one, use "
      "pseudonymize.",
      {"sha256('a') => ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"},
      {rows([](Row&, View text) { return digest(text, EVP_sha256()); })});
  add_function(registry, "hashes", "hmac_sha256",
               "The keyed SHA-256 digest (HMAC) of the first text with the second as key, in hexadecimal.",
               {"left(hmac_sha256('a', 'key'), 8) => 780c3db4"},
               {rows([](Row&, View text, View key) { return hmac(text, key); })});
  add_function(registry, "hashes", "xxhash64",
               "XXH64 of the text's bytes, with a seed where it is given: fast, not for secrets.",
               {"xxhash64('a') => 15154266338359012955"},
               {rows([](Row&, View text, std::optional<int64_t> seed) {
                 return uint64_t{XXH64(text.data(), text.size(), static_cast<uint64_t>(seed.value_or(0)))};
               })});
  add_function(registry, "hashes", "to_hex", "The bytes of a text, or an integer, in hexadecimal.",
               {"to_hex('az') => 617A", "to_hex(255) => FF"},
               {rows([](Row&, View text) {
                  std::string out = hex(reinterpret_cast<const unsigned char*>(text.data()), text.size());
                  for (char& c : out)
                    if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
                  return out;
                }),
                rows([](Row&, int64_t value) {
                  std::string out;
                  auto rest = static_cast<uint64_t>(value);
                  do {
                    out.insert(out.begin(), "0123456789ABCDEF"[rest & 15U]);
                    rest >>= 4U;
                  } while (rest != 0);
                  return out;
                })});
  add_alias(registry, "hex", "to_hex");
  add_function(registry, "hashes", "to_base64", "The bytes of a text in base64.",
               {"to_base64('hello') => aGVsbG8="}, {rows([](Row&, View text) { return to_base64(text); })});
  add_function(registry, "hashes", "from_base64", "The text behind base64.",
               {"from_base64('aGVsbG8=') => hello"},
               {rows([](Row& row, View text) { return from_base64(row, text); }, Faults::kPossible)});
}

}  // namespace weir::expr
