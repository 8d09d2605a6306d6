#include "spec/node_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <weir/did_you_mean.hpp>

#include "spec/keys.hpp"
#include "spec/reserved_words.hpp"
#include "spec/retry_reader.hpp"
#include "spec/scalar.hpp"

namespace weir {
namespace {

constexpr std::array<std::string_view, 3> kEventTimeKeys = {"column", "max_delay", "idle_after"};
constexpr std::array<std::string_view, 3> kBatchKeys = {"rows", "bytes", "timeout"};
constexpr std::array<std::string_view, 3> kBufferKeys = {"disk", "memory", "when_full"};
constexpr std::array<std::string_view, 4> kWhenFullWords = {"block", "drop_newest", "drop_oldest",
                                                            "dead_letter"};
constexpr std::array<std::string_view, 3> kOnErrorWords = {"dead_letter", "drop", "fail"};

// Reads one value into an optional Given; a value that does not convert stays absent, its fault told.
template <class T, class Convert>
void read_given(const YamlValue& value, std::string_view what, FaultList& faults, Convert convert,
                std::optional<Given<T>>& out) {
  if (auto converted = convert(value, what, faults)) out = Given<T>{std::move(*converted), value.place};
}

std::optional<int64_t> to_positive(const YamlValue& value, std::string_view what, FaultList& faults) {
  const auto number = to_int64(value, what, faults);
  if (!number || *number > 0) return number;
  add_wrong_type(value, what, "a whole number above 0", faults);
  return std::nullopt;
}

std::optional<OnError> to_on_error(const YamlValue& value, std::string_view what, FaultList& faults) {
  const auto choice = read_choice(value, what, kOnErrorWords, faults);
  return choice ? std::optional(static_cast<OnError>(*choice)) : std::nullopt;
}

std::optional<WhenFull> to_when_full(const YamlValue& value, std::string_view what, FaultList& faults) {
  const auto choice = read_choice(value, what, kWhenFullWords, faults);
  return choice ? std::optional(static_cast<WhenFull>(*choice)) : std::nullopt;
}

std::optional<MaxErrors> to_max_errors(const YamlValue& value, std::string_view what, FaultList& faults) {
  constexpr std::string_view kExpected = "a share such as 1% or a count such as 100";
  if (value.is_scalar()) {
    const Result<double> share = parse_percent(value.text);
    if (share.is_ok() && *share <= 1) return MaxErrors{.share = *share, .count = std::nullopt};
    const Result<int64_t> count = parse_int64(value.text);
    if (count.is_ok() && *count >= 0) return MaxErrors{.share = std::nullopt, .count = *count};
  }
  add_wrong_type(value, what, kExpected, faults);
  return std::nullopt;
}

class NodeReader {
 public:
  NodeReader(NodeSpec& node, FaultList& faults) : node_(node), faults_(faults) {}

  void read(YamlValue map) {
    take_meant_key(map, "type");
    if (node_.role != Role::kSource) take_meant_key(map, "inputs");
    for (YamlEntry& entry : map.entries) read_entry(std::move(entry));
    map.entries = std::move(options_);
    node_.options = std::move(map);
    check_presence();
  }

 private:
  // A required key that is missing while a key one letter off is there: that one is the fault, and is read as
  // what was meant, so that nothing follows from it.
  void take_meant_key(YamlValue& map, std::string_view word) {
    if (map.find(word) != nullptr) return;
    for (YamlEntry& entry : map.entries) {
      if (is_reserved_node_word(entry.key) || edit_distance(entry.key, word) != 1) continue;
      const std::array<std::string_view, 1> words = {word};
      add_unknown_key(entry, "node '" + node_.name + "'", words, faults_);
      entry.key = word;
      return;
    }
  }

