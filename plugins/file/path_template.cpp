#include "path_template.hpp"

#include <algorithm>
#include <cstdio>

#include <weir/date_text.hpp>
#include <weir/did_you_mean.hpp>

#include "out_file.hpp"
#include "some_names.hpp"

namespace weir::file {
namespace {

bool is_path_type(Type type) {
  return type == Type::kString || type == Type::kBool || type == Type::kDate32 || type == Type::kTimestamp ||
         (type >= Type::kInt8 && type <= Type::kUint64);
}

std::vector<std::string> names_of(const Schema& schema) {
  std::vector<std::string> names;
  for (const Field& field : schema.fields) names.push_back(field.name);
  return names;
}

std::string time_text(int64_t microseconds) {
  constexpr int64_t kDayUs = 86'400'000'000;
  const int64_t days = microseconds / kDayUs - (microseconds % kDayUs < 0 ? 1 : 0);
  const int64_t seconds = (microseconds - days * kDayUs) / 1'000'000;
  if (microseconds == days * kDayUs) return date_text(days);
  char text[32];
  std::snprintf(text, sizeof(text), "T%02d-%02d-%02d", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  return date_text(days) + text;
}

// A name that no value can use to leave its directory or to hide.
std::string safe_name(std::string_view text) {
  if (text.empty()) return "_empty";
  std::string name;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = byte >= 0x20 && byte != 0x7f && c != '/' && c != '%' && (c != '.' || !name.empty());
    if (is_plain) {
      name += c;
    } else {
      char code[4];
      std::snprintf(code, sizeof(code), "%%%02X", byte);
      name += code;
    }
  }
  return name;
}

template <class T>
std::string number_text(const weir_column& column, size_t row) {
  return std::to_string(ColumnView<T>(column)[row]);
}

std::string value_text(const weir_column& column, size_t row) {
  if (column.validity != nullptr && !get_bit(column.validity, row)) return "_null";
  switch (column.type) {
    case WEIR_STRING:
      return safe_name(StringColumn(column)[row]);
    case WEIR_BOOL:
      return BoolColumn(column)[row] ? "true" : "false";
    case WEIR_DATE32:
      return date_text(ColumnView<int32_t>(column)[row]);
    case WEIR_TIMESTAMP:
      return time_text(ColumnView<int64_t>(column)[row]);
    case WEIR_INT8:
      return number_text<int8_t>(column, row);
    case WEIR_INT16:
      return number_text<int16_t>(column, row);
    case WEIR_INT32:
      return number_text<int32_t>(column, row);
    case WEIR_UINT8:
      return number_text<uint8_t>(column, row);
    case WEIR_UINT16:
      return number_text<uint16_t>(column, row);
    case WEIR_UINT32:
      return number_text<uint32_t>(column, row);
    case WEIR_UINT64:
      return number_text<uint64_t>(column, row);
    default:
      return number_text<int64_t>(column, row);
  }
}

}  // namespace

Result<PathTemplate> PathTemplate::parse(const std::string& text, const Schema& schema) {
  if (text.empty()) return Status::invalid("the path is empty: name a file, or - for standard output");
  if (text.ends_with('/')) return Status::invalid("'" + text + "' names a directory: add a file name");
  PathTemplate made;
  made.text_ = text;
  size_t at = 0;
  while (at < text.size()) {
    const size_t open = text.find('{', at);
    const size_t stray = text.find('}', at);
    if (stray < open) return Status::invalid("'" + text + "' has a '}' without a '{'");
    if (open > at) made.pieces_.push_back({Piece::Kind::kText, text.substr(at, open - at)});
    if (open == std::string::npos) break;
    if (stray == std::string::npos) return Status::invalid("'" + text + "' has a '{' without a '}'");
    const std::string name = text.substr(open + 1, stray - open - 1);
    at = stray + 1;
    if (name == "part") {
      made.has_part_ = true;
      made.pieces_.push_back({Piece::Kind::kPart, {}});
      continue;
    }
    const auto column = schema.find(name);
    if (!column) {
      const std::vector<std::string> names = names_of(schema);
      return Status::invalid("'" + text + "' names {" + name + "}, but there is no column '" + name +
                             "' in its input (" + some_of(names, 12) + ")" + hint_behind(name, names));
    }
    if (!is_path_type(schema[*column].type.type))
      return Status::invalid("'" + text + "' names {" + name + "}, but column '" + name + "' is " +
                             schema[*column].type.to_string() +
                             ": a path takes string, bool, integer, date32 and timestamp columns");
    made.columns_.push_back(*column);
    made.pieces_.push_back({Piece::Kind::kColumn, {}, *column});
  }
  const std::string fixed = text.substr(0, text.find('{'));
  made.fixed_directory_ = directory_of(fixed);
  made.depth_ =
      static_cast<size_t>(std::count(text.begin() + static_cast<ptrdiff_t>(fixed.size()), text.end(), '/'));
  return made;
}

std::string PathTemplate::path(const Batch& batch, size_t row, const std::string& part) const {
  std::string made;
  for (const Piece& piece : pieces_) {
    if (piece.kind == Piece::Kind::kText) made += piece.text;
    if (piece.kind == Piece::Kind::kPart) made += part;
    if (piece.kind == Piece::Kind::kColumn) made += value_text(batch.raw_column(piece.column), row);
  }
  return made;
}

std::string PathTemplate::path(const std::string& part) const {
  std::string made;
  for (const Piece& piece : pieces_) made += piece.kind == Piece::Kind::kPart ? part : piece.text;
  return made;
}

bool has_long_name(const std::string& path) {
  size_t from = 0;
  while (from <= path.size()) {
    const size_t slash = std::min(path.find('/', from), path.size());
    if (slash - from > kMaxNameBytes) return true;
    from = slash + 1;
  }
  return false;
}

}  // namespace weir::file
