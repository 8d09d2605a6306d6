#include "spec/yaml_builder.hpp"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

size_t offset_of(const YAML::Mark& mark) { return mark.pos < 0 ? 0 : static_cast<size_t>(mark.pos); }

size_t size_of(const YamlValue& value) {
  size_t size = 1;
  for (const YamlValue& item : value.items) size += size_of(item);
  for (const YamlEntry& entry : value.entries) size += size_of(entry.value);
  return size;
}

size_t depth_of(const YamlValue& value) {
  size_t depth = 0;
  for (const YamlValue& item : value.items) depth = std::max(depth, depth_of(item) + 1);
  for (const YamlEntry& entry : value.entries) depth = std::max(depth, depth_of(entry.value) + 1);
  return depth;
}

// An implicit null is reported where the next token stands: only a null on its key's line, or further in than
// the key, was written.
std::string_view written_null(std::string_view source, size_t at, const Place& here,
                              const std::optional<YamlEntry>& entry) {
  if (entry && here.line != entry->key_place.line && here.column <= entry->key_place.column) return {};
  const std::string_view rest = source.substr(std::min(skip_properties(source, at), source.size()));
  for (const std::string_view word : {"~", "null", "Null", "NULL"})
    if (rest.starts_with(word)) return word;
  return {};
}

}  // namespace

OpenBracket YamlBuilder::open_bracket() const {
  for (auto frame = open_.rbegin(); frame != open_.rend(); ++frame)
    if (frame->bracket.letter != 0) return frame->bracket;
  return {};
}

Place YamlBuilder::place_of(const YAML::Mark& mark, size_t length) const {
  return place_at(source_, skip_properties(text(), offset_of(mark)), length);
}

void YamlBuilder::stop(const Place& place, std::string_view code, std::string message, std::string hint) {
  faults_.error(place, code, std::move(message), std::move(hint));
  throw EndOfYaml();
}

void YamlBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (!std::exchange(has_document_, true)) return;
  const Place place = place_of(mark, 1);
  if (text().find("\n---") != std::string_view::npos)
    stop(place, "two-documents", "a second YAML document begins here; a file holds one pipeline",
         "put it into a file of its own");
  stop(place, "bad-syntax", "this line belongs to no map or list above it",
       "check its indentation, and the end of the line before");
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  YamlValue value;
  value.place = place_of(mark, 1);
  const auto& entry = open_.empty() ? std::nullopt : open_.back().entry;
  value.text = written_null(text(), offset_of(mark), value.place, entry);
  if (!value.text.empty()) value.place = place_of(mark, value.text.size());
  if (value.text.empty() && entry) value.place = entry->key_place;
  accept(std::move(value), anchor);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& read) {
  const std::string scalar = with_question_marks(read);
  const ScalarText extent = find_scalar(text(), offset_of(mark), scalar);
  YamlValue value;
  value.kind = YamlValue::Kind::kScalar;
  value.text = scalar;
  value.place = place_at(source_, extent.begin, extent.length);
  value.text_offset = extent.content;
  value.style = extent.form == ScalarText::Form::kPlain   ? YamlValue::Style::kPlain
                : extent.form == ScalarText::Form::kBlock ? YamlValue::Style::kBlock
                                                          : YamlValue::Style::kQuoted;
  if (!extent.is_closed)
    stop(place_at(source_, extent.begin, 1), "bad-syntax", "the quoted text that begins here is never closed",
         std::string("put a ") + text()[extent.begin] + " where it ends");
  value.is_faulty = tag != "!" && !is_known_tag(tag, value.place);
  accept(std::move(value), anchor);
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const size_t at = offset_of(mark);
  const size_t end = std::min(text().find_first_of(" \t\r\n,]}", at), text().size());
  const Place place = place_at(source_, at, end - at);
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end())
    stop(place, "bad-alias", "this alias stands inside the value that it repeats", "");
  charge_alias(found->second, place);
  YamlValue value = found->second.value;
  add_origin(value, "repeated by this alias", place);
  accept(std::move(value), 0);
}

void YamlBuilder::charge_alias(const Anchored& anchored, const Place& place) {
  aliased_values_ += anchored.size;
  if (aliased_values_ > limits_.aliased_values)
    stop(place, "too-large",
         "the aliases of this file repeat more than " + std::to_string(limits_.aliased_values) + " values",
         "");
  if (open_.size() + anchored.depth > limits_.nesting)
    stop(place, "too-deep",
         "maps and lists are nested more than " + std::to_string(limits_.nesting) + " deep", "");
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value) {
  open(YamlValue::Kind::kList, mark, tag, anchor);
}

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value) {
  open(YamlValue::Kind::kMap, mark, tag, anchor);
}