  void read_entry(YamlEntry entry) {
    const YamlValue& value = entry.value;
    const std::string what = "'" + entry.key + "'";
    if (entry.key == "type") {
      has_type_ = true;
      if (auto type = to_text(value, what, faults_)) node_.type = {std::move(*type), value.place};
    } else if (entry.key == "inputs") {
      read_node_inputs(entry);
    } else if (entry.key == "id") {
      read_given(value, what, faults_, to_text, node_.id);
    } else if (entry.key == "description") {
      read_given(value, what, faults_, to_text, node_.description);
    } else if (entry.key == "labels") {
      read_labels(value);
    } else if (entry.key == "event_time") {
      read_event_time(std::move(entry.value));
    } else if (entry.key == "batch") {
      read_batch(std::move(entry));
    } else if (entry.key == "parallelism") {
      read_given(value, what, faults_, to_positive, node_.parallelism);
    } else if (entry.key == "buffer") {
      read_buffer(std::move(entry));
    } else if (entry.key == "on_error") {
      read_given(value, what, faults_, to_on_error, node_.on_error);
    } else if (entry.key == "max_errors") {
      read_given(value, what, faults_, to_max_errors, node_.max_errors);
    } else if (entry.key == "retry") {
      read_retry(std::move(entry));
    } else if (is_reserved_node_word(entry.key)) {
      node_.engine_options.push_back(std::move(entry));
    } else {
      options_.push_back(std::move(entry));
    }
  }

  void read_node_inputs(const YamlEntry& entry) {
    has_inputs_ = true;
    if (node_.role == Role::kSource) {
      faults_.error(entry.key_place, "inputs-on-source",
                    "the source '" + node_.name + "' has 'inputs'; sources read nothing",
                    "take 'inputs' away, or move the node to 'transforms'");
      return;
    }
    node_.inputs_are_known = read_inputs(entry.value, node_.inputs, faults_);
  }

  void read_labels(const YamlValue& value) {
    if (!is_map(value, "'labels'", faults_)) return;
    for (const YamlEntry& entry : value.entries) {
      LabelSpec labels = {.column = entry.key, .place = entry.key_place, .labels = {}};
      const std::string what = "the label of column '" + entry.key + "'";
      const auto add = [&](const YamlValue& one) {
        if (auto text = to_text(one, what, faults_)) labels.labels.push_back({std::move(*text), one.place});
      };
      if (entry.value.is_list())
        std::ranges::for_each(entry.value.items, add);
      else
        add(entry.value);
      node_.labels.push_back(std::move(labels));
    }
  }

  void read_event_time(YamlValue value) {
    if (!is_map(value, "'event_time'", faults_)) return;
    check_keys(value, "'event_time'", kEventTimeKeys, faults_);
    EventTimeSpec time = {.place = value.place, .column = {}, .max_delay = {}, .idle_after = {}};
    const YamlEntry* column = value.find("column");
    if (column == nullptr) {
      faults_.error(value.place, "missing-key", "'event_time' names no column", "add 'column: ...'");
    } else if (auto name = to_text(column->value, "'event_time.column'", faults_)) {
      time.column = {*name, column->value.place};
    }
    if (const YamlEntry* delay = value.find("max_delay"))
      read_given(delay->value, "'event_time.max_delay'", faults_, to_duration, time.max_delay);
    if (const YamlEntry* idle = value.find("idle_after"))
      read_given(idle->value, "'event_time.idle_after'", faults_, to_duration, time.idle_after);
    if (!time.column.value.empty()) node_.event_time = std::move(time);
  }

  void read_batch(YamlEntry entry) {
    YamlValue& value = entry.value;
    if (!is_map(value, "'batch'", faults_)) return;
    check_keys(value, "'batch'", kBatchKeys, faults_);
    BatchSpec batch = {.place = entry.key_place, .rows = {}, .bytes = {}, .timeout = {}};
    if (const YamlEntry* rows = value.find("rows"))
      read_given(rows->value, "'batch.rows'", faults_, to_positive, batch.rows);
    if (const YamlEntry* bytes = value.find("bytes"))
      read_given(bytes->value, "'batch.bytes'", faults_, to_bytes, batch.bytes);
    if (const YamlEntry* timeout = value.find("timeout"))
      read_given(timeout->value, "'batch.timeout'", faults_, to_duration, batch.timeout);
    node_.batch = std::move(batch);
  }

