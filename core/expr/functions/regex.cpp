// Regular expressions, by RE2: no pattern can take more than linear time.
#include <re2/re2.h>

#include <array>
#include <memory>

#include "expr/functions/builtin.hpp"
#include "expr/functions/row_function.hpp"

namespace weir::expr {
namespace {

using View = std::string_view;

re2::StringPiece piece(View text) { return {text.data(), text.size()}; }

// Options of DuckDB: i ignores case, c does not, s lets . match a newline, m makes ^ and $ match at lines, l
// takes the pattern as plain text, g replaces every match.
struct Flags {
  bool is_global = false;
  bool ignores_case = false;
  bool dot_takes_newline = false;
  bool is_by_line = false;
  bool is_literal = false;
};

Result<Flags> parse_flags(View text) {
  Flags flags;
  for (const char c : text) {
    switch (c) {
      case 'g':
        flags.is_global = true;
        break;
      case 'i':
        flags.ignores_case = true;
        break;
      case 'c':
        flags.ignores_case = false;
        break;
      case 's':
        flags.dot_takes_newline = true;
        break;
      case 'm':
      case 'n':
      case 'p':
        flags.is_by_line = true;
        break;
      case 'l':
        flags.is_literal = true;
        break;
      default:
        return Status::invalid("unknown option '" + std::string(1, c) +
                               "' of a pattern; known are c, g, i, l, m and s");
    }
  }
  return flags;
}

Result<std::shared_ptr<const RE2>> make_pattern(View text, const Flags& flags) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!flags.ignores_case);
  options.set_dot_nl(flags.dot_takes_newline);
  options.set_literal(flags.is_literal);
  const std::string whole = flags.is_by_line ? "(?m)" + std::string(text) : std::string(text);
  auto pattern = std::make_shared<const RE2>(whole, options);
  if (pattern->ok()) return pattern;
  return Status::invalid("'" + std::string(text) + "' is not a pattern: " + pattern->error());
}

// The pattern of a call: made once where it is known, else for each row.
class Pattern {
 public:
  static Result<Pattern> of(const CallSite& site, size_t pattern_index, size_t flags_index) {
    Pattern out;
    if (site.has(flags_index) && !site.is_null(flags_index)) {
      WEIR_ASSIGN_OR_RETURN(out.flags_, parse_flags(site.text(flags_index)));
    } else if (flags_index < site.types.size() && !site.has(flags_index)) {
      return Status::invalid("the options of a pattern must be a constant");
    }
    if (site.has(pattern_index) && !site.is_null(pattern_index)) {
      WEIR_ASSIGN_OR_RETURN(out.known_, make_pattern(site.text(pattern_index), out.flags_));
    }
    return out;
  }
  const Flags& flags() const { return flags_; }
  /// Null, and a fault of the row: not a pattern.
  std::shared_ptr<const RE2> get(Row& row, View text) const {
    if (known_) return known_;
    Result<std::shared_ptr<const RE2>> made = make_pattern(text, flags_);
    if (made.is_ok()) return *made;
    row.fail("bad-pattern", std::string(made.status().message()));
    return nullptr;
  }

 private:
  Flags flags_;
  std::shared_ptr<const RE2> known_;
};

enum class Anchor { kAnywhere, kWhole };

struct Match {
  Anchor anchor;
  Pattern pattern;
  bool operator()(Row& row, View text, View wanted, std::optional<View>) const {
    const std::shared_ptr<const RE2> re = pattern.get(row, wanted);
    if (!re) return false;
    return anchor == Anchor::kWhole ? RE2::FullMatch(piece(text), *re) : RE2::PartialMatch(piece(text), *re);
  }
};

struct ExtractGroup {
  Pattern pattern;
  std::string operator()(Row& row, View text, View wanted, std::optional<int64_t> group,
                         std::optional<View>) const {
    const std::shared_ptr<const RE2> re = pattern.get(row, wanted);
    if (!re) return {};
    constexpr int64_t kMostGroups = 9;
    const int64_t index = group.value_or(0);
    if (index < 0 || index > kMostGroups) {
      row.fail("out-of-range", "the group of a pattern is 0 to 9, found " + std::to_string(index));
      return {};
    }
    std::array<re2::StringPiece, kMostGroups + 1> groups;
    if (index > re->NumberOfCapturingGroups()) return {};
    if (!re->Match(piece(text), 0, text.size(), RE2::UNANCHORED, groups.data(), static_cast<int>(index) + 1))
      return {};
    const re2::StringPiece& found = groups[static_cast<size_t>(index)];
    return {found.data() == nullptr ? "" : found.data(), found.size()};
  }
};

struct Replace {
  Pattern pattern;
  std::string operator()(Row& row, View text, View wanted, View with, std::optional<View>) const {
    std::string out(text);
    const std::shared_ptr<const RE2> re = pattern.get(row, wanted);
    if (!re) return out;
    std::string error;
    if (!re->CheckRewriteString(piece(with), &error)) {
      row.fail("bad-pattern", "bad replacement: " + error);
    } else if (pattern.flags().is_global) {
      RE2::GlobalReplace(&out, *re, piece(with));
    } else {
      RE2::Replace(&out, *re, piece(with));
    }
    return out;
  }
};

Overload matching(Anchor anchor) {
  return prepared(
      [anchor](const CallSite& site) -> Result<Match> {
        WEIR_ASSIGN_OR_RETURN(Pattern pattern, Pattern::of(site, 1, 2));
        return Match{anchor, std::move(pattern)};
      },
      Faults::kPossible);
}

}  // namespace

void add_regex_functions(FunctionRegistry& registry) {
  add_function(
      registry, "regular expressions", "regexp_matches",
      "Whether the pattern fits somewhere in the text. Options: i ignores case, s lets . match a newline, m "
      "makes ^ and $ "
      "match at each line, l takes the pattern as plain text.",
      {"regexp_matches('abc', 'b+') => true", "regexp_matches('ABC', 'b', 'i') => true"},
      matching(Anchor::kAnywhere));
  add_alias(registry, "regexp_like", "regexp_matches");
  add_function(registry, "regular expressions", "regexp_full_match",
               "Whether the pattern fits the whole text; the operator ~ does the same.",
               {"regexp_full_match('abc', 'a.c') => true", "'abc' ~ 'b' => false"}, matching(Anchor::kWhole));
  add_function(
      registry, "regular expressions", "regexp_extract",
      "The first part of the text that the pattern fits, or one of its groups; empty when there is none.",
      {"regexp_extract('GET /a HTTP/1.1', '/[a-z]+') => /a",
       "regexp_extract('abc-123', '([a-z]+)-([0-9]+)', 2) => 123"},
      prepared(
          [](const CallSite& site) -> Result<ExtractGroup> {
            WEIR_ASSIGN_OR_RETURN(Pattern pattern, Pattern::of(site, 1, 3));
            return ExtractGroup{std::move(pattern)};
          },
          Faults::kPossible));
  add_function(
      registry, "regular expressions", "regexp_replace",
      "The text with the first part that the pattern fits replaced; with option g every part. \\1 stands for "
      "the first group.",
      {"regexp_replace('aab', 'a', 'x') => xab", "regexp_replace('aab', 'a', 'x', 'g') => xxb",
       "regexp_replace('2025-03', '([0-9]+)-([0-9]+)', '\\2/\\1') => 03/2025"},
      prepared(
          [](const CallSite& site) -> Result<Replace> {
            WEIR_ASSIGN_OR_RETURN(Pattern pattern, Pattern::of(site, 1, 3));
            return Replace{std::move(pattern)};
          },
          Faults::kPossible));
}

}  // namespace weir::expr
