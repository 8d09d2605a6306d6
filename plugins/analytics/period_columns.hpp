#pragma once
// The columns that `compare` adds: for each value and period what was before, the difference, and why there
// is none.
#include <string>
#include <vector>

#include <weir/binding.hpp>
#include <weir/builder.hpp>

#include "amounts.hpp"
#include "counterparts.hpp"

namespace weir::analytics {

/// What is known of the earlier window of a row, whichever the value.
enum class Base {
  kThere,
  kAbsent,        ///< The group has no row for it.
  kNoSuchWindow,  ///< The calendar has none.
  kOpen,          ///< It may still get its final row.
  kPartial,       ///< It is there, and the row's own window is not over: they are not alike.
};

/// One column of numbers that is compared.
struct ComparedValue {
  size_t column = 0;  ///< Of the input.
  std::string name;
  AmountType type;
};

/// The word in a column's name.
std::string_view name_of(PeriodBefore period);

/// The columns of one value and one period, in this order: `<value>_<period>_before`, `_change`, `_relative`
/// and `_base`.
std::vector<Field> fields_of(const ComparedValue& value, PeriodBefore period);

/// Returns columns for fields_of(). `now` and `before` by row; `before` is not looked at where no base is
/// there.
std::vector<Column> compared(const ComparedValue& value, std::span<const Amount> now,
                             std::span<const Amount> before, std::span<const Base> bases);

}  // namespace weir::analytics