  void read_retry(YamlEntry entry) {
    if (node_.role == Role::kSink) {
      node_.retry = weir::read_retry(std::move(entry.value), faults_);
      return;
    }
    faults_.error(entry.key_place, "retry-elsewhere",
                  std::string("the ") + role_name(node_.role) + " '" + node_.name +
                      "' has 'retry'; only sinks are asked again",
                  "say it on the sinks behind it");
  }

  void read_buffer(YamlEntry entry) {
    YamlValue& value = entry.value;
    if (!is_map(value, "'buffer'", faults_)) return;
    if (node_.role == Role::kSource) {
      faults_.error(entry.key_place, "buffer-on-source",
                    "the source '" + node_.name + "' has 'buffer', which is for what a node reads",
                    "put it on the node that reads the source");
      return;
    }
    check_keys(value, "'buffer'", kBufferKeys, faults_);
    BufferSpec buffer = {.place = entry.key_place, .disk = {}, .memory = {}, .when_full = {}};
    const YamlEntry* const disk = value.find("disk");
    const YamlEntry* const memory = value.find("memory");
    const YamlEntry* const when_full = value.find("when_full");
    if (disk != nullptr) read_given(disk->value, "'buffer.disk'", faults_, to_bytes, buffer.disk);
    if (memory != nullptr) read_given(memory->value, "'buffer.memory'", faults_, to_bytes, buffer.memory);
    if (when_full != nullptr)
      read_given(when_full->value, "'buffer.when_full'", faults_, to_when_full, buffer.when_full);
    if ((disk == nullptr) == (memory == nullptr)) {
      faults_.error(entry.key_place, "wrong-buffer",
                    disk == nullptr ? "'buffer' of '" + node_.name + "' says neither 'disk' nor 'memory'"
                                    : "'buffer' of '" + node_.name + "' says both 'disk' and 'memory'",
                    "for example buffer: {disk: 1GiB}");
    } else if (memory != nullptr && buffer.when_full && buffer.when_full->value != WhenFull::kBlock) {
      faults_.error(buffer.when_full->place, "wrong-buffer",
                    "a buffer in memory blocks when it is full; only one on disk can do anything else",
                    "use buffer: {disk: ..., when_full: ...}");
    } else if (buffer.disk || buffer.memory) {
      node_.buffer = std::move(buffer);
    }
  }

  void check_presence() {
    if (!has_type_)
      faults_.error(node_.place, "missing-type", "node '" + node_.name + "' has no 'type'",
                    "add 'type: ...' with the name of a component");
    if (has_inputs_ || node_.role == Role::kSource) return;
    node_.inputs_are_known = false;
    faults_.error(node_.place, "missing-inputs",
                  std::string("the ") + role_name(node_.role) + " '" + node_.name + "' has no 'inputs'",
                  "add 'inputs: ...' with the name of the node that it reads");
  }

  NodeSpec& node_;
  FaultList& faults_;
  std::vector<YamlEntry> options_;
  bool has_type_ = false;
  bool has_inputs_ = false;
};

}  // namespace

std::optional<size_t> read_choice(const YamlValue& value, std::string_view what,
                                  std::span<const std::string_view> words, FaultList& faults) {
  if (!value.is_scalar() || value.is_faulty) {
    add_wrong_type(value, what, list_words(words), faults);
    return std::nullopt;
  }
  const auto found = std::ranges::find(words, value.text);
  if (found != words.end()) return static_cast<size_t>(found - words.begin());
  add_wrong_type(value, what, list_words(words), faults, did_you_mean(value.text, words));
  return std::nullopt;
}

std::optional<NodeSpec> read_node(YamlEntry entry, Role role, FaultList& faults) {
  if (!entry.value.is_map()) {
    add_wrong_type(entry.value, "node '" + entry.key + "'", "a map with 'type' and options", faults);
    return std::nullopt;
  }
  NodeSpec node;
  node.name = entry.key;
  node.place = entry.key_place;
  node.role = role;
  NodeReader(node, faults).read(std::move(entry.value));
  return node;
}

}  // namespace weir
