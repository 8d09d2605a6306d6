#pragma once
// Formats of one record a line: what they share once a line is split into fields.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <weir/decoder.hpp>

#include "batch_writer.hpp"
#include "byte_order_mark.hpp"
#include "record_fault.hpp"
#include "type_guess.hpp"
#include "utf8_check.hpp"
#include "value_reader.hpp"

namespace weir::formats {

/// One field of a line.
struct LineField {
  std::string_view text;
  bool is_null = false;
};

/// Where each column of a plan comes from: an index into a splitter's fields.
using FieldOfColumn = std::vector<size_t>;

/// Returns the next line without its end, and moves `at` behind it.
inline std::string_view take_line(std::string_view text, size_t& at) {
  const size_t end = std::min(text.find('\n', at), text.size());
  std::string_view line = text.substr(at, end - at);
  at = std::min(end + 1, text.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

inline bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// The first byte of a line at or after `from`.
inline int64_t find_line(std::string_view bytes, size_t from) {
  const size_t found = bytes.find('\n', from == 0 ? 0 : from - 1);
  return found == std::string_view::npos ? kNotFound : static_cast<int64_t>(found + 1);
}

/// Decodes lines with a Splitter, which has
///   static constexpr bool kSkipsBlank: whether lines without anything on them are no records
///   size_t field_count() const
///   bool split(std::string_view line, LineField* fields, RecordFault& fault) const
/// Returns the bytes that were used.
template <class Splitter>
size_t decode_lines(const ColumnPlan& plan, const FieldOfColumn& field_of, const Splitter& splitter,
                    const DecodeInput& input, DecodeOutput& output) {
  const std::string_view text = input.text();
  size_t end = text.size();
  if (!input.is_last()) {
    const size_t newline = text.rfind('\n');
    end = newline == std::string_view::npos ? 0 : newline + 1;
  }
  BatchWriter writer(plan, input, output);
  const bool is_checked = is_valid_utf8_but_for_cut(input);
  std::vector<ValueReader> readers;
  for (size_t i = 0; i < plan.columns.size(); ++i)
    if (plan.columns[i].is_wanted) readers.emplace_back(plan.columns[i], i, is_checked);
  std::vector<LineField> fields(splitter.field_count());
  RecordFault fault;
  const auto* const data = reinterpret_cast<const uint8_t*>(text.data());
  const auto is_read = [&](std::string_view line) {
    if (!splitter.split(line, fields.data(), fault)) return false;
    for (ValueReader& reader : readers) {
      const LineField& field = fields[field_of[reader.index()]];
      if (field.is_null) {
        writer.put_null(reader.index());
      } else if (!reader.read(writer, field.text)) {
        fault = {std::string(reader.fault_code()), reader.fault_message(field.text), reader.column().name};
        return false;
      }
    }
    return true;
  };
  for (size_t at = 0; at < end;) {
    const size_t begin = at;
    const std::string_view line = take_line(text.substr(0, end), at);
    if (Splitter::kSkipsBlank && is_blank(line)) continue;
    if (is_read(line)) {
      writer.end_row(data + at);
    } else {
      writer.reject(data + begin, data + begin + line.size(), fault.code, fault.message, fault.column);
    }
  }
  writer.finish(data + end);
  return end;
}

/// Returns the types that fit the fields of the lines of a sample.
template <class Splitter>
std::vector<Type> guess_types(const Splitter& splitter, std::string_view sample) {
  constexpr size_t kSampledLines = 5000;
  std::vector<TypeGuess> guesses(splitter.field_count());
  std::vector<LineField> fields(splitter.field_count());
  RecordFault fault;
  size_t seen = 0;
  for (size_t at = 0; at < sample.size() && seen < kSampledLines;) {
    const bool is_first = at == 0;
    const std::string_view line = take_line(sample, at);
    // The end of a sample may cut a line in two.
    if (at == sample.size() && !sample.ends_with('\n') && !is_first) break;
    if (is_blank(line) || !splitter.split(line, fields.data(), fault)) continue;
    ++seen;
    for (size_t i = 0; i < fields.size(); ++i)
      if (!fields[i].is_null) guesses[i].add(fields[i].text);
  }
  std::vector<Type> types;
  for (const TypeGuess& guess : guesses) types.push_back(guess.result());
  return types;
}

/// Returns the field of each column's path among `names`.
/// Fails: columns that are none of them; all are named. `what` is said of the names: "group of the pattern".
Result<FieldOfColumn> find_fields(const ColumnPlan& plan, const std::vector<std::string>& names,
                                  std::string_view what);

}  // namespace weir::formats
