#pragma once
// Collects yaml-cpp's events into a YamlValue. Part of yaml_reader: nobody else includes this.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "spec/fault.hpp"
#include "spec/value.hpp"
#include "spec/yaml_reader.hpp"
#include "spec/yaml_syntax_fault.hpp"
#include "spec/yaml_text.hpp"

namespace weir {

/// Thrown out of a callback to end the parse; the fault is in the list.
struct EndOfYaml {};

/// Throws EndOfYaml after a fault that makes the rest unreadable.
class YamlBuilder final : public YAML::EventHandler {
 public:
  /// Borrows: all three, while it lives.
  YamlBuilder(const std::shared_ptr<const SourceText>& source, FaultList& faults, const YamlLimits& limits)
      : source_(source), faults_(faults), limits_(limits) {}

  /// Returns the document, once it has ended.
  YamlValue take_document() { return std::move(document_); }
  /// Returns the innermost `[` or `{` that is open.
  OpenBracket open_bracket() const;

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& read) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    YamlValue value;
    YAML::anchor_t anchor = 0;
    OpenBracket bracket;
    std::optional<YamlEntry> entry;  // A key that waits for its value.
    bool entry_is_dropped = false;   // Its key was a fault; its value is read and thrown away.
    std::vector<YamlEntry> merges;   // `<<` entries, applied when the map ends.
  };
  struct Anchored {
    YamlValue value;
    size_t size = 0;
    size_t depth = 0;
  };

  std::string_view text() const { return source_->text(); }
  Place place_of(const YAML::Mark& mark, size_t length) const;
  bool expects_key() const;
  void open(YamlValue::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void close();
  void accept(YamlValue value, YAML::anchor_t anchor);
  void accept_key(YamlValue key);
  void accept_entry(YamlEntry entry, Frame& frame);
  void merge(Frame& frame);
  void merge_map(YamlValue& target, const YamlValue& addition);
  void charge_alias(const Anchored& anchored, const Place& place);
  /// Tells of a tag that is none of YAML's own.
  bool is_known_tag(const std::string& tag, const Place& place);
  [[noreturn]] void stop(const Place& place, std::string_view code, std::string message, std::string hint);

  const std::shared_ptr<const SourceText>& source_;
  FaultList& faults_;
  const YamlLimits& limits_;
  YamlValue document_;
  bool has_document_ = false;
  std::vector<Frame> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  size_t aliased_values_ = 0;
};

}  // namespace weir
