#pragma once
// A declared value: what a YAML text says, before anyone asks it to be of a type.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/place.hpp"

namespace weir {

struct YamlEntry;

/// A scalar, a list or a map with the place of everything in it. Scalars keep their text: they get a type
/// when somebody asks for one (see scalar.hpp), so `NO` is the text "NO" for an option of type string.
struct YamlValue {
  enum class Kind {
    kNull,    ///< Nothing written, or `~` or `null` unquoted.
    kScalar,  ///< `text`.
    kList,    ///< `items`.
    kMap,     ///< `entries`, in the order of the file, each key once.
  };
  enum class Style { kPlain, kQuoted, kBlock };

  Kind kind = Kind::kNull;
  Style style = Style::kPlain;
  bool is_secret = false;  ///< Made with a `${secret:...}`: its text is never printed.
  std::string text;  ///< Of a scalar, after variables were replaced. `~` or `null` as written, of a null.
  Place place;
  /// Where relative paths in this value start when that is not the directory of place.file(): the directory
  /// of the file (or the working directory, "") that the leading variable's value came from.
  std::shared_ptr<const std::string> path_base;
  /// Where the letters of `text` begin in place.source; none when variables were replaced in it.
  std::optional<size_t> text_offset;
  /// A fault was reported for this very value: ask nothing more of it. Conversions of it fail in silence.
  bool is_faulty = false;
  std::vector<YamlValue> items;
  std::vector<YamlEntry> entries;

  bool is_null() const { return kind == Kind::kNull; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_map() const { return kind == Kind::kMap; }
  /// Returns the entry of a map with this key, or null. Valid until the map changes.
  const YamlEntry* find(std::string_view key) const;
  YamlEntry* find(std::string_view key);
};

/// One key of a map with its value.
struct YamlEntry {
  std::string key;
  Place key_place;
  YamlValue value;
};

/// Returns what a message calls this value: "the text 'abc'", "a list", "a map", "nothing", "a secret".
/// Long texts are cut; the text of a secret is never shown.
std::string describe(const YamlValue& value);

/// Returns the keys of a map in their order.
std::vector<std::string> keys_of(const YamlValue& map);

/// Returns the path that a scalar means: as it is when absolute or `-` (the terminal), else below the
/// directory of the file that holds its text. Needs: value.is_scalar().
std::string resolve_path(const YamlValue& value);

/// Returns the directory part of a path with its last '/', or "".
std::string directory_of(std::string_view path);

/// Returns the Place of `length` bytes at `offset` in the text of a scalar, for a caret below the faulty part
/// of an expression. Exact for texts that stand in the source letter by letter, also in block scalars; the
/// place of the whole scalar otherwise.
Place place_in(const YamlValue& scalar, size_t offset, size_t length);

/// Adds a step to the origins of the value and of all that is in it.
void add_origin(YamlValue& value, const std::string& note, const Place& origin);

}  // namespace weir
