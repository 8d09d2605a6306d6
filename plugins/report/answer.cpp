#include "answer.hpp"

#include <utility>

#include "number_text.hpp"

namespace weir::report {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Splits at the first `mark`; the second part is empty when there is none.
std::pair<std::string_view, std::string_view> split_at(std::string_view text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {trim(text), {}};
  return {trim(text.substr(0, at)), trim(text.substr(at + 1))};
}

Result<std::string> write_number(const NamedNumber& number, std::string_view filter) {
  const std::optional<Format> named = format_named(filter);
  if (!named && !filter.empty() && filter != "change") {
    return Status::invalid("no filter '" + std::string(filter) +
                           "'; there are number, money, percent, bytes, bits, si, seconds and change");
  }
  const Format format = named.value_or(number.format);
  if (number.name) return *number.name;
  if (!number.value) return std::string("no data");
  // A unit of another format is none of this one's: '$' of a ratio shown as a percentage.
  const std::string_view unit = format == number.format ? std::string_view(number.unit) : std::string_view();
  return filter == "change" ? signed_text(*number.value, format, unit)
                            : number_text(*number.value, format, unit);
}

}  // namespace

Result<Answer> fill_answer(std::string_view text, const FindNumber& find) {
  Answer answer;
  bool is_first = true;
  bool has_value = false;
  for (std::size_t open = text.find("{{"); open != std::string_view::npos; open = text.find("{{")) {
    const std::size_t close = text.find("}}", open);
    if (close == std::string_view::npos) return Status::invalid("'{{' without '}}' in the answer");
    const auto [name, filter] = split_at(text.substr(open + 2, close - open - 2), '|');
    const std::optional<NamedNumber> number = find(name);
    if (!number)
      return Status::invalid("the answer names '" + std::string(name) +
                             "', which this section does not have");
    WEIR_ASSIGN_OR_RETURN(const std::string written, write_number(*number, filter));
    answer.text.append(text.substr(0, open)).append(written);
    has_value |= number->value.has_value();
    if (!number->name && std::exchange(is_first, false)) answer.value = number->value;
    text.remove_prefix(close + 2);
  }
  answer.text.append(text);
  // A sentence of nothing but gaps says less than these words.
  if (!is_first && !has_value) answer.text = "no data";
  return answer;
}

FindNumber tiles_of(const Content& content) {
  return [&content](std::string_view name) -> std::optional<NamedNumber> {
    const auto [id, part] = split_at(name, '.');
    for (const Tile& tile : content.tiles) {
      if (tile.id != id) continue;
      const bool has_both = tile.value && tile.previous;
      if (part.empty()) return NamedNumber{tile.value, tile.format, tile.unit, {}};
      if (part == "name") return NamedNumber{std::nullopt, tile.format, "", tile.subject};
      if (part == "previous") return NamedNumber{tile.previous, tile.format, tile.unit, {}};
      if (part == "change")
        return NamedNumber{has_both ? std::optional(*tile.value - *tile.previous) : std::nullopt,
                           tile.format,
                           tile.unit,
                           {}};
      if (part == "ratio") {
        const bool is_defined = has_both && *tile.previous != 0;
        return NamedNumber{
            is_defined ? std::optional(relative_change(*tile.value, *tile.previous)) : std::nullopt,
            Format::kPercent,
            "",
            {}};
      }
    }
    return std::nullopt;
  };
}

}  // namespace weir::report
