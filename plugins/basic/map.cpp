// map: add, replace, cast, rename and drop columns.
//
//   named:
//     type: map
//     inputs: events
//     set: {latency_s: "latency_ms / 1000", page: "lower(page)"}
//     cast: {status: int32}
//     rename: {ts: seen_at}
//     drop: [raw]
//
// Every expression reads the input's columns as they came; then come cast, drop and rename. Columns keep
// their order; new ones stand at the end, in the order of `set`.
//
// Without `cast` the node is a program, which the plan joins with its neighbours; with it, the node is
// called, because an expression can only be compiled from an option of its own.
#include <algorithm>
#include <set>

#include <weir/program_transform.hpp>

#include "cast.hpp"

namespace {

struct MapOptions {
  weir::NamedList<weir::Expression> set;
  std::vector<weir::ColumnRef> drop;
  weir::NamedList<weir::ColumnName> rename;
  weir::NamedList<weir::DataType> cast;
};

class Map final : public weir::TransformNode, public weir::shim::HasProgram {
 public:
  static constexpr uint64_t kDefaultTraits = weir::ProgramTransform::kDefaultTraits;
  explicit Map(MapOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind_ports(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    if (options_.set.empty() && options_.drop.empty() && options_.rename.empty() && options_.cast.empty())
      return weir::Status::invalid("one of set, drop, rename and cast is needed");
    weir::Program program = weir::Program::keep_all(input);
    for (const auto& [name, expression] : options_.set) program.set(name, expression);
    casts_.clear();
    for (const auto& [name, type] : options_.cast) WEIR_RETURN_IF_ERROR(check_cast(name, type, program));
    for (const weir::ColumnRef& column : options_.drop) program.drop(column.name);
    for (const auto& [name, type] : options_.cast) WEIR_RETURN_IF_ERROR(place_cast(name, type, program));
    for (const auto& [name, to] : options_.rename) {
      WEIR_RETURN_IF_ERROR(check_rename(name, input));
      program.rename(name, to.text);
    }
    WEIR_RETURN_IF_ERROR(check_names(program));
    program_ = std::move(program);
    return casts_.empty() ? program_->binding() : cast_binding();
  }
  const weir::Program* program() const override { return program_ && casts_.empty() ? &*program_ : nullptr; }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    weir::RowErrors errors;
    std::vector<weir::Column> columns;
    for (const weir::Program::Item& item : program_->items()) {
      weir::Column made = batch.column(item.source);
      if (item.expression) {
        WEIR_ASSIGN_OR_RETURN(made, item.expression.evaluate(batch, errors));
      }
      columns.push_back(std::move(made));
    }
    for (const Cast& cast : casts_)
      columns[cast.item] = weir::basic::cast_column(*columns[cast.item], cast.type, cast.name, errors);
    weir::Batch made = weir::Batch::make(*batch, columns);
    if (!errors.is_empty()) {
      emitter.reject(batch, errors);
      made = made.select(errors.good_rows(batch.row_count()));
    }
    emitter.emit(std::move(made));
    return weir::Progress::done();
  }

 private:
  struct Cast {
    size_t item;  // Among the program's items.
    weir::DataType type;
    std::string name;
  };

  static weir::Status check_cast(const std::string& name, const weir::DataType& to,
                                 const weir::Program& program) {
    std::string known;
    for (const weir::Program::Item& item : program.items()) {
      const weir::Field& field = item.output.field;
      known += (known.empty() ? "" : ", ") + field.name;
      if (field.name != name) continue;
      if (weir::basic::can_cast(field.type, to)) return {};
      return weir::Status::invalid("cast: column '" + name + "' is " + field.type.to_string() +
                                   "; write set: {" + name + ": \"CAST(" + name + " AS " + to.to_string() +
                                   ")\"}");
    }
    return weir::Status::invalid("cast: no column '" + name + "' (" + known + ")");
  }
  weir::Status place_cast(const std::string& name, const weir::DataType& to, const weir::Program& program) {
    for (size_t i = 0; i < program.items().size(); ++i)
      if (program.items()[i].output.field.name == name) {
        casts_.push_back({i, to, name});
        return {};
      }
    return weir::Status::invalid("cast: column '" + name + "' is dropped as well");
  }
  weir::Binding cast_binding() const {
    weir::Binding binding = program_->binding();
    weir::OutputPort& port = binding.output(0);
    std::vector<weir::ColumnId> read;
    for (const Cast& cast : casts_) {
      weir::OutputColumn& column = port.columns[cast.item];
      const bool is_kept = column.field.type == cast.type;
      column.field.type = cast.type;
      column.field.nullable = true;
      if (is_kept) continue;
      column.derivation = weir::Derivation::kDerived;
      if (port.event_time == static_cast<int>(cast.item)) port.event_time = -1;
      // A value that cannot be cast rejects its row, whether the column is wanted or not.
      read.insert(read.end(), column.from.begin(), column.from.end());
    }
    for (const weir::Program::Item& item : program_->items())
      if (item.expression) read.insert(read.end(), item.output.from.begin(), item.output.from.end());
    return binding.reads(read);
  }
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

  const MapOptions options_;
  std::optional<weir::Program> program_;
  std::vector<Cast> casts_;
};

}  // namespace

WEIR_TRANSFORM(
    Map, MapOptions, "map", "Add, replace, cast, rename and drop columns.",
    weir::description("Every expression reads the input's columns as they came. Columns keep their "
                      "order; new ones stand at the end, in the order of `set`."),
    weir::example("in_seconds: {type: map, inputs: events, set: {latency_s: \"latency_ms / 1000\"}, "
                  "drop: [latency_ms]}"),
    weir::optional("set", &MapOptions::set, "New columns, or new values for those that are there.",
                   weir::example_value("{latency_s: \"latency_ms / 1000\"}")),
    weir::optional("drop", &MapOptions::drop, "Columns to leave out.", weir::example_value("[raw]")),
    weir::optional("rename", &MapOptions::rename, "New names, by the old ones.",
                   weir::example_value("{ts: seen_at}")),
    weir::optional("cast", &MapOptions::cast,
                   "Types that columns get, by name: bools, numbers and texts one as the other, dates and "
                   "timestamps too. A value that does not fit rejects its row.",
                   weir::example_value("{status: int32}")));
