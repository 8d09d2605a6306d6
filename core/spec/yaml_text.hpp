#pragma once
// Where a YAML token ends in its source: yaml-cpp tells only where it begins.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// How a scalar stands in the source.
struct ScalarText {
  enum class Form { kPlain, kSingleQuoted, kDoubleQuoted, kBlock };
  Form form = Form::kPlain;
  size_t begin = 0;       ///< Of the token, after its anchor and tag.
  size_t content = 0;     ///< Of its letters: after the quote or the block's header line.
  size_t length = 0;      ///< From `begin`; of a block scalar only its header.
  bool is_closed = true;  ///< False when its closing quote is missing.
};

/// Returns the offset of the token at or after `at`, behind anchors, tags, and the space between them.
size_t skip_properties(std::string_view source, size_t at);

/// Returns the extent of the scalar whose token, or whose anchor or tag, begins at `at`.
/// `text`: what yaml-cpp read there.
ScalarText find_scalar(std::string_view source, size_t at, std::string_view text);

/// Returns the source with every `?` inside a word as a byte that no YAML text holds: yaml-cpp would end a
/// text inside [...] and {...} there. Nothing moves.
std::string with_hidden_question_marks(std::string_view source);

/// Returns a text that was read from such a source as it was written.
std::string with_question_marks(std::string text);

/// Returns the offset of the first byte that may not stand in a YAML text: broken UTF-8, a control character.
std::optional<size_t> find_bad_byte(std::string_view source);

/// Returns the offset where more brackets are open than any sensible file opens: yaml-cpp would scan such a
/// text to its end before its first event, at a hundred bytes of memory for each of its letters.
std::optional<size_t> find_bracket_flood(std::string_view source);

}  // namespace weir
