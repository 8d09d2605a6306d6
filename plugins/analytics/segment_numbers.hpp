#pragma once
// Small numbers for the values of some columns, so that each row of state need not hold the values.
#include <cstdint>
#include <string>
#include <vector>

#include <weir/state.hpp>

namespace weir::behaviour {

/// A number for each combination of values, from 0, in host-kept state; without columns there is one
/// combination. It is given once and never forgotten: columns with few values, such as countries, are meant.
///
/// Threads: one instance's.
class SegmentNumbers {
 public:
  struct Slot {
    uint64_t number_from_1;  ///< 0: new.
  };
  using Portion = ValueState<Slot>::Portion;

  explicit SegmentNumbers(std::string state_name) : slots_(std::move(state_name)) {}
  /// Called in bind(). Without fields there is no state.
  void declare(std::vector<Field> fields, Binding& binding) {
    has_columns_ = !fields.empty();
    if (!has_columns_) return;
    slots_.spec().keys = std::move(fields);
    slots_.declare(binding);
  }
  bool has_columns() const { return has_columns_; }
  /// Fills `numbers` with one for each of the keys.
  Status find(weir_context* context, const Keys& keys, std::vector<uint32_t>& numbers) {
    numbers.assign(keys.size(), 0);
    if (!has_columns_ || keys.size() == 0) return {};
    if (!is_counted_) WEIR_RETURN_IF_ERROR(count(context));
    WEIR_ASSIGN_OR_RETURN(const auto slots, slots_.find_or_insert(context, keys));
    for (size_t i = 0; i < slots.size(); ++i) {
      if (slots[i]->number_from_1 == 0) slots[i]->number_from_1 = ++count_;
      numbers[i] = static_cast<uint32_t>(slots[i]->number_from_1 - 1);
    }
    return {};
  }
  /// The next combinations in the order of their values; none: there are no more. `*cursor` begins as 0.
  /// Needs: has_columns().
  Result<Portion> scan(weir_context* context, size_t max_rows, uint64_t* cursor) {
    return slots_.scan(context, INT64_MAX, max_rows, cursor);
  }

 private:
  /// After a restart they are in the state alone.
  Status count(weir_context* context) {
    constexpr size_t kPortionRows = 8192;
    uint64_t cursor = 0;
    for (;;) {
      WEIR_ASSIGN_OR_RETURN(const Portion some, slots_.scan(context, INT64_MAX, kPortionRows, &cursor));
      if (some.slots.size() == 0) break;
      for (size_t i = 0; i < some.slots.size(); ++i) count_ = std::max(count_, some.slots[i]->number_from_1);
    }
    is_counted_ = true;
    return {};
  }

  ValueState<Slot> slots_;
  bool has_columns_ = false;
  bool is_counted_ = false;
  uint64_t count_ = 0;
};

}  // namespace weir::behaviour
