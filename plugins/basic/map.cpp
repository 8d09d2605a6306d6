// map: add, replace, rename and drop columns.
//
//   named:
//     type: map
//     inputs: events
//     set: {latency_s: "latency_ms / 1000", page: "lower(page)"}
//     rename: {ts: seen_at}
//     drop: [raw]
//
// Every expression reads the input's columns as they came. Columns keep their order; new ones stand at the
// end, in the order of `set`.
#include <algorithm>
#include <set>

#include <weir/program_transform.hpp>

namespace {

struct Options {
  weir::NamedList<weir::Expression> set;
  std::vector<weir::ColumnRef> drop;
  weir::NamedList<weir::ColumnName> rename;
};

class Map final : public weir::ProgramTransform {
 public:
  explicit Map(Options options) : options_(std::move(options)) {}

  weir::Result<weir::Program> bind(const weir::Schema& input) override {
    if (options_.set.empty() && options_.drop.empty() && options_.rename.empty())
      return weir::Status::invalid("one of set, drop, rename and cast is needed");
    weir::Program program = weir::Program::keep_all(input);
    for (const auto& [name, expression] : options_.set) program.set(name, expression);
    for (const weir::ColumnRef& column : options_.drop) program.drop(column.name);
    for (const auto& [name, to] : options_.rename) {
      WEIR_RETURN_IF_ERROR(check_rename(name, input));
      program.rename(name, to.text);
    }
    WEIR_RETURN_IF_ERROR(check_names(program));
    return program;
  }

 private:
  weir::Status check_rename(const std::string& name, const weir::Schema& input) const {
    if (!input.find(name)) {
      std::string known;
      for (const weir::Field& field : input.fields) known += (known.empty() ? "" : ", ") + field.name;
      return weir::Status::invalid("rename: no column '" + name + "' in its input (" + known + ")");
    }
    const bool is_dropped = std::ranges::any_of(
        options_.drop, [&](const weir::ColumnRef& column) { return column.name == name; });
    if (is_dropped) return weir::Status::invalid("rename: column '" + name + "' is dropped as well");
    return {};
  }
  static weir::Status check_names(const weir::Program& program) {
    std::set<std::string> seen;
    for (const weir::Program::Item& item : program.items())
      if (!seen.insert(item.output.field.name).second)
        return weir::Status::invalid("two columns would be called '" + item.output.field.name + "'");
    if (seen.empty()) return weir::Status::invalid("no column would be left");
    return {};
  }

  const Options options_;
};

}  // namespace

WEIR_TRANSFORM(
    Map, Options, "map", "Add, replace, rename and drop columns.",
    weir::description("Every expression reads the input's columns as they came. Columns keep their "
                      "order; new ones stand at the end, in the order of `set`."),
    weir::example("in_seconds: {type: map, inputs: events, set: {latency_s: \"latency_ms / 1000\"}, "
                  "drop: [latency_ms]}"),
    weir::optional("set", &Options::set, "New columns, or new values for those that are there.",
                   weir::example_value("{latency_s: \"latency_ms / 1000\"}")),
    weir::optional("drop", &Options::drop, "Columns to leave out.", weir::example_value("[raw]")),
    weir::optional("rename", &Options::rename, "New names, by the old ones.",
                   weir::example_value("{ts: seen_at}")));
