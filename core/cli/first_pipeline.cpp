#include "cli/first_pipeline.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <utility>

#include "cli/suggested_labels.hpp"
#include "spec/scalar.hpp"
#include "telemetry/log_line.hpp"

namespace weir {
namespace {

constexpr size_t kMostGroups = 50;
constexpr size_t kMostNumbers = 2;

bool is_number(Type type) {
  return (type >= Type::kInt8 && type <= Type::kFloat64) || type == Type::kDecimal128;
}

/// The column as an expression names it.
std::string in_expression(const std::string& column) {
  const bool is_plain = std::ranges::all_of(column, [](char c) {
    return std::islower(static_cast<unsigned char>(c)) || std::isdigit(static_cast<unsigned char>(c)) ||
           c == '_';
  });
  if (is_plain && std::isalpha(static_cast<unsigned char>(column.front()))) return column;
  std::string quoted = "\"";
  for (const char c : column) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

/// A text as a key of YAML, in quotes where it needs them. Variables are not replaced in keys.
std::string yaml_key(const std::string& text) {
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("_./()<> -").find(c) != std::string_view::npos;
  };
  const bool begins_well =
      !text.empty() && (std::isalpha(static_cast<unsigned char>(text.front())) ||
                        std::string_view("_/.").find(text.front()) != std::string_view::npos);
  const bool is_word =
      begins_well && text.back() != ' ' && text != "null" && std::ranges::all_of(text, is_plain);
  return is_word ? text : json_quoted(text);
}

/// A name for nodes and columns that are made of a column: [a-z0-9_].
std::string word_of(const std::string& column) {
  std::string word;
  for (const char c : column) {
    const auto letter = static_cast<unsigned char>(c);
    word += std::isalnum(letter) && letter < 0x80 ? static_cast<char>(std::tolower(letter)) : '_';
  }
  return word;
}

std::string text_of(const Cell& cell) {
  const bool is_text = cell.json.size() >= 2 && cell.json.front() == '"';
  return is_text ? cell.json.substr(1, cell.json.size() - 2) : cell.json;
}

class Writer {
 public:
  explicit Writer(const FirstPipeline& from) : from_(from), labels_(suggest_labels(from)) {
    choose_time();
    choose_group();
    choose_numbers();
  }

  std::string write() {
    line("weir: 1");
    line("name: " + from_.name);
    line("# A first pipeline over " + from_.path +
         ", made by looking at its first rows: change what is not so.");
    write_source();
    write_transforms();
    write_sinks();
    return text_;
  }

 private:
  void line(const std::string& text) { text_ += text + "\n"; }

  bool is_labelled(const std::string& column) const {
    return std::ranges::find(labels_, column, &SuggestedLabel::column) != labels_.end();
  }

  std::vector<std::string> texts_in(size_t column) const {
    std::vector<std::string> texts;
    for (const RowCells& row : from_.sample) {
      if (row[column].json != "null") texts.push_back(text_of(row[column]));
    }
    return texts;
  }

  void choose_time() {
    for (size_t i = 0; i < from_.columns.size() && !time_; ++i) {
      if (from_.columns[i].type.type == Type::kTimestamp) time_ = i;
    }
    if (!time_) return;
    int64_t first = INT64_MAX;
    int64_t last = INT64_MIN;
    for (const std::string& text : texts_in(*time_)) {
      const auto at = parse_timestamp(text);
      if (!at.is_ok()) continue;
      first = std::min(first, at->count());
      last = std::max(last, at->count());
    }
    constexpr int64_t kHour = 3'600'000'000;
    const int64_t span = last < first ? 0 : last - first;
    window_ = span > 48 * kHour ? "1d" : span > 2 * kHour ? "1h" : "1m";
  }

  /// Few different values, none of a person.
  void choose_group() {
    for (size_t i = 0; i < from_.columns.size() && !group_; ++i) {
      const Field& field = from_.columns[i];
      if ((field.type.type != Type::kString && field.type.type != Type::kBool) || is_labelled(field.name))
        continue;
      const std::vector<std::string> texts = texts_in(i);
      const size_t distinct = std::set<std::string>(texts.begin(), texts.end()).size();
      // Of a column that hardly repeats itself every row would be a group.
      const bool repeats = 2 * distinct <= texts.size() || texts.size() <= 3;
      if (distinct >= 1 && distinct <= kMostGroups && repeats) group_ = i;
    }
  }

  void choose_numbers() {
    for (const Field& field : from_.columns.fields) {
      const std::string word = word_of(field.name);
      const bool is_id = word == "id" || word.ends_with("_id") || word.ends_with("_no");
      if (numbers_.size() < kMostNumbers && is_number(field.type.type) && !is_id && !is_labelled(field.name))
        numbers_.push_back(field.name);
    }
  }

  void write_source() {
    line("sources:");
    line("  " + from_.name_of_source() + ":");
    line("    type: file");
    line("    path: " + yaml_word(from_.path));
    if (from_.declares_columns) {
      line("    format:");
      line("      type: " + from_.format);
      line("      columns:");
      for (const Field& field : from_.columns.fields)
        line("        " + yaml_key(field.name) + ": " + yaml_word(field.type.to_string()));
    } else {
      line("    format: " + from_.format);
    }
    if (time_) line("    event_time: {column: " + yaml_word(from_.columns[*time_].name) + "}");
    if (labels_.empty()) return;
    line(
        "    # Suggested by names and values. weir preview masks these columns, and whatever is made of "
        "them.");
    line("    labels:");
    for (const SuggestedLabel& label : labels_) line("      " + yaml_key(label.column) + ": " + label.label);
  }

