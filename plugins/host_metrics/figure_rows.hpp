#pragma once
// Rows of figures: what is measured, of which part, when. The sources that measure have them in common, so
// that `merge` brings their rows together.
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include <weir/batch.hpp>
#include <weir/builder.hpp>
#include <weir/schema.hpp>

namespace weir::figures {

/// time, metric ("cpu.user"), instance ("cpu0"; empty: the whole), value, unit.
inline Schema schema() {
  Schema made;
  made.fields = {{"time", Type::kTimestamp, false},
                 {"metric", Type::kString, false},
                 {"instance", Type::kString, false},
                 {"value", Type::kFloat64, false},
                 {"unit", Type::kString, false}};
  return made;
}

/// The rows of one reading.
class FigureRows {
 public:
  explicit FigureRows(int64_t time_us) : time_us_(time_us) {}

  void add(std::string_view metric, std::string_view instance, double value, std::string_view unit) {
    times_.append(time_us_);
    metrics_.append(metric);
    instances_.append(instance);
    values_.append(value);
    units_.append(unit);
    ++count_;
  }
  int64_t count() const { return count_; }
  Batch take() && {
    const std::array columns = {std::move(times_).finish(), std::move(metrics_).finish(),
                                std::move(instances_).finish(), std::move(values_).finish(),
                                std::move(units_).finish()};
    return Batch::make(static_cast<size_t>(count_), columns);
  }

 private:
  const int64_t time_us_;
  int64_t count_ = 0;
  ColumnBuilder<int64_t> times_{Type::kTimestamp};
  DictionaryBuilder metrics_, instances_, units_;
  ColumnBuilder<double> values_;
};

}  // namespace weir::figures
