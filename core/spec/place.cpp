#include "spec/place.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <weir/status.hpp>

namespace weir {
namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

uint32_t count_characters(std::string_view text) {
  return static_cast<uint32_t>(std::ranges::count_if(text, begins_character));
}

std::vector<size_t> find_line_starts(std::string_view text) {
  std::vector<size_t> starts = {0};
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') starts.push_back(i + 1);
  return starts;
}

constexpr size_t kBlockBytes = 256;

/// Of each block of kBlockBytes: the characters before it.
std::vector<uint32_t> count_before_blocks(std::string_view text) {
  std::vector<uint32_t> counts = {0};
  for (size_t i = kBlockBytes; i <= text.size(); i += kBlockBytes)
    counts.push_back(counts.back() + count_characters(text.substr(i - kBlockBytes, kBlockBytes)));
  return counts;
}

}  // namespace

SourceText::SourceText(std::string name, std::string text)
    : name_(std::move(name)),
      text_(std::move(text)),
      line_starts_(find_line_starts(text_)),
      characters_before_(count_before_blocks(text_)) {}

uint32_t SourceText::characters_before(size_t offset) const {
  const size_t block = offset / kBlockBytes;
  const std::string_view rest = std::string_view(text_).substr(block * kBlockBytes, offset % kBlockBytes);
  return characters_before_[block] + count_characters(rest);
}

std::string_view SourceText::line(size_t line) const {
  WEIR_CHECK(line >= 1 && line <= line_starts_.size());
  const size_t begin = line_starts_[line - 1];
  const size_t end = line < line_starts_.size() ? line_starts_[line] - 1 : text_.size();
  std::string_view found = std::string_view(text_).substr(begin, end - begin);
  if (found.ends_with('\r')) found.remove_suffix(1);
  return found;
}

size_t SourceText::line_of(size_t offset) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  return static_cast<size_t>(after - line_starts_.begin());
}

std::string Place::to_string() const {
  if (!source) return {};
  if (line == 0) return source->name();
  return source->name() + ":" + std::to_string(line) + ":" + std::to_string(column);
}

Place place_at(const std::shared_ptr<const SourceText>& source, size_t offset, size_t length) {
  offset = std::min(offset, source->text().size());
  const size_t line = source->line_of(offset);
  const std::string_view text = source->line(line);
  const size_t in_line = std::min(offset - source->line_start(line), text.size());
  return {.source = source,
          .line = static_cast<uint32_t>(line),
          .column = source->characters_before(source->line_start(line) + in_line) -
                    source->characters_before(source->line_start(line)) + 1,
          .length = count_characters(text.substr(in_line, length)),
          .origin = nullptr};
}

Place place_of_source(std::string name) {
  return {.source = std::make_shared<const SourceText>(std::move(name), std::string()), .origin = nullptr};
}

Place with_origin(Place place, const std::string& note, const Place& origin) {
  if (place.origin == nullptr)
    place.origin = std::make_shared<const Origin>(Origin{note, origin});
  else
    place.origin = std::make_shared<const Origin>(
        Origin{place.origin->note, with_origin(place.origin->place, note, origin)});
  return place;
}

bool stands_before(const Place& left, const Place& right) {
  return std::tuple(left.file(), left.line, left.column) < std::tuple(right.file(), right.line, right.column);
}

}  // namespace weir
