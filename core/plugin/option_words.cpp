#include "plugin/option_words.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

#include <weir/schema.hpp>

namespace weir {
namespace {

constexpr std::array<std::string_view, 22> kKindWords = {
    "",     "true or false", "integer", "number", "text",       "",           "duration", "size in bytes",
    "time", "path",          "secret",  "column", "expression", "aggregate",  "format",   "column type",
    "list", "map",           "struct",  "one of", "anything",   "column name"};

std::string number_text(double value) {
  std::array<char, 40> digits = {};
  std::snprintf(digits.data(), digits.size(), "%.15g", value);
  return digits.data();
}

struct Unit {
  double size;
  std::string_view name;
};

// The largest unit that divides the value.
template <size_t N>
std::string in_units(double value, const std::array<Unit, N>& units) {
  for (const Unit& unit : units)
    if (value != 0 && std::fmod(value, unit.size) == 0)
      return number_text(value / unit.size).append(unit.name);
  return number_text(value).append(units.back().name);
}

constexpr std::array<Unit, 6> kDurations = {
    {{86400e6, "d"}, {3600e6, "h"}, {60e6, "m"}, {1e6, "s"}, {1e3, "ms"}, {1, "us"}}};
constexpr std::array<Unit, 4> kSizes = {{{1073741824, "GiB"}, {1048576, "MiB"}, {1024, "KiB"}, {1, "B"}}};

std::string bound_text(const OptionDescription& option, double value) {
  if (option.kind == WEIR_OPTION_DURATION) return in_units(value, kDurations);
  if (option.kind == WEIR_OPTION_BYTES) return in_units(value, kSizes);
  return number_text(value);
}

std::string plural(const std::string& words) {
  if (words.empty() || words == "text" || words == "anything") return words;
  if (words.find(' ') != std::string::npos && !words.ends_with("column") && !words.ends_with("expression"))
    return words;
  return words + "s";
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : between).append(word);
  return text;
}

struct TraitWords {
  uint64_t trait;
  std::string_view sentence;
};

constexpr std::array<TraitWords, 13> kTraits = {
    {{WEIR_TRAIT_DETERMINISTIC, "The same input gives the same output."},
     {WEIR_TRAIT_KEEPS_ORDER, "Rows keep their order."},
     {WEIR_TRAIT_KEEPS_ROWS, "One row goes out for each that comes in."},
     {WEIR_TRAIT_STATELESS, "Any parallel copy may take any batch."},
     {WEIR_TRAIT_BOUNDED, "It ends by itself."},
     {WEIR_TRAIT_REPLAYABLE, "It can read again from an offset, so nothing is lost at a restart."},
     {WEIR_TRAIT_TRANSACTIONAL, "It writes each row exactly once, restarts included."},
     {WEIR_TRAIT_IDEMPOTENT, "Writing a row again changes nothing."},
     {WEIR_TRAIT_APPEND_ONLY, "It can only append: results that are revised later are refused."},
     {WEIR_TRAIT_UNCONFIRMED, "Nobody confirms what it has sent: rows may be lost on their way."},
     {WEIR_TRAIT_RESENDS, "Rows are sent again when no answer came, so some may arrive twice."},
     {WEIR_TRAIT_BLOCKING, "It waits inside its calls and gets a thread of its own."},
     {WEIR_TRAIT_FOREIGN_IO, "It reaches the outside by itself and is left out of simulation."}}};

}  // namespace

std::string option_kind_words(const OptionDescription& option) {
  if (option.kind >= kKindWords.size()) return "unknown";
  const bool is_any = option.type == WEIR_NULL || option.type > WEIR_STRUCT;
  const std::string type(is_any ? "" : type_name(static_cast<Type>(option.type)));
  const std::string word = (type.empty() ? "" : type + " ") + std::string(kKindWords[option.kind]);
  switch (option.kind) {
    case WEIR_OPTION_CHOICE:
      return "one of " + joined(option.choices, ", ");
    case WEIR_OPTION_LIST:
      return "list of " + plural(option_kind_words(option.children.at(0)));
    case WEIR_OPTION_MAP:
      return "map of names to " + plural(option_kind_words(option.children.at(0)));
    case WEIR_OPTION_ONE_OF: {
      std::vector<std::string> shapes;
      for (const OptionDescription& child : option.children) shapes.push_back(option_kind_words(child));
      return joined(shapes, ", or ");
    }
    default:
      return word;
  }
}

std::string option_range_words(const OptionDescription& option) {
  if (option.min && option.max)
    return bound_text(option, *option.min) + " to " + bound_text(option, *option.max);
  if (option.min) return "at least " + bound_text(option, *option.min);
  if (option.max) return "at most " + bound_text(option, *option.max);
  return {};
}

std::vector<std::string> trait_sentences(const ComponentDescription& component) {
  std::vector<std::string> sentences;
  for (const TraitWords& one : kTraits)
    if ((component.traits & one.trait) != 0) sentences.emplace_back(one.sentence);
  const auto lacks = [&](uint64_t trait) { return (component.traits & trait) == 0; };
  if (component.kind == WEIR_KIND_SOURCE && lacks(WEIR_TRAIT_REPLAYABLE))
    sentences.emplace_back("It cannot read again: what was on its way is lost at a crash.");
  if (component.kind == WEIR_KIND_SINK && lacks(WEIR_TRAIT_TRANSACTIONAL | WEIR_TRAIT_IDEMPOTENT))
    sentences.emplace_back("After a crash some rows may be written twice.");
  if (component.can_decode) sentences.emplace_back("Sources can read it.");
  if (component.can_encode) sentences.emplace_back("Sinks can write it.");
  return sentences;
}

}  // namespace weir
