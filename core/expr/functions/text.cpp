// Functions of texts that work on bytes and characters as they stand.
#include <algorithm>
#include <vector>

#include "expr/functions/builtin.hpp"
#include "expr/functions/row_function.hpp"
#include "expr/functions/utf8.hpp"
#include "expr/text_search.hpp"

namespace weir::expr {
namespace {

using View = std::string_view;
constexpr size_t kMaxResultBytes = size_t{16} << 20U;

// Positions count from 1; 0 is the place before the first character, negative ones count from the end.
View substr(View text, int64_t from, std::optional<int64_t> count) {
  int64_t begin = from - 1;
  if (from < 0) begin = letter_count(text) + from;
  if (from == INT64_MIN) begin = 0;
  int64_t end = INT64_MAX;
  if (count && __builtin_add_overflow(begin, *count, &end)) end = *count < 0 ? INT64_MIN : INT64_MAX;
  if (count && *count < 0) std::swap(begin, end);
  begin = std::max<int64_t>(begin, 0);
  return end <= begin ? View() : letters(text, begin, end - begin);
}

View trim(View text, View set, bool at_begin, bool at_end) {
  const auto is_in_set = [set](View letter) { return set.find(letter) != View::npos; };
  while (at_begin && !text.empty() && is_in_set(letters(text, 0, 1)))
    text.remove_prefix(letter_offset(text, 1));
  while (at_end && !text.empty()) {
    size_t last = text.size() - 1;
    while (last > 0 && is_continuation(text[last])) --last;
    if (!is_in_set(text.substr(last))) break;
    text = text.substr(0, last);
  }
  return text;
}

void add_trim(FunctionRegistry& registry, const std::string& name, bool at_begin, bool at_end,
              std::vector<std::string> examples) {
  const std::string where = at_begin && at_end ? "both ends" : at_begin ? "the beginning" : "the end";
  add_function(registry, "text", name, "Removes spaces, or the given characters, from " + where + ".",
               std::move(examples), {rows([=](Row&, View text, std::optional<View> set) {
                 return trim(text, set.value_or(" "), at_begin, at_end);
               })});
}

std::string replace(View text, View from, View to) {
  if (from.empty()) return std::string(text);
  std::string out;
  while (true) {
    const size_t at = find_text(text, from);
    out += text.substr(0, at);
    if (at == View::npos) return out;
    out += to;
    text.remove_prefix(at + from.size());
  }
}

std::vector<View> split(View text, View separator) {
  std::vector<View> parts;
  while (!separator.empty()) {
    const size_t at = text.find(separator);
    if (at == View::npos) break;
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.push_back(text);
  return parts;
}

View split_part(View text, View separator, int64_t index) {
  const std::vector<View> parts = split(text, separator);
  const auto count = static_cast<int64_t>(parts.size());
  if (index < 0) index += count + 1;
  if (index == 0) index = 1;
  return index < 1 || index > count ? View() : parts[static_cast<size_t>(index - 1)];
}

std::string pad(Row& row, View text, int64_t size, View fill, bool at_begin) {
  const int64_t has = letter_count(text);
  if (size <= has) return std::string(letters(text, 0, size));
  if (static_cast<Uint128>(size) * std::max<size_t>(fill.size(), 1) > kMaxResultBytes || fill.empty()) {
    row.fail("out-of-range", fill.empty()
                                 ? "cannot pad with an empty text"
                                 : "a text padded to " + std::to_string(size) + " characters is too long");
    return {};
  }
  std::string padding;
  const int64_t step = letter_count(fill);
  for (int64_t left = size - has; left > 0; left -= step) padding += letters(fill, 0, left);
  return at_begin ? padding.append(text) : std::string(text).append(padding);
}

std::string repeat(Row& row, View text, int64_t count) {
  std::string out;
  if (count > 0 && static_cast<Uint128>(text.size()) * static_cast<Uint128>(count) > kMaxResultBytes) {
    row.fail("out-of-range", "a text repeated " + std::to_string(count) + " times is too long");
    return out;
  }
  for (int64_t i = 0; !text.empty() && i < count; ++i) out += text;
  return out;
}

std::string reverse(View text) {
  std::string out;
  out.reserve(text.size());
  for (size_t end = text.size(); end > 0;) {
    size_t begin = end - 1;
    while (begin > 0 && is_continuation(text[begin])) --begin;
    out += text.substr(begin, end - begin);
    end = begin;
  }
  return out;
}

int64_t position(View text, View part) {
  const size_t at = find_text(text, part);
  return at == View::npos ? 0 : letter_count(text.substr(0, at)) + 1;
}

// Joins texts and leaves nulls out; with a separator, that is the first argument.
Overload joining(bool has_separator) {
  Overload out;
  out.params =
      has_separator ? std::vector<uint8_t>{WEIR_STRING, kShownParam} : std::vector<uint8_t>{kShownParam};
  out.is_variadic = true;
  out.takes_nulls = true;
  out.result = [](const CallSite&) { return simple(WEIR_STRING); };
  out.make = [has_separator](const CallSite&) -> Result<Kernel> {
    return Kernel([has_separator](Eval& eval, const Bits* mask, std::span<const Vector> args) {
      const Rows rows = rows_of(eval, mask, args);
      TextWriter writer(eval.arena(), std::max<int64_t>(1, rows.count));
      Nulls nulls(eval, rows, nullptr);
      std::string text;
      for (int64_t i = 0; i < rows.count; ++i) {
        if (has_separator && !args[0].is_valid(i)) {
          nulls.set_null(i);
          continue;
        }
        text.clear();
        bool is_first = true;
        for (const Vector& arg : args.subspan(has_separator ? 1 : 0)) {
          if (!arg.is_valid(i)) continue;
          if (has_separator && !is_first) text += args[0].text(i);
          text += arg.text(i);
          is_first = false;
        }
        writer.put(i, text);
      }
      Vector result = result_vector(simple(WEIR_STRING), rows, writer.views(), nulls.validity());
      result.heaps = writer.heaps();
      return result;
    });
  };
  return out;
}

int64_t levenshtein(View a, View b) {
  std::vector<int64_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int64_t>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    int64_t diagonal = row[0];
    row[0] = static_cast<int64_t>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int64_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

void add_text_parts(FunctionRegistry& registry) {
  add_function(
      registry, "text", "substr",
      "The part from position `from` (the first character is 1; negative counts from the end), `count` "
      "characters long.",
      {"substr('hello', 2, 3) => ell", "substr('hello', -3) => llo"},
      {rows([](Row&, View text, int64_t from, std::optional<int64_t> count) {
        return substr(text, from, count);
      })});
  add_alias(registry, "substring", "substr");
  add_function(registry, "text", "left", "The first n characters; for n < 0 all but the last -n.",
               {"left('hello', 2) => he", "left('hello', -2) => hel"}, {rows([](Row&, View text, int64_t n) {
                 return letters(text, 0,
                                n < 0 && n > INT64_MIN ? letter_count(text) + n : std::max<int64_t>(n, 0));
               })});
  add_function(registry, "text", "right", "The last n characters; for n < 0 all but the first -n.",
               {"right('hello', 2) => lo", "right('hello', -2) => llo"},
               {rows([](Row&, View text, int64_t n) {
                 const int64_t size = letter_count(text);
                 const int64_t skip = n >= 0 ? size - std::min(n, size) : n < -size ? size : -n;
                 return letters(text, skip, size);
               })});
  add_trim(registry, "trim", true, true, {"trim('  a ') => a", "trim('xxaxx', 'x') => a"});
  add_trim(registry, "ltrim", true, false, {"ltrim('xxa', 'x') => a"});
  add_trim(registry, "rtrim", false, true, {"rtrim('axx', 'x') => a"});
  add_function(
      registry, "text", "split_part",
      "The n-th part (from 1; negative from the end) of a text between separators; empty when there is none.",
      {"split_part('a,b,c', ',', 2) => b", "split_part('a,b,c', ',', -1) => c",
       "split_part('/shop/cart', '/', 2) => shop"},
      {rows([](Row&, View text, View separator, int64_t n) { return split_part(text, separator, n); })});
}

}  // namespace

void add_text_functions(FunctionRegistry& registry) {
  add_function(registry, "text", "length", "How many characters a text has.", {"length('ñandú') => 5"},
               {rows([](Row&, View text) { return letter_count(text); })});
  add_alias(registry, "len", "length");
  add_function(registry, "text", "strlen", "How many bytes a text has.", {"strlen('ñ') => 2"},
               {rows([](Row&, View text) { return static_cast<int64_t>(text.size()); })});
  add_text_parts(registry);
  add_function(registry, "text", "replace", "The text with every `from` replaced by `to`.",
               {"replace('a-b-c', '-', '+') => a+b+c"},
               {rows([](Row&, View text, View from, View to) { return replace(text, from, to); })});
  add_function(registry, "text", "strpos",
               "Where the second text begins in the first, in characters from 1; 0: nowhere.",
               {"strpos('hello', 'll') => 3", "strpos('hello', 'z') => 0"},
               {rows([](Row&, View text, View part) { return position(text, part); })});
  add_alias(registry, "instr", "strpos");
  add_alias(registry, "position", "strpos");
  add_function(registry, "text", "starts_with", "Whether the first text begins with the second.",
               {"starts_with('/shop/cart', '/shop') => true"},
               {rows([](Row&, View text, View part) { return text.starts_with(part); })});
  add_alias(registry, "prefix", "starts_with");
  add_function(registry, "text", "ends_with", "Whether the first text ends with the second.",
               {"ends_with('a.png', '.png') => true"},
               {rows([](Row&, View text, View part) { return text.ends_with(part); })});
  add_alias(registry, "suffix", "ends_with");
  add_function(registry, "text", "contains", "Whether the second text stands in the first.",
               {"contains('hello', 'ell') => true"},
               {rows([](Row&, View text, View part) { return find_text(text, part) != View::npos; })});
  add_function(registry, "text", "concat", "All arguments as one text; nulls are left out (|| gives null).",
               {"concat('a', NULL, 1) => a1"}, {joining(false)});
  add_function(registry, "text", "concat_ws", "As concat, with the first argument between the others.",
               {"concat_ws('-', 'a', NULL, 'b') => a-b"}, {joining(true)});
  add_function(
      registry, "text", "lpad",
      "Puts `fill` before the text until it has `size` characters; cuts what is longer.",
      {"lpad('7', 3, '0') => 007", "lpad('12345', 3, '0') => 123"},
      {rows([](Row& row, View text, int64_t size, View fill) { return pad(row, text, size, fill, true); },
            Faults::kPossible)});
  add_function(
      registry, "text", "rpad",
      "Puts `fill` after the text until it has `size` characters; cuts what is longer.",
      {"rpad('a', 3, '-') => a--"},
      {rows([](Row& row, View text, int64_t size, View fill) { return pad(row, text, size, fill, false); },
            Faults::kPossible)});
  add_function(
      registry, "text", "repeat", "The text n times.", {"repeat('ab', 3) => ababab"},
      {rows([](Row& row, View text, int64_t n) { return repeat(row, text, n); }, Faults::kPossible)});
  add_function(registry, "text", "reverse", "The characters in reverse order.", {"reverse('añb') => bña"},
               {rows([](Row&, View text) { return reverse(text); })});
  add_function(registry, "text", "unicode", "The code point of the first character; -1 for an empty text.",
               {"unicode('ñ') => 241", "unicode('') => -1"},
               {rows([](Row&, View text) { return int64_t{first_code_point(text)}; })});
  add_alias(registry, "ascii", "unicode");
  add_function(registry, "text", "chr", "The character with this code point.", {"chr(241) => ñ"},
               {rows(
                   [](Row& row, int64_t code) {
                     std::string out;
                     if (code < 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
                       row.fail("out-of-range", std::to_string(code) + " is not a code point");
                     } else {
                       append_code_point(out, static_cast<uint32_t>(code));
                     }
                     return out;
                   },
                   Faults::kPossible)});
  add_function(registry, "text", "levenshtein",
               "How many bytes must be changed, added or removed to make one text the other.",
               {"levenshtein('kitten', 'sitting') => 3"},
               {rows(
                   [](Row& row, View a, View b) -> int64_t {
                     constexpr size_t kMostBytes = 10'000;
                     if (a.size() <= kMostBytes && b.size() <= kMostBytes) return levenshtein(a, b);
                     row.fail("out-of-range", "levenshtein takes texts of up to 10000 bytes");
                     return 0;
                   },
                   Faults::kPossible)});
}

}  // namespace weir::expr
