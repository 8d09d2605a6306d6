#pragma once
// The numbers that the rules of an alert look at, and the silences that match, for each row of a batch.
#include <algorithm>
#include <cmath>
#include <vector>

#include <weir/batch.hpp>
#include <weir/numbers.hpp>
#include <weir/row_errors.hpp>

#include "alert_rule.hpp"

namespace weir::analytics {

class Readings {
 public:
  /// Rows whose expressions fail are added to `errors`.
  Status read(const Batch& batch, const NamedList<AlertRule>& rules, const std::vector<Silence>& silences,
              RowErrors& errors) {
    values_.resize(rules.size());
    for (size_t i = 0; i < rules.size(); ++i)
      WEIR_RETURN_IF_ERROR(read_rule(batch, rules[i].second, errors, values_[i]));
    silences_.assign(batch.row_count(), 0);
    for (size_t i = 0; i < silences.size(); ++i) {
      const uint64_t bit = uint64_t{1} << i;
      if (!silences[i].where) {
        for (uint64_t& mask : silences_) mask |= bit;
        continue;
      }
      WEIR_ASSIGN_OR_RETURN(const Column matches, silences[i].where->evaluate(batch, errors));
      const BoolColumn view(*matches.get());
      for (size_t row = 0; row < view.size(); ++row)
        if (!view.is_null(row) && view[row]) silences_[row] |= bit;
    }
    return {};
  }
  double value(size_t rule, size_t row) const { return values_[rule].empty() ? 0 : values_[rule][row]; }
  uint64_t silences(size_t row) const { return silences_[row]; }

 private:
  Status read_rule(const Batch& batch, const AlertRule& rule, RowErrors& errors, std::vector<double>& out) {
    out.clear();
    if (rule.value) {
      WEIR_ASSIGN_OR_RETURN(const Column column, rule.value->evaluate(batch, errors));
      read_doubles(*column.get(), out);
    } else if (rule.burn) {
      read_doubles(batch.raw_column(rule.burn->long_window.index), out);
      read_doubles(batch.raw_column(rule.burn->short_window.index), other_);
      for (size_t row = 0; row < out.size(); ++row)
        if (std::isnan(other_[row]) || other_[row] < out[row]) out[row] = other_[row];
    }
    return {};
  }

  std::vector<std::vector<double>> values_;  // By rule; empty for `absent`.
  std::vector<uint64_t> silences_;
  std::vector<double> other_;
};

}  // namespace weir::analytics
