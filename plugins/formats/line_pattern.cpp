#include <re2/re2.h>

#include "pattern.hpp"

namespace weir::formats {

struct LinePattern::Compiled {
  explicit Compiled(const std::string& regex) : expression(regex, RE2::Quiet) {}
  RE2 expression;
  std::vector<int> groups;  // The number of each name's group.
  int group_count = 0;
};

namespace {

constexpr int kMaxGroups = 64;  // The whole match is the first one.

/// Perl and newer RE2 write (?<name>...) for what this RE2 knows as (?P<name>...).
std::string with_python_names(const std::string& regex) {
  std::string made;
  for (size_t i = 0; i < regex.size(); ++i) {
    made += regex[i];
    if (regex[i] == '\\' && i + 1 < regex.size()) {
      made += regex[++i];
    } else if (regex.compare(i, 3, "(?<") == 0 && i + 3 < regex.size() && regex[i + 3] != '=' &&
               regex[i + 3] != '!') {
      made += "?P<";
      i += 2;
    }
  }
  return made;
}

}  // namespace

Result<LinePattern> LinePattern::compile(const std::string& regex) {
  auto compiled = std::make_shared<Compiled>(with_python_names(regex));
  if (!compiled->expression.ok())
    return Status::invalid("regex: found " + shown(regex) +
                           ", expected an expression of RE2: " + compiled->expression.error());
  LinePattern pattern;
  for (const auto& [number, name] : compiled->expression.CapturingGroupNames()) {
    compiled->groups.push_back(number);
    compiled->group_count = number + 1;
    pattern.names_.push_back(name);
  }
  if (compiled->group_count > kMaxGroups)
    return Status::invalid("regex: found '" + pattern.names_.back() + "' as group " +
                           std::to_string(compiled->group_count - 1) + ", expected at most " +
                           std::to_string(kMaxGroups - 1) + " groups; (?:...) makes one that does not count");
  if (pattern.names_.empty())
    return Status::invalid("regex: found no named group in " + shown(regex) +
                           ", expected one for each column, as in '(?P<level>[A-Z]+)'");
  pattern.compiled_ = std::move(compiled);
  return pattern;
}

bool LinePattern::split(std::string_view line, LineField* fields, RecordFault& fault) const {
  re2::StringPiece found[kMaxGroups];
  const re2::StringPiece text(line.data(), line.size());
  const int count = compiled_->group_count;
  if (!compiled_->expression.Match(text, 0, text.size(), RE2::UNANCHORED, found, count)) {
    fault = {"no-match", "found " + shown(line) + ", expected a line that matches the pattern", ""};
    return false;
  }
  for (size_t i = 0; i < names_.size(); ++i) {
    const int group = compiled_->groups[i];
    const bool is_null = found[group].data() == nullptr;
    fields[i] = is_null ? LineField{{}, true} : LineField{{found[group].data(), found[group].size()}, false};
  }
  return true;
}

Result<Schema> PatternDecoder::infer(std::string_view head) {
  if (!pattern_.is_ok()) return pattern_.status();
  WEIR_ASSIGN_OR_RETURN(const size_t mark, byte_order_mark(head));
  const std::vector<Type> types = guess_types(*pattern_, head.substr(mark));
  Schema schema;
  for (size_t i = 0; i < types.size(); ++i) schema.fields.push_back({pattern_->names()[i], types[i]});
  return schema;
}

Status PatternDecoder::check(std::string_view) {
  if (!pattern_.is_ok()) return pattern_.status();
  return find_fields(plan(), pattern_->names(), "group of the pattern").status();
}

Result<Decoder::Opened> PatternDecoder::open(std::string_view, std::string_view head) {
  if (!pattern_.is_ok()) return pattern_.status();
  WEIR_ASSIGN_OR_RETURN(const size_t mark, byte_order_mark(head));
  WEIR_ASSIGN_OR_RETURN(fields_, find_fields(plan(), pattern_->names(), "group of the pattern"));
  return Opened{nullptr, mark};
}

}  // namespace weir::formats
