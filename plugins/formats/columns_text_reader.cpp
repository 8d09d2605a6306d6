#include "columns_text.hpp"

namespace weir::formats {
namespace {

constexpr std::string_view kSpace = " \t";

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (size_t at = line.find_first_not_of(kSpace); at < line.size();) {
    const size_t end = std::min(line.find_first_of(kSpace, at), line.size());
    words.emplace_back(line.substr(at, end - at));
    at = std::min(line.find_first_not_of(kSpace, end), line.size());
  }
  return words;
}

/// df's last column is called "Mounted on": where no line of the sample has as many words as the header, its
/// last words are one name.
void join_last_names(std::vector<std::string>& names, std::string_view sample) {
  size_t most = 0;
  for (size_t at = 0; at < sample.size();) most = std::max(most, words_of(take_line(sample, at)).size());
  if (most == 0 || most >= names.size()) return;
  for (size_t i = most; i < names.size(); ++i) names[most - 1] += " " + names[i];
  names.resize(most);
}

class ColumnsTextContext final : public DecodeContext {
 public:
  ColumnsTextContext(const ColumnPlan& plan, FieldOfColumn fields, size_t count)
      : plan_(plan), fields_(std::move(fields)), line_(count) {}
  int64_t find_record(std::string_view bytes, size_t from) const override { return find_line(bytes, from); }
  Result<size_t> decode(const DecodeInput& input, DecodeOutput& output) const override {
    return decode_lines(plan_, fields_, line_, input, output);
  }

 private:
  const ColumnPlan& plan_;
  const FieldOfColumn fields_;
  const SpacedLine line_;
};

}  // namespace

bool SpacedLine::split(std::string_view line, LineField* fields, RecordFault& fault) const {
  size_t at = std::min(line.find_first_not_of(kSpace), line.size());
  size_t found = 0;
  for (; found < count_ && at < line.size(); ++found) {
    const bool is_last = found + 1 == count_;
    const size_t end =
        is_last ? line.find_last_not_of(kSpace) + 1 : std::min(line.find_first_of(kSpace, at), line.size());
    fields[found] = {line.substr(at, end - at), false};
    at = std::min(line.find_first_not_of(kSpace, end), line.size());
  }
  if (found == count_) return true;
  fault = {"ragged-row",
           "found " + std::to_string(found) + (found == 1 ? " field" : " fields") + ", expected " +
               std::to_string(count_),
           ""};
  return false;
}

Result<ColumnsTextDecoder::Header> ColumnsTextDecoder::read_header(std::string_view head) const {
  Header header;
  WEIR_ASSIGN_OR_RETURN(header.size, byte_order_mark(head));
  for (int64_t i = 0; i < options_.skip; ++i) take_line(head, header.size);
  header.names = options_.names;
  while (header.names.empty() && header.size < head.size())
    if (const std::string_view line = take_line(head, header.size); !is_blank(line))
      header.names = words_of(line);
  if (options_.names.empty()) join_last_names(header.names, head.substr(header.size));
  return header;
}

Result<Schema> ColumnsTextDecoder::infer(std::string_view head) {
  WEIR_ASSIGN_OR_RETURN(const Header header, read_header(head));
  if (header.names.empty()) return nothing_to_infer_from();
  const std::vector<Type> types = guess_types(SpacedLine(header.names.size()), head.substr(header.size));
  Schema schema;
  for (size_t i = 0; i < types.size(); ++i) schema.fields.push_back({header.names[i], types[i]});
  return schema;
}

Status ColumnsTextDecoder::check(std::string_view head) {
  WEIR_ASSIGN_OR_RETURN(const Header header, read_header(head));
  if (header.names.empty()) return {};
  return find_fields(plan(), header.names, "column of the text").status();
}

Result<Decoder::Opened> ColumnsTextDecoder::open(std::string_view, std::string_view head) {
  WEIR_ASSIGN_OR_RETURN(Header header, read_header(head));
  if (header.names.empty())  // Nothing to decode, but nothing wrong either.
    for (const PlannedColumn& column : plan().columns) header.names.push_back(column.path);
  WEIR_ASSIGN_OR_RETURN(FieldOfColumn fields, find_fields(plan(), header.names, "column of the text"));
  return Opened{std::make_unique<ColumnsTextContext>(plan(), std::move(fields), header.names.size()),
                header.size};
}

}  // namespace weir::formats
