#include "notice_binding.hpp"

namespace weir::analytics {
namespace {

enum class From { kRule, kKeys, kRows };
struct NoticeColumn {
  const char* name;
  Type type;
  From from;
};
// In the order of notice_rows(); the group's columns stand between the two.
constexpr NoticeColumn kHead[] = {{"incident", Type::kString, From::kKeys},
                                  {"state", Type::kString, From::kRule},
                                  {"rule", Type::kString, From::kRule},
                                  {"severity", Type::kString, From::kRule}};
constexpr NoticeColumn kTail[] = {
    {"key", Type::kString, From::kKeys},        {"value", Type::kFloat64, From::kRows},
    {"threshold", Type::kFloat64, From::kRule}, {"started_at", Type::kTimestamp, From::kRows},
    {"at", Type::kTimestamp, From::kRows},      {"members", Type::kInt64, From::kRows},
    {"sentence", Type::kString, From::kRows}};

}  // namespace

Result<Binding> bind_notices(const Schema& input, const std::vector<ColumnRef>& by,
                             const std::vector<size_t>& group, std::vector<ColumnId> read) {
  const std::vector<ColumnId> keys(by.begin(), by.end());
  read.insert(read.end(), keys.begin(), keys.end());
  Binding binding = Binding::unknown({});
  OutputPort& out = binding.output(0);
  const auto add = [&](const NoticeColumn& column) {
    std::vector<ColumnId> from;
    if (column.from == From::kKeys) from = keys;
    if (column.from == From::kRows) from = read;
    out.columns.push_back({{column.name, column.type, false}, Derivation::kAggregated, std::move(from)});
  };
  for (const NoticeColumn& column : kHead) add(column);
  for (const size_t place : group)
    out.columns.push_back({input[by[place].index], Derivation::kSame, {ColumnId(by[place])}});
  for (const NoticeColumn& column : kTail) add(column);
  for (const size_t place : group) {
    const std::string& name = input[by[place].index].name;
    size_t count = 0;
    for (const OutputColumn& column : out.columns) count += column.field.name == name ? 1 : 0;
    if (count > 1)
      return Status::invalid("by: a notice has a column '" + name +
                             "' of its own; rename the input's in a map before");
  }
  binding.reads(read);
  return binding;
}

}  // namespace weir::analytics
