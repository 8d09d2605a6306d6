#include "state/ledger_json.hpp"

#include <cstdio>

#include <simdjson.h>
#include <xxhash.h>

#include "data/row_json.hpp"

namespace weir {
namespace {

namespace dom = simdjson::dom;

/// The last member of a line: the sum of all before it.
std::string sum_of(std::string_view line) {
  char text[40];
  std::snprintf(text, sizeof(text), ",\"xxh3\":\"%016llx\"}",
                static_cast<unsigned long long>(XXH3_64bits(line.data(), line.size())));
  return text;
}

/// Writes one JSON object, member by member.
class ObjectWriter {
 public:
  ObjectWriter& text(std::string_view name, std::string_view value) {
    begin(name);
    append_json_string(value, out_);
    return *this;
  }
  template <class T>
  ObjectWriter& number(std::string_view name, T value) {
    begin(name);
    out_ += std::to_string(value);
    return *this;
  }
  ObjectWriter& boolean(std::string_view name, bool value) {
    begin(name);
    out_ += value ? "true" : "false";
    return *this;
  }
  /// `write` turns an item into JSON.
  template <class Items, class Write>
  ObjectWriter& list(std::string_view name, const Items& items, Write&& write) {
    begin(name);
    out_ += '[';
    for (size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += ',';
      out_ += write(items[i]);
    }
    out_ += ']';
    return *this;
  }
  ObjectWriter& map(std::string_view name, const std::vector<std::pair<std::string, std::string>>& items) {
    begin(name);
    ObjectWriter inner;
    for (const auto& [key, value] : items) inner.text(key, value);
    out_ += inner.finish();
    return *this;
  }
  std::string finish() { return (out_.empty() ? "{" : out_) + "}"; }

 private:
  void begin(std::string_view name) {
    out_ += out_.empty() ? '{' : ',';
    append_json_string(name, out_);
    out_ += ':';
  }
  std::string out_;
};

std::string text_of(const dom::object& object, const char* name) {
  std::string_view value;
  return object[name].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

template <class T>
T number_of(const dom::object& object, const char* name) {
  T value{};
  return object[name].get(value) == simdjson::SUCCESS ? value : T{};
}

std::vector<std::pair<std::string, std::string>> map_of(const dom::object& object, const char* name) {
  std::vector<std::pair<std::string, std::string>> items;
  dom::object found;
  if (object[name].get(found) != simdjson::SUCCESS) return items;
  for (const auto field : found) {
    std::string_view value;
    if (field.value.get(value) == simdjson::SUCCESS) items.emplace_back(field.key, value);
  }
  return items;
}

template <class Read>
void each_of(const dom::object& object, const char* name, Read&& read) {
  dom::array items;
  if (object[name].get(items) != simdjson::SUCCESS) return;
  for (const auto item : items) {
    dom::object found;
    if (item.get(found) == simdjson::SUCCESS) read(found);
  }
}

RunStart start_of(const dom::object& object) {
  RunStart start;
  start.run = text_of(object, "run");
  start.started_us = number_of<int64_t>(object, "started_us");
  start.config_hash = text_of(object, "config_hash");
  start.plugins = map_of(object, "plugins");
  start.vars = map_of(object, "vars");
  uint64_t epoch = 0;
  if (object["from_epoch"].get(epoch) == simdjson::SUCCESS) start.from_epoch = epoch;
  return start;
}

RunInput input_of(const dom::object& object) {
  RunInput input;
  input.node = text_of(object, "node");
  input.partition = text_of(object, "partition");
  uint64_t size = 0;
  if (object["size_bytes"].get(size) == simdjson::SUCCESS) input.size_bytes = size;
  input.checksum = text_of(object, "checksum");
  input.position = number_of<int64_t>(object, "position");
  input.is_ended = number_of<bool>(object, "is_ended");
  return input;
}

RunEnd end_of(const dom::object& object) {
  RunEnd end;
  end.run = text_of(object, "run");
  end.ended_us = number_of<int64_t>(object, "ended_us");
  end.outcome = text_of(object, "outcome");
  end.message = text_of(object, "message");
  each_of(object, "inputs", [&end](const dom::object& item) { end.inputs.push_back(input_of(item)); });
  each_of(object, "outputs", [&end](const dom::object& item) {
    end.outputs.push_back({text_of(item, "node"), text_of(item, "path")});
  });
  each_of(object, "counts", [&end](const dom::object& item) {
    end.counts.push_back({text_of(item, "node"), number_of<uint64_t>(item, "rows_in"),
                          number_of<uint64_t>(item, "rows_out"), number_of<uint64_t>(item, "rejected")});
  });
  return end;
}

}  // namespace

std::string with_ledger_sum(std::string object) {
  if (!object.empty()) object.pop_back();
  return object + sum_of(object);
}

std::string ledger_line(const RunStart& start) {
  ObjectWriter line;
  line.text("event", "started").text("run", start.run).number("started_us", start.started_us);
  line.text("config_hash", start.config_hash).map("plugins", start.plugins).map("vars", start.vars);
  if (start.from_epoch) line.number("from_epoch", *start.from_epoch);
  return with_ledger_sum(line.finish());
}

std::string ledger_line(const RunEnd& end) {
  ObjectWriter line;
  line.text("event", "ended").text("run", end.run).number("ended_us", end.ended_us);
  line.text("outcome", end.outcome).text("message", end.message);
  line.list("inputs", end.inputs, [](const RunInput& input) {
    ObjectWriter item;
    item.text("node", input.node).text("partition", input.partition);
    if (input.size_bytes) item.number("size_bytes", *input.size_bytes);
    if (!input.checksum.empty()) item.text("checksum", input.checksum);
    return item.number("position", input.position).boolean("is_ended", input.is_ended).finish();
  });
  line.list("outputs", end.outputs, [](const RunOutput& output) {
    return ObjectWriter().text("node", output.node).text("path", output.path).finish();
  });
  line.list("counts", end.counts, [](const RunCounts& counts) {
    ObjectWriter item;
    item.text("node", counts.node).number("rows_in", counts.rows_in).number("rows_out", counts.rows_out);
    return item.number("rejected", counts.rejected).finish();
  });
  return with_ledger_sum(line.finish());
}

Result<std::variant<RunStart, RunEnd>> parse_ledger_line(std::string_view line) {
  dom::parser parser;
  dom::object object;
  const auto error = parser.parse(line.data(), line.size()).get(object);
  if (error != simdjson::SUCCESS) return Status::corrupt(simdjson::error_message(error));
  const size_t sum_size = sum_of({}).size();
  if (line.size() < sum_size || !line.ends_with(sum_of(line.substr(0, line.size() - sum_size))))
    return Status::corrupt("its sum does not match");
  const std::string event = text_of(object, "event");
  if (event == "started") return std::variant<RunStart, RunEnd>(start_of(object));
  if (event == "ended") return std::variant<RunStart, RunEnd>(end_of(object));
  return Status::corrupt("its event is '" + event + "', expected 'started' or 'ended'");
}

}  // namespace weir
