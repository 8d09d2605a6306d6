#pragma once
// The way out of `retention`: cells become rows.
#include <utility>
#include <vector>

#include <weir/builder.hpp>
#include <weir/emitter.hpp>

#include "behaviour_rows.hpp"
#include "retention_table.hpp"

namespace weir::behaviour {

/// Grows cell by cell.
class RetentionRows {
 public:
  /// Period n of a cohort.
  void append(const CohortCounts& cohort, size_t n, bool complete) {
    periods_.append(static_cast<int64_t>(n));
    users_.append(cohort.users[n]);
    returned_.append(cohort.returned[n]);
    rates_.append(static_cast<double>(cohort.returned[n]) / static_cast<double>(cohort.users[n]));
    is_complete_.append(complete);
  }
  /// Emits them all behind the columns that name their cohorts, which are as long.
  void give(std::vector<Column> cohort_columns, Emitter& emitter) {
    const size_t count = periods_.size();
    cohort_columns.push_back(std::move(periods_).finish());
    cohort_columns.push_back(std::move(users_).finish());
    cohort_columns.push_back(std::move(returned_).finish());
    cohort_columns.push_back(std::move(rates_).finish());
    cohort_columns.push_back(std::move(is_complete_).finish());
    emitter.emit(new_batch(cohort_columns, count));
  }

 private:
  ColumnBuilder<int64_t> periods_;
  ColumnBuilder<int64_t> users_;
  ColumnBuilder<int64_t> returned_;
  ColumnBuilder<double> rates_;
  BoolBuilder is_complete_;
};

}  // namespace weir::behaviour
