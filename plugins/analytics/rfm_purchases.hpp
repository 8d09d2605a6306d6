#pragma once
// What each customer has bought so far, in the host's state.
#include <cstdint>
#include <span>
#include <vector>

#include <weir/state.hpp>

#include "amounts.hpp"
#include "marked_rows.hpp"

namespace weir::behaviour {

/// Sums of rows. Kept for each customer.
struct Purchases {
  int64_t last_time;  ///< [us]
  int64_t count;      ///< Different purchases.
  int64_t rows;       ///< 0: nothing was added.
  analytics::Total amount;

  void add_row(int64_t time, const analytics::Amount& of_row);
  void add(const Purchases& other);
};

/// Rows wait under the end of their period until it is over; then they are added to what was before, so that
/// the sums of a period hold no row of a later one, in whatever order rows came.
///
/// Threads: one instance's.
class PurchaseState {
 public:
  /// Some customers and what they have bought. Borrows: until the next call.
  using Portion = ValueState<Purchases>::Portion;

  /// Called in bind(). The first carried column of rows is the amount; with `purchase` the second says which
  /// rows are one purchase, without each row is one.
  void declare(const std::vector<Field>& customer, const Field& amount, const Field* purchase,
               Binding& binding);
  Status keep(weir_context* context, const MarkedRows& marked, std::span<const int64_t> period_ends);
  /// Adds a portion of the period that ends then. Returns whether there is more; `cursor` begins as 0.
  Result<bool> add_portion(weir_context* context, int64_t period_end, uint64_t& cursor);
  /// The next customers, in their order; none: there are no more. `cursor` begins as 0.
  Result<Portion> scan(weir_context* context, uint64_t& cursor);

  const analytics::AmountType& amount_type() const { return amount_type_; }

 private:
  static constexpr size_t kPortionKeys = 4096;

  struct Mark {
    uint64_t is_set;
  };
  Result<bool> add_sums(weir_context* context, int64_t period_end, uint64_t& cursor);
  Result<bool> count_purchases(weir_context* context, int64_t period_end, uint64_t& cursor);

  analytics::AmountType amount_type_;
  size_t customer_columns_ = 0;
  bool has_purchases_ = false;
  ValueState<Purchases> waiting_{"waiting"};
  ValueState<Mark> waiting_purchases_{"waiting_purchases"};  // By customer and purchase, as purchases_.
  ValueState<Mark> purchases_{"purchases"};
  ValueState<Purchases> customers_{"customers"};
  bool are_sums_added_ = false;  // Of the period that is being added.
};

}  // namespace weir::behaviour
