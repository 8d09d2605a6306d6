#pragma once
// Rows that wait in the host's state until their window is over, and are then read portion by portion.
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <weir/builder.hpp>
#include <weir/state.hpp>

namespace weir::behaviour {

/// All rows of a window under one key would come back as one batch, however many they are; so they are
/// numbered, and each portion of them is a key.
///
/// Threads: one instance's.
class KeptRows {
 public:
  static constexpr uint64_t kPortionRows = 4096;
  /// How much is kept of a window.
  struct Window {
    uint64_t row_count;
    int64_t start;  ///< [us] The least that its rows named.
  };

  /// Called in bind().
  void declare(const Schema& rows, Binding& binding) {
    rows_.spec().keys = {{"portion", Type::kInt64, false}};
    rows_.spec().values = rows.fields;
    rows_.declare(binding);
    windows_.declare(binding);
  }
  /// Keeps these rows of the batch, each under the end of its window.
  Status append(weir_context* context, const Batch& batch, std::span<const uint32_t> rows,
                std::span<const int64_t> starts, std::span<const int64_t> ends) {
    if (rows.empty()) return {};
    Keys of_windows(std::span<const weir_column* const>(), rows.size());
    of_windows.namespaces(ends);
    WEIR_ASSIGN_OR_RETURN(const Slots<Window> windows, windows_.find_or_insert(context, of_windows));
    ColumnBuilder<int64_t> portions(batch.row_count());
    for (size_t i = 0; i < rows.size(); ++i) {
      Window& window = *windows[i];
      window.start = window.row_count == 0 ? starts[i] : std::min(window.start, starts[i]);
      portions.values()[rows[i]] = static_cast<int64_t>(window.row_count++ / kPortionRows);
    }
    const Column column = std::move(portions).finish();
    const weir_column* const raw = column.get();
    Keys keys(std::span(&raw, 1), batch.row_count());
    keys.rows(rows).namespaces(ends);
    return rows_.append(context, keys, batch);
  }
  /// Returns the end of the earliest window that has rows, `none` when there is none.
  Result<int64_t> earliest_end(weir_context* context, int64_t none) {
    uint64_t cursor = 0;
    WEIR_ASSIGN_OR_RETURN(const auto first, windows_.scan(context, INT64_MAX, 1, &cursor));
    return first.slots.size() == 0 ? none : first.namespaces[0];
  }
  /// Returns what is kept of the window that ends there; no rows when there is none.
  Result<Window> window(weir_context* context, int64_t end) {
    Keys key(std::span<const weir_column* const>(), 1);
    const std::vector<int64_t> ends = {end};
    key.namespaces(ends);
    WEIR_ASSIGN_OR_RETURN(const Slots<Window> found, windows_.find(context, key));
    return found[0] == nullptr ? Window{} : *found[0];
  }
  /// Returns the columns of a portion's rows, in the order in which they came. Portions of a window are
  /// numbered from 0, and full but for the last.
  Result<std::vector<Column>> portion(weir_context* context, int64_t end, uint64_t number) {
    ColumnBuilder<int64_t> numbers;
    numbers.append(static_cast<int64_t>(number));
    const Column column = std::move(numbers).finish();
    const weir_column* const raw = column.get();
    const std::vector<int64_t> ends = {end};
    WEIR_ASSIGN_OR_RETURN(const Batch rows, rows_.read(context, Keys(std::span(&raw, 1), 1), ends, ends));
    std::vector<Column> columns = rows.columns();
    columns.erase(columns.begin(), columns.begin() + 2);  // The asking row and the namespace.
    return columns;
  }
  /// Forgets the windows up to this end.
  Status remove_upto(weir_context* context, int64_t end) {
    WEIR_RETURN_IF_ERROR(rows_.remove_upto(context, end));
    return windows_.remove_upto(context, end);
  }

 private:
  ListState rows_{"rows", {}};
  ValueState<Window> windows_{"windows"};
};

}  // namespace weir::behaviour
