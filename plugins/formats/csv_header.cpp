#include <algorithm>
#include <map>

#include "csv_table.hpp"
#include "type_guess.hpp"

namespace weir::formats {
namespace {

constexpr size_t kSampledRecords = 5000;

/// One field of a record, as a person reads it.
struct SampleField {
  std::string text;
  bool is_quoted = false;
};

/// Takes a record after the other off a text. Slow, and only for the first bytes of an input.
class SampleReader {
 public:
  SampleReader(const CsvSettings& settings, std::string_view text)
      : dialect_(settings.dialect), text_(text) {}
  size_t position() const { return at_; }
  char newline() const { return newline_; }
  /// Returns false at the end. `is_whole`: a newline ended the record.
  bool next(std::vector<SampleField>& fields, bool& is_whole) {
    fields.clear();
    if (at_ >= text_.size()) return false;
    do {
      fields.push_back(field());
    } while (at_ < text_.size() && text_[at_] == dialect_.delimiter && ++at_ <= text_.size());
    is_whole = at_ < text_.size();
    end_line();
    return true;
  }

 private:
  bool is_newline(char c) const { return c == '\n' || c == '\r'; }
  SampleField field() {
    SampleField made;
    if (at_ < text_.size() && dialect_.quote != '\0' && text_[at_] == dialect_.quote) {
      made.is_quoted = true;
      for (++at_; at_ < text_.size(); ++at_) {
        if (text_[at_] == dialect_.quote && (++at_ >= text_.size() || text_[at_] != dialect_.quote)) break;
        made.text += text_[at_];
      }
    }
    for (; at_ < text_.size() && text_[at_] != dialect_.delimiter && !is_newline(text_[at_]); ++at_)
      made.text += text_[at_];
    return made;
  }
  void end_line() {
    if (at_ >= text_.size()) return;
    const bool is_cr = text_[at_++] == '\r';
    const bool is_crlf = is_cr && at_ < text_.size() && text_[at_] == '\n';
    newline_ = is_cr && !is_crlf ? '\r' : '\n';
    if (is_crlf) ++at_;
  }
  const CsvDialect dialect_;
  std::string_view text_;
  size_t at_ = 0;
  char newline_ = '\n';
};

bool is_blank(const std::vector<SampleField>& fields) {
  return fields.size() == 1 && fields[0].text.empty() && !fields[0].is_quoted;
}

std::vector<std::string> unique_names(const std::vector<SampleField>& fields) {
  std::vector<std::string> names;
  std::map<std::string, int> seen;
  for (size_t i = 0; i < fields.size(); ++i) {
    std::string name = fields[i].text.empty() ? "column_" + std::to_string(i + 1) : fields[i].text;
    while (seen[name]++ > 0) name += "_" + std::to_string(seen[name]);
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

Result<CsvHeader> read_csv_header(const CsvSettings& settings, std::string_view head) {
  CsvHeader header;
  WEIR_ASSIGN_OR_RETURN(const size_t mark, byte_order_mark(head));
  SampleReader reader(settings, head.substr(mark));
  std::vector<SampleField> fields;
  bool is_whole = false;
  header.size = mark;
  while (reader.next(fields, is_whole)) {
    header.newline = reader.newline();
    if (is_blank(fields)) continue;
    if (!settings.has_header)
      for (SampleField& field : fields) field.text.clear();
    header.names = unique_names(fields);
    if (settings.has_header) header.size = mark + reader.position();
    break;
  }
  return header;
}

Schema infer_csv(const CsvSettings& settings, const CsvHeader& header, std::string_view head) {
  std::vector<TypeGuess> guesses(header.names.size());
  SampleReader reader(settings, head.substr(header.size));
  std::vector<SampleField> fields;
  bool is_whole = false;
  for (size_t i = 0; i < kSampledRecords && reader.next(fields, is_whole); ++i) {
    // The end of a sample may cut a value in two.
    if (fields.size() != guesses.size() || (!is_whole && i > 0)) continue;
    for (size_t f = 0; f < fields.size(); ++f) {
      const bool is_null = std::ranges::find(settings.nulls, fields[f].text) != settings.nulls.end();
      if (!is_null) guesses[f].add(fields[f].text);
    }
  }
  Schema schema;
  for (size_t f = 0; f < guesses.size(); ++f) schema.fields.push_back({header.names[f], guesses[f].result()});
  return schema;
}

}  // namespace weir::formats
