#include "join_plan.hpp"

#include <algorithm>
#include <set>

namespace weir::streams {
namespace {

std::string names_of(const Schema& schema) {
  std::string list;
  for (const Field& field : schema.fields) list += (list.empty() ? "" : ", ") + field.name;
  return list;
}

Status find_keys(const JoinOptions& options, std::span<const Input> inputs, JoinPlan& plan) {
  const Schema& left = inputs[kLeftInput].schema;
  const Schema& right = inputs[kRightInput].schema;
  if (const auto* const sides = std::get_if<JoinSides>(&options.on)) {
    plan.keys = {sides->left, sides->right};
  } else {
    plan.keys[kLeftInput] = std::get<std::vector<ColumnRef>>(options.on);
    for (const ColumnRef& ref : plan.keys[kLeftInput]) {
      const auto found = right.find(ref.name);
      if (!found)
        return Status::invalid("on: the right input has no column '" + ref.name + "' (" + names_of(right) +
                               "); where the names differ say on: {left: [" + ref.name + "], right: [...]}");
      plan.keys[kRightInput].push_back({*found, ref.name});
    }
  }
  if (plan.keys[kLeftInput].empty()) return Status::invalid("on: at least one column is needed");
  if (plan.keys[kLeftInput].size() != plan.keys[kRightInput].size())
    return Status::invalid("on: " + std::to_string(plan.keys[kLeftInput].size()) +
                           " columns of the left and " + std::to_string(plan.keys[kRightInput].size()) +
                           " of the right cannot be compared");
  for (size_t i = 0; i < plan.keys[kLeftInput].size(); ++i) {
    const Field& a = left[plan.keys[kLeftInput][i].index];
    const Field& b = right[plan.keys[kRightInput][i].index];
    if (!(a.type == b.type))
      return Status::invalid("on: '" + a.name + "' is " + a.type.to_string() + " on the left and '" + b.name +
                             "' is " + b.type.to_string() +
                             " on the right; make them one type with a map before");
    if (a.type.type >= Type::kList)
      return Status::invalid("on: '" + a.name + "' is " + a.type.to_string() + ", which cannot be a key");
  }
  return {};
}

Status find_way(const JoinOptions& options, std::span<const Input> inputs, JoinPlan& plan) {
  const int said = (options.within ? 1 : 0) + (options.as_of ? 1 : 0) + (options.table ? 1 : 0);
  if (said > 1)
    return Status::invalid("within: 'within', 'as_of' and 'table' are three kinds of join; choose one");
  if (options.within) {
    plan.way = JoinWay::kInterval;
    const auto* const both = std::get_if<Duration>(&*options.within);
    const JoinWithin given =
        both != nullptr ? JoinWithin{*both, *both} : std::get<JoinWithin>(*options.within);
    plan.before_us = given.before.count();
    plan.after_us = given.after.count();
  }
  if (options.as_of) plan.way = JoinWay::kAsOf;
  if (options.table) plan.way = JoinWay::kTable;
  if (said == 0 && !(inputs[kLeftInput].is_bounded && inputs[kRightInput].is_bounded))
    return Status::invalid(
        "within: an input never ends, so every row would be kept for ever; say within: {after: 1h} for right "
        "rows "
        "near the left one, as_of: true for the last one at its time, or table: true for the last one there "
        "is");
  const bool is_one_to_one = plan.way == JoinWay::kAsOf || plan.way == JoinWay::kTable;
  if (is_one_to_one && (options.kind == JoinKind::kRight || options.kind == JoinKind::kFull))
    return Status::invalid(
        "kind: with 'as_of' and 'table' each left row is answered once and right rows are never given alone; "
        "expected inner or left");
  plan.kind = options.kind;
  for (const Input& input : inputs)
    if (plan.needs_time() && input.schema.event_time < 0)
      return Status::invalid("the input '" + input.port_name +
                             "' carries no event time; declare event_time at a node before it, for example "
                             "event_time: {column: ts}");
  return {};
}

Status name_columns(const JoinOptions& options, std::span<const Input> inputs, JoinPlan& plan) {
  const auto is_key = [&](size_t side, size_t column) {
    return std::ranges::any_of(plan.keys[side],
                               [column](const ColumnRef& key) { return key.index == column; });
  };
  std::set<std::string> names;
  for (uint32_t i = 0; i < inputs[kLeftInput].schema.size(); ++i) {
    OutputColumn made{inputs[kLeftInput].schema[i], Derivation::kSame, {ColumnId(kLeftInput, i)}};
    names.insert(made.field.name);
    if (plan.keeps_lone(kRightInput)) {
      if (!is_key(kLeftInput, i)) made.field.nullable = true;
      for (size_t key = 0; key < plan.keys[kLeftInput].size(); ++key) {
        if (plan.keys[kLeftInput][key].index != i) continue;
        const auto right = static_cast<size_t>(plan.keys[kRightInput][key].index);
        made.field.nullable = made.field.nullable || inputs[kRightInput].schema[right].nullable;
        made.derivation = Derivation::kDerived;
        made.from.emplace_back(kRightInput, static_cast<uint32_t>(plan.keys[kRightInput][key].index));
      }
    }
    plan.output.push_back(std::move(made));
  }
  for (uint32_t i = 0; i < inputs[kRightInput].schema.size(); ++i) {
    if (is_key(kRightInput, i)) continue;
    OutputColumn made{inputs[kRightInput].schema[i], Derivation::kSame, {ColumnId(kRightInput, i)}};
    made.field.name = options.prefix + made.field.name;
    if (plan.keeps_lone(kLeftInput)) made.field.nullable = true;
    if (!names.insert(made.field.name).second)
      return Status::invalid("two columns of its output would be called '" + made.field.name +
                             "'; put something before the names of the right input's columns, for example "
                             "prefix: right_");
    plan.output.push_back(std::move(made));
  }
  return {};
}

}  // namespace

Result<JoinPlan> plan_join(const JoinOptions& options, std::span<const Input> inputs) {
  JoinPlan plan;
  WEIR_RETURN_IF_ERROR(find_keys(options, inputs, plan));
  WEIR_RETURN_IF_ERROR(find_way(options, inputs, plan));
  WEIR_RETURN_IF_ERROR(name_columns(options, inputs, plan));
  return plan;
}

}  // namespace weir::streams