void YamlBuilder::open(YamlValue::Kind kind, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor) {
  Frame frame;
  frame.anchor = anchor;
  frame.value.kind = kind;
  frame.value.place = place_of(mark, 1);
  is_known_tag(tag, frame.value.place);
  if (open_.size() >= limits_.nesting)
    stop(frame.value.place, "too-deep",
         "maps and lists are nested more than " + std::to_string(limits_.nesting) + " deep", "");
  const size_t at = skip_properties(text(), offset_of(mark));
  if (at < text().size() && (text()[at] == '[' || text()[at] == '{')) frame.bracket = {text()[at], at};
  open_.push_back(std::move(frame));
}

void YamlBuilder::close() {
  Frame frame = std::move(open_.back());
  open_.pop_back();
  merge(frame);
  accept(std::move(frame.value), frame.anchor);
}

bool YamlBuilder::expects_key() const {
  return !open_.empty() && open_.back().value.is_map() && !open_.back().entry;
}

void YamlBuilder::accept(YamlValue value, YAML::anchor_t anchor) {
  if (anchor != 0) anchors_[anchor] = {value, size_of(value), depth_of(value)};
  if (expects_key()) return accept_key(std::move(value));
  if (open_.empty()) {
    document_ = std::move(value);
    return;
  }
  Frame& frame = open_.back();
  if (frame.value.is_list()) {
    frame.value.items.push_back(std::move(value));
    return;
  }
  YamlEntry entry = std::move(*frame.entry);
  frame.entry.reset();
  entry.value = std::move(value);
  if (!std::exchange(frame.entry_is_dropped, false)) accept_entry(std::move(entry), frame);
}

void YamlBuilder::accept_key(YamlValue key) {
  Frame& frame = open_.back();
  if (key.is_map() || key.is_list() || (key.is_null() && key.text.empty())) {
    faults_.error(key.place, "bad-key", "a key is " + describe(key) + "; it must be a text",
                  "put a name before the ':', in quotes if need be");
    frame.entry_is_dropped = true;
  }
  frame.entry = YamlEntry{std::move(key.text), std::move(key.place), {}};
}

void YamlBuilder::accept_entry(YamlEntry entry, Frame& frame) {
  const bool is_implicit_null = entry.value.is_null() && entry.value.text.empty();
  const size_t colon = entry.key.find(':');
  if (is_implicit_null && frame.bracket.letter == '{' && colon != std::string::npos && colon > 0) {
    faults_.error(entry.key_place, "bad-syntax", "a ':' after a key needs a space behind it",
                  "write '" + entry.key.substr(0, colon) + ": " + entry.key.substr(colon + 1) + "'");
    return;
  }
  if (entry.key == "<<") {
    frame.merges.push_back(std::move(entry));
    return;
  }
  if (YamlEntry* first = frame.value.find(entry.key)) {
    // Which of two scalars is meant, nobody knows: nothing is said of either.
    if (first->value.is_scalar() && entry.value.is_scalar()) first->value.is_faulty = true;
    faults_
        .error(entry.key_place, "duplicate-key", "the key '" + entry.key + "' is given twice",
               "take one of them away")
        .second = FaultNote{"first given here", first->key_place};
    return;
  }
  frame.value.entries.push_back(std::move(entry));
}

void YamlBuilder::merge(Frame& frame) {
  for (const YamlEntry& entry : frame.merges) {
    const bool is_list = entry.value.is_list();
    const bool all_maps = is_list && std::ranges::all_of(entry.value.items, &YamlValue::is_map);
    if (entry.value.is_map())
      merge_map(frame.value, entry.value);
    else if (all_maps)
      for (const YamlValue& item : entry.value.items) merge_map(frame.value, item);
    else
      faults_.error(entry.value.place, "bad-merge",
                    "'<<' takes a map or a list of maps, found " + describe(entry.value),
                    "write '<<: *anchor' with an anchor on a map");
  }
}

void YamlBuilder::merge_map(YamlValue& target, const YamlValue& addition) {
  for (const YamlEntry& entry : addition.entries)
    if (target.find(entry.key) == nullptr) target.entries.push_back(entry);
}

bool YamlBuilder::is_known_tag(const std::string& tag, const Place& place) {
  if (tag.empty() || tag == "?" || tag == "!" || tag.starts_with("tag:yaml.org,2002:")) return true;
  faults_.error(place, "unknown-tag", "the YAML tag '" + tag + "' means nothing here",
                "take it away; variables and secrets are written \"${...}\"");
  return false;
}

}  // namespace weir
