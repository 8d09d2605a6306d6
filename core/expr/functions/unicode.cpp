// Functions of texts that know what letters are, by ICU.
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "expr/functions/builtin.hpp"
#include "expr/functions/row_function.hpp"
#include "expr/functions/utf8.hpp"

namespace weir::expr {
namespace {

enum class LetterCase { kLower, kUpper };

std::string to_case(std::string_view text, LetterCase letter_case) {
  std::string out;
  if (is_ascii(text)) {
    out = text;
    for (char& c : out) {
      if (letter_case == LetterCase::kLower && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      if (letter_case == LetterCase::kUpper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
  }
  UErrorCode error = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&out);
  const icu::StringPiece piece(text.data(), static_cast<int32_t>(text.size()));
  // The root locale: results must not depend on where the program runs.
  if (letter_case == LetterCase::kLower) {
    icu::CaseMap::utf8ToLower("", 0, piece, sink, nullptr, error);
  } else {
    icu::CaseMap::utf8ToUpper("", 0, piece, sink, nullptr, error);
  }
  return U_SUCCESS(error) ? out : std::string(text);
}

std::string strip_accents(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const nfd = icu::Normalizer2::getNFDInstance(error);
  const icu::UnicodeString wide =
      icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
  const icu::UnicodeString split = U_SUCCESS(error) ? nfd->normalize(wide, error) : wide;
  icu::UnicodeString kept;
  for (int32_t i = 0; i < split.length(); i = split.moveIndex32(i, 1)) {
    const UChar32 letter = split.char32At(i);
    if (u_charType(letter) != U_NON_SPACING_MARK) kept.append(letter);
  }
  std::string out;
  kept.toUTF8String(out);
  return out;
}

std::string normalize(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  UErrorCode error = U_ZERO_ERROR;
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(error);
  if (U_SUCCESS(error))
    nfc->normalizeUTF8(0, {text.data(), static_cast<int32_t>(text.size())}, sink, nullptr, error);
  return U_SUCCESS(error) ? out : std::string(text);
}

}  // namespace

void add_unicode_functions(FunctionRegistry& registry) {
  add_function(registry, "text", "lower", "The text in small letters, of any script.",
               {"lower('ÄRGER') => ärger"},
               rows([](Row&, std::string_view text) { return to_case(text, LetterCase::kLower); }));
  add_alias(registry, "lcase", "lower");
  add_function(registry, "text", "upper", "The text in capital letters, of any script.",
               {"upper('straße') => STRASSE"},
               rows([](Row&, std::string_view text) { return to_case(text, LetterCase::kUpper); }));
  add_alias(registry, "ucase", "upper");
  add_function(registry, "text", "strip_accents", "The text with accents taken off its letters.",
               {"strip_accents('señor') => senor"},
               rows([](Row&, std::string_view text) { return strip_accents(text); }));
  add_function(registry, "text", "nfc_normalize",
               "The text in Unicode's composed form, in which equal letters have equal bytes.",
               {"length(nfc_normalize(concat('e', chr(769)))) => 1"},
               rows([](Row&, std::string_view text) { return normalize(text); }));
}

}  // namespace weir::expr