  std::string computes() const {
    std::string text = "{rows: count()";
    for (const std::string& column : numbers_) {
      const std::string in = in_expression(column);
      const auto add = [&](const char* function) {
        text += std::string(", ") + function + "_" + word_of(column) + ": " +
                yaml_word(std::string(function) + "(" + in + ")");
      };
      add("avg");
      add("p99");
    }
    return text + "}";
  }

  std::string group_name() const { return word_of(from_.columns[*group_].name); }
  std::string groups_node() const { return group_ ? "by_" + group_name() : "totals"; }

  void write_transforms() {
    line("transforms:");
    const std::string by =
        group_ ? "    by: [" + yaml_word(from_.columns[*group_].name) + "]\n" : std::string();
    line("  " + groups_node() + ":\n    type: aggregate\n    inputs: " + from_.name_of_source() + "\n" + by +
         "    compute: " + computes());
    if (!time_) return;
    line("  over_time:\n    type: aggregate\n    inputs: " + from_.name_of_source() +
         "\n    window: {tumbling: " + window_ + "}\n    compute: " + computes());
    line("  in_order: {type: sort, inputs: over_time, by: [window_start]}");
  }

  void write_sinks() {
    line("sinks:");
    line("  groups: {type: file, inputs: " + groups_node() + ", path: out/" + groups_node() +
         ".csv, format: csv}");
    if (time_) line("  times: {type: file, inputs: in_order, path: out/over_time.csv, format: csv}");
    if (from_.has_report) write_report();
    line("  # Records that cannot be read, each with its place and the reason.");
    line("  rejected: {type: file, inputs: [" + from_.name_of_source() +
         ".errors], path: out/rejected.ndjson, format: ndjson}");
  }

  void write_report() {
    line("  report:");
    line("    type: report");
    line("    path: out/" + from_.name + ".html");
    line("    title: " + from_.name);
    line("    inputs: {groups: " + groups_node() + (time_ ? ", times: in_order}" : "}"));
    line("    sections:");
    if (group_) {
      const std::string group = yaml_word(from_.columns[*group_].name);
      line("      - id: groups");
      line("        title: " + yaml_word("Rows by " + from_.columns[*group_].name));
      line("        question: " +
           yaml_word("Of which " + from_.columns[*group_].name + " are there most rows?"));
      line("        answer: \"{{most.name}}, with {{most}} rows.\"");
      line("        show:");
      line("          - {kpi: most, title: Most rows, from: groups, value: rows, of: " + group +
           ", pick: largest}");
      line("          - {bars: rows, title: Rows, from: groups, x: " + group + ", y: [rows]}");
      line("          - {table: all_groups, title: All numbers, from: groups}");
    } else {
      line("      - id: totals");
      line("        title: Rows");
      line("        question: How many rows are there?");
      line("        answer: \"{{total}} rows.\"");
      line("        show:");
      line("          - {kpi: total, title: Rows, from: groups, value: rows}");
      line("          - {table: all_numbers, title: All numbers, from: groups}");
    }
    if (!time_) return;
    line("      - id: times");
    line("        title: Rows over time");
    line("        question: When were there most rows?");
    const std::string length = window_ == "1d" ? "day" : window_ == "1h" ? "hour" : "minute";
    line("        answer: \"In the " + length + " from {{peak.name}}, with {{peak}} rows.\"");
    line("        show:");
    line("          - {kpi: peak, title: Most rows in one " + length +
         ", from: times, value: rows, of: window_start, pick: largest}");
    line("          - {line: rows_over_time, title: Rows, from: times, x: window_start, y: [rows]}");
  }

  const FirstPipeline& from_;
  const std::vector<SuggestedLabel> labels_;
  std::optional<size_t> time_;
  std::string window_;
  std::optional<size_t> group_;
  std::vector<std::string> numbers_;
  std::string text_;
};

}  // namespace

std::string FirstPipeline::name_of_source() const {
  std::string source = word_of(name);
  static constexpr std::string_view kTaken[] = {"totals", "over_time", "in_order", "groups",
                                                "times",  "report",    "rejected"};
  const bool is_taken = source.starts_with("by_") || std::ranges::find(kTaken, source) != std::end(kTaken);
  return is_taken ? source + "_rows" : source;
}

std::vector<SuggestedLabel> suggest_labels(const FirstPipeline& pipeline) {
  std::vector<SuggestedLabel> labels;
  for (size_t i = 0; i < pipeline.columns.size(); ++i) {
    const Field& field = pipeline.columns[i];
    std::vector<std::string> texts;
    for (const RowCells& row : pipeline.sample) {
      if (field.type.type == Type::kString && row[i].json != "null") texts.push_back(text_of(row[i]));
    }
    const std::string label = suggested_label(field.name, texts);
    if (!label.empty()) labels.push_back({field.name, label});
  }
  return labels;
}

std::string first_pipeline_yaml(const FirstPipeline& pipeline) { return Writer(pipeline).write(); }

std::string yaml_word(const std::string& text) {
  std::string word = yaml_key(text);
  for (size_t at = word.find('$'); at != std::string::npos; at = word.find('$', at + 2)) word.insert(at, "$");
  return word;
}

}  // namespace weir
