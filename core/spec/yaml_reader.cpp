#include "spec/yaml_reader.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <sstream>

#include "spec/yaml_builder.hpp"

namespace weir {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_readable(const std::shared_ptr<const SourceText>& source, FaultList& faults,
                 const YamlLimits& limits) {
  const std::string_view text = source->text();
  if (text.size() > limits.bytes) {
    faults.error(place_at(source, 0, 0), "too-large",
                 "the file has " + std::to_string(text.size()) + " bytes; at most " +
                     std::to_string(limits.bytes) + " are read");
  } else if (const auto bad = find_bad_byte(text)) {
    faults.error(place_at(source, *bad, 1), "bad-text", "this byte is no printable UTF-8 text",
                 "save the file as UTF-8");
  } else if (const auto flood = find_bracket_flood(text)) {
    faults.error(place_at(source, *flood, 1), "too-deep",
                 "maps and lists are nested more than " + std::to_string(limits.nesting) + " deep");
  } else {
    return true;
  }
  return false;
}

// yaml-cpp drops a byte order mark and counts from behind it; so do we.
std::shared_ptr<const SourceText> without_mark(const std::shared_ptr<const SourceText>& source) {
  if (!source->text().starts_with(kByteOrderMark)) return source;
  return std::make_shared<const SourceText>(source->name(), source->text().substr(kByteOrderMark.size()));
}

void parse(const std::shared_ptr<const SourceText>& source, YamlBuilder& builder) {
  std::istringstream stream(with_hidden_question_marks(source->text()));
  YAML::Parser parser(stream);
  while (parser.HandleNextDocument(builder)) {
  }
}

}  // namespace

std::optional<YamlValue> read_yaml(const std::shared_ptr<const SourceText>& given, FaultList& faults,
                                   const YamlLimits& limits) {
  const std::shared_ptr<const SourceText> source = without_mark(given);
  if (!is_readable(source, faults, limits)) return std::nullopt;
  YamlBuilder builder(source, faults, limits);
  try {
    parse(source, builder);
  } catch (const EndOfYaml&) {
    return std::nullopt;
  } catch (const YAML::Exception& exception) {
    const size_t offset = exception.mark.pos < 0 ? 0 : static_cast<size_t>(exception.mark.pos);
    add_syntax_fault(source, {exception.msg, offset}, builder.open_bracket(), faults);
    return std::nullopt;
  } catch (const std::exception& exception) {
    add_syntax_fault(source, {exception.what(), 0}, {}, faults);
    return std::nullopt;
  }
  YamlValue document = builder.take_document();
  if (!document.place.is_known()) document.place = place_at(source, 0, 0);
  return document;
}

}  // namespace weir
