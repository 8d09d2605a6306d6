#pragma once
// Where something stands: file:line:col, and where that text was brought in from when it was not written
// there.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// One text that was read, with the places of its lines. Immutable; shared by every Place in it.
///
/// Threads: constant after construction.
class SourceText {
 public:
  SourceText(std::string name, std::string text);
  /// The file's name as the user wrote it, or the flag that a value came from: "--var input=...".
  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  size_t line_count() const { return line_starts_.size(); }
  /// Returns the text of a line without its end. Needs: 1 <= line <= line_count().
  std::string_view line(size_t line) const;
  /// Returns the number of the line that holds the byte at `offset`, from 1.
  size_t line_of(size_t offset) const;
  /// How many characters lie before a byte, a long line being no reason to count them all.
  uint32_t characters_before(size_t offset) const;
  /// Returns the offset of the first byte of a line. Needs: 1 <= line <= line_count().
  size_t line_start(size_t line) const { return line_starts_[line - 1]; }

 private:
  const std::string name_;
  const std::string text_;
  std::vector<size_t> line_starts_;          // Constant after construction.
  std::vector<uint32_t> characters_before_;  // By block.
};

struct Origin;

/// A stretch of a source. A default-made Place is nowhere.
struct Place {
  std::shared_ptr<const SourceText> source;  ///< Null: nowhere.
  uint32_t line = 0;                         ///< From 1; 0: the source as a whole.
  uint32_t column = 0;                       ///< From 1, in characters (code points), not bytes.
  uint32_t length = 0;                       ///< In characters, on this line; 0: unknown.
  std::shared_ptr<const Origin> origin;      ///< Who brought this text in; null: it was read where it stands.

  bool is_known() const { return source != nullptr; }
  /// Borrows: valid while this Place lives. Empty when nowhere.
  std::string_view file() const { return source ? std::string_view(source->name()) : std::string_view(); }
  /// Returns "file:line:col", "file" for a whole source, or "" when nowhere.
  std::string to_string() const;
};

/// The second place of a fault: where a template is used, a file included, an alias written.
struct Origin {
  std::string note;  ///< "template 'clean' is used here".
  Place place;       ///< May itself have an origin.
};

/// Returns the Place of `length` bytes at `offset` of a source, cut at the end of the line.
Place place_at(const std::shared_ptr<const SourceText>& source, size_t offset, size_t length);

/// Returns a Place that names a whole source: a command-line flag, a file that cannot be read.
Place place_of_source(std::string name);

/// Returns `place` with one more step put at the far end of its chain of origins.
Place with_origin(Place place, const std::string& note, const Place& origin);

/// True when `left` stands before `right`: by file, then line, then column.
bool stands_before(const Place& left, const Place& right);

}  // namespace weir
