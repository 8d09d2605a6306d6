#pragma once
// Segments by rules: the first whose condition is true.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <weir/batch.hpp>
#include <weir/builder.hpp>
#include <weir/row_errors.hpp>

#include "segment_options.hpp"

namespace weir::behaviour {

/// Threads: one instance's.
class SegmentRules {
 public:
  SegmentRules(std::vector<SegmentRule> rules, std::string otherwise)
      : rules_(std::move(rules)), otherwise_(std::move(otherwise)) {}

  std::vector<ColumnId> columns_read() const {
    std::vector<ColumnId> read;
    for (const SegmentRule& rule : rules_)
      for (const uint32_t column : rule.when.columns()) read.emplace_back(0, column);
    return read;
  }
  /// Returns the name of each row's segment. A condition that is null is not true; one that fails at a row
  /// that no rule before has taken is the row's fault.
  Result<Column> names(const Batch& batch, RowErrors& errors) {
    const auto none = static_cast<uint32_t>(rules_.size());
    rule_of_.assign(batch.row_count(), none);
    for (uint32_t rule = 0; rule < rules_.size(); ++rule) {
      RowErrors found;
      WEIR_ASSIGN_OR_RETURN(const Column made, rules_[rule].when.evaluate(batch, found));
      const BoolColumn holds(*made);
      for (const RowErrors::Fault& fault : found.faults()) {
        if (rule_of_[fault.row] != none) continue;
        errors.add(fault.row, fault.code, fault.message, fault.column);
        rule_of_[fault.row] = kFaulty;
      }
      for (size_t row = 0; row < rule_of_.size(); ++row)
        if (rule_of_[row] == none && !holds.is_null(row) && holds[row]) rule_of_[row] = rule;
    }
    return column();
  }

 private:
  static constexpr uint32_t kFaulty = UINT32_MAX;

  Column column() const {
    DictionaryBuilder made;
    std::vector<int32_t> codes;
    for (const SegmentRule& rule : rules_) codes.push_back(made.code_of(rule.name));
    codes.push_back(made.code_of(otherwise_));
    for (const uint32_t rule : rule_of_) made.append_code(codes[std::min<size_t>(rule, rules_.size())]);
    return std::move(made).finish();
  }

  const std::vector<SegmentRule> rules_;
  const std::string otherwise_;
  std::vector<uint32_t> rule_of_;  // By row. Used again for each batch.
};

}  // namespace weir::behaviour
