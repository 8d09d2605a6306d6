#include "access_log.hpp"

namespace weir::formats {
namespace {

struct KnownField {
  const char* name;
  Type type;
};
constexpr std::array<KnownField, 11> kFields = {{{"host", Type::kString},
                                                 {"ident", Type::kString},
                                                 {"user", Type::kString},
                                                 {"time", Type::kTimestamp},
                                                 {"method", Type::kString},
                                                 {"path", Type::kString},
                                                 {"protocol", Type::kString},
                                                 {"status", Type::kInt64},
                                                 {"bytes", Type::kInt64},
                                                 {"referer", Type::kString},
                                                 {"agent", Type::kString}}};

/// Goes through a line from left to right, and says what was expected where it could not go on.
class Cursor {
 public:
  Cursor(std::string_view line, RecordFault& fault) : line_(line), fault_(fault) {}

  bool word(const char* name, LineField& field) {
    const size_t end = std::min(line_.find(' ', at_), line_.size());
    if (end == at_) return miss(name, "a word");
    field = field_of(line_.substr(at_, end - at_));
    at_ = end;
    return true;
  }
  bool space() {
    if (at_ >= line_.size() || line_[at_] != ' ') return miss("", "a space");
    ++at_;
    return true;
  }
  bool between(const char* name, char open, char close, LineField& field) {
    if (at_ >= line_.size() || line_[at_] != open) return miss(name, std::string("'") + open + "'");
    size_t end = at_ + 1;
    while (end < line_.size() && line_[end] != close) end += line_[end] == '\\' ? 2 : 1;
    if (end >= line_.size()) {
      at_ = line_.size();
      return miss(name, std::string("a closing '") + close + "'");
    }
    field = field_of(line_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return true;
  }
  bool is_at_end() const { return at_ == line_.size(); }
  bool end() { return at_ == line_.size() || miss("", "the end of the line"); }
  bool miss(const char* name, const std::string& expected) {
    fault_.code = "bad-log-line";
    fault_.column = name;
    const std::string_view rest = line_.substr(std::min(at_, line_.size()));
    fault_.message = "found " + (rest.empty() ? std::string("the end of the line") : shown(rest)) +
                     ", expected " + expected + (*name == '\0' ? "" : std::string(" of ") + name);
    return false;
  }

 private:
  static LineField field_of(std::string_view text) { return {text, text == "-"}; }
  std::string_view line_;
  RecordFault& fault_;
  size_t at_ = 0;
};

/// "GET /a b HTTP/1.1" -> method, path, protocol. "-" is a request that was never sent.
bool split_request(const LineField& request, LineField* fields, RecordFault& fault) {
  if (request.is_null) {
    fields[0] = fields[1] = fields[2] = {{}, true};
    return true;
  }
  const std::string_view text = request.text;
  const size_t first = text.find(' ');
  if (first == 0 || first == std::string_view::npos || first + 1 == text.size()) {
    fault = {"bad-request-line", "found " + shown(text) + ", expected a method, a path and a protocol",
             "path"};
    return false;
  }
  const size_t last = text.rfind(' ');
  const bool has_protocol = last > first && text.substr(last + 1).starts_with("HTTP/");
  fields[0] = {text.substr(0, first), false};
  fields[1] = {text.substr(first + 1, (has_protocol ? last : text.size()) - first - 1), false};
  fields[2] = has_protocol ? LineField{text.substr(last + 1), false} : LineField{{}, true};
  return true;
}

std::vector<std::string> field_names(LogStyle style) {
  std::vector<std::string> names;
  for (size_t i = 0; i < AccessLogLine(style).field_count(); ++i) names.emplace_back(kFields[i].name);
  return names;
}

}  // namespace

bool AccessLogLine::split(std::string_view line, LineField* fields, RecordFault& fault) const {
  Cursor cursor(line, fault);
  LineField request;
  if (!cursor.word("host", fields[0]) || !cursor.space() || !cursor.word("ident", fields[1]) ||
      !cursor.space() || !cursor.word("user", fields[2]) || !cursor.space() ||
      !cursor.between("time", '[', ']', fields[3]) || !cursor.space() ||
      !cursor.between("the request", '"', '"', request) || !cursor.space() ||
      !cursor.word("status", fields[7]) || !cursor.space() || !cursor.word("bytes", fields[8]))
    return false;
  const bool has_more = style_ == LogStyle::kCombined || (style_ == LogStyle::kAuto && !cursor.is_at_end());
  if (style_ != LogStyle::kCommon) fields[9] = fields[10] = {{}, true};
  if (has_more && (!cursor.space() || !cursor.between("referer", '"', '"', fields[9]) || !cursor.space() ||
                   !cursor.between("agent", '"', '"', fields[10])))
    return false;
  return cursor.end() && split_request(request, fields + 4, fault);
}

Result<Schema> AccessLogDecoder::infer(std::string_view) {
  Schema schema;
  for (size_t i = 0; i < AccessLogLine(style_).field_count(); ++i)
    schema.fields.push_back({kFields[i].name, kFields[i].type});
  return schema;
}

Status AccessLogDecoder::check(std::string_view) {
  return find_fields(plan(), field_names(style_), "field of the access log").status();
}

void AccessLogDecoder::complete(ColumnPlan& plan) {
  for (PlannedColumn& column : plan.columns) {
    const bool is_time = column.type.type == Type::kTimestamp || column.type.type == Type::kDate32;
    if (is_time && column.path == "time" && !column.format)
      column.format = std::move(TimeFormat::parse("%d/%b/%Y:%H:%M:%S %z").value());
  }
}

Result<Decoder::Opened> AccessLogDecoder::open(std::string_view, std::string_view head) {
  WEIR_ASSIGN_OR_RETURN(const size_t mark, byte_order_mark(head));
  WEIR_ASSIGN_OR_RETURN(fields_, find_fields(plan(), field_names(style_), "field of the access log"));
  return Opened{nullptr, mark};
}

}  // namespace weir::formats
