// What `aggregate` answers before any data.
#include <set>

#include "aggregate_input.hpp"

namespace weir::aggregates {
namespace {

/// The first name that two columns have, or nothing.
std::optional<std::string> repeated_name(const OutputPort& port) {
  std::set<std::string> seen;
  for (const OutputColumn& column : port.columns)
    if (!seen.insert(column.field.name).second) return column.field.name;
  return std::nullopt;
}

OutputColumn computed_column(const Computed& computed) {
  OutputColumn made{computed.result(), Derivation::kAggregated, {}};
  for (const uint32_t column : computed.columns()) made.from.emplace_back(0, column);
  return made;
}

Schema partial_schema(const std::vector<GroupKey>& keys, const SlotLayout& layout, const Windows& windows) {
  Schema made;
  for (const GroupKey& key : keys) made.fields.push_back(key.output.field);
  made.fields.push_back({"window_end", Type::kTimestamp, false});
  if (windows.kind() == Windows::Kind::kSliding)
    made.fields.push_back({"window_start", Type::kTimestamp, false});
  if (windows.kind() == Windows::Kind::kSession)
    for (const char* name : {"session_first", "session_last"})
      made.fields.push_back({name, Type::kTimestamp, false});
  for (const Field& field : layout.partial) made.fields.push_back(field);
  return made;
}

/// Everything that is read whatever of the output is wanted: groups and late rows depend on it.
std::vector<ColumnId> columns_read(const Schema& input, const std::vector<GroupKey>& keys,
                                   const SlotLayout& layout) {
  std::vector<ColumnId> read;
  for (const GroupKey& key : keys) read.insert(read.end(), key.output.from.begin(), key.output.from.end());
  for (const Computed& computed : layout.computed)
    for (const uint32_t column : computed.columns()) read.emplace_back(0, column);
  if (input.event_time >= 0) read.emplace_back(0, static_cast<uint32_t>(input.event_time));
  return read;
}

}  // namespace

Result<Binding> bound_aggregate(const Schema& input, const std::vector<GroupKey>& keys,
                                const SlotLayout& layout, const Windows& windows, Revisions revisions) {
  Binding binding = Binding::unknown({});
  OutputPort& out = binding.output(0);
  if (windows.kind() != Windows::Kind::kNone) {
    const ColumnId time(0, static_cast<uint32_t>(input.event_time));
    for (const char* name : {"window_start", "window_end"})
      out.columns.push_back({{name, Type::kTimestamp, false}, Derivation::kDerived, {time}});
    out.event_time = windows.gives_event_time() ? 0 : -1;
  }
  bool has_only_columns = true;
  std::vector<ColumnRef> key_columns;
  for (const GroupKey& key : keys) {
    out.columns.push_back(key.output);
    has_only_columns = has_only_columns && key.is_column();
    key_columns.push_back({key.column, key.output.field.name});
  }
  for (const Computed& computed : layout.computed) out.columns.push_back(computed_column(computed));
  if (revisions == Revisions::kYes) {
    out.columns.push_back({{"is_final", Type::kBool, false}, Derivation::kAggregated, {}});
    out.columns.push_back({{"revision", Type::kInt64, false}, Derivation::kAggregated, {}});
    out.revises = true;
  }
  if (const auto name = repeated_name(out))
    return Status::invalid("two columns of its output would be called '" + *name + "'");
  binding.add_kept_output(input);
  binding.reads(columns_read(input, keys, layout));
  binding.partial(partial_schema(keys, layout, windows));
  // Keys that are computed here are not there yet when rows are exchanged: one copy then ends what the
  // partial ones began.
  if (has_only_columns) binding.key_by(key_columns);
  if (!has_only_columns || keys.empty()) binding.single_copy();
  if (windows.kind() != Windows::Kind::kNone) binding.needs_row_watermark();
  return binding;
}

}  // namespace weir::aggregates
