#include "rfm_purchases.hpp"

#include <algorithm>
#include <cmath>

namespace weir::behaviour {

using analytics::Amount;

void Purchases::add_row(int64_t time, const Amount& of_row) {
  last_time = rows == 0 ? time : std::max(last_time, time);
  ++rows;
  if (!std::isnan(of_row.real)) amount.add(of_row);
}

void Purchases::add(const Purchases& other) {
  last_time = rows == 0 ? other.last_time : std::max(last_time, other.last_time);
  count += other.count;
  rows += other.rows;
  amount.add(other.amount.amount());
}

void PurchaseState::declare(const std::vector<Field>& customer, const Field& amount, const Field* purchase,
                            Binding& binding) {
  amount_type_ = analytics::AmountType(amount.type);
  customer_columns_ = customer.size();
  has_purchases_ = purchase != nullptr;
  for (ValueState<Purchases>* const state : {&waiting_, &customers_}) {
    state->spec().keys = customer;
    state->declare(binding);
  }
  if (!has_purchases_) return;
  std::vector<Field> keys = customer;
  keys.push_back(*purchase);
  for (ValueState<Mark>* const state : {&waiting_purchases_, &purchases_}) {
    state->spec().keys = keys;
    state->declare(binding);
  }
}

Status PurchaseState::keep(weir_context* context, const MarkedRows& marked,
                           std::span<const int64_t> period_ends) {
  const std::vector<Amount> amounts = amount_type_.read(marked.batch.raw_column(marked.carried[0].index));
  Keys keys(marked.batch, marked.keys);
  keys.rows(marked.rows).namespaces(period_ends);
  WEIR_ASSIGN_OR_RETURN(const Slots<Purchases> slots, waiting_.find_or_insert(context, keys));
  for (size_t i = 0; i < slots.size(); ++i) {
    slots[i]->add_row(marked.times[i], amounts[marked.rows[i]]);
    if (!has_purchases_) ++slots[i]->count;
  }
  if (!has_purchases_) return {};
  std::vector<ColumnRef> columns = marked.keys;
  columns.push_back(marked.carried[1]);
  Keys purchases(marked.batch, columns);
  purchases.rows(marked.rows).namespaces(period_ends);
  return waiting_purchases_.find_or_insert(context, purchases).status();
}

Result<bool> PurchaseState::add_portion(weir_context* context, int64_t period_end, uint64_t& cursor) {
  if (!are_sums_added_) {
    WEIR_ASSIGN_OR_RETURN(const bool is_more, add_sums(context, period_end, cursor));
    if (is_more) return true;
    WEIR_RETURN_IF_ERROR(waiting_.remove_upto(context, period_end));
    are_sums_added_ = true;
    cursor = 0;
  }
  if (has_purchases_) {
    WEIR_ASSIGN_OR_RETURN(const bool is_more, count_purchases(context, period_end, cursor));
    if (is_more) return true;
    WEIR_RETURN_IF_ERROR(waiting_purchases_.remove_upto(context, period_end));
  }
  are_sums_added_ = false;
  return false;
}

Result<bool> PurchaseState::add_sums(weir_context* context, int64_t period_end, uint64_t& cursor) {
  WEIR_ASSIGN_OR_RETURN(const auto some, waiting_.scan(context, period_end, kPortionKeys, &cursor));
  const size_t count = some.slots.size();
  if (count == 0) return false;
  std::vector<const weir_column*> columns;
  for (const Column& key : some.keys) columns.push_back(key.get());
  WEIR_ASSIGN_OR_RETURN(const Slots<Purchases> customers,
                        customers_.find_or_insert(context, Keys(columns, count)));
  for (size_t i = 0; i < count; ++i) customers[i]->add(*some.slots[i]);
  return true;
}

/// A purchase whose rows lie in several periods counts in the first.
Result<bool> PurchaseState::count_purchases(weir_context* context, int64_t period_end, uint64_t& cursor) {
  WEIR_ASSIGN_OR_RETURN(const auto some, waiting_purchases_.scan(context, period_end, kPortionKeys, &cursor));
  const size_t count = some.slots.size();
  if (count == 0) return false;
  std::vector<const weir_column*> columns;
  for (const Column& key : some.keys) columns.push_back(key.get());
  WEIR_RETURN_IF_ERROR(purchases_.find_or_insert(context, Keys(columns, count)).status());
  const auto of_customer = std::span<const weir_column* const>(columns).first(customer_columns_);
  WEIR_ASSIGN_OR_RETURN(const Slots<Purchases> customers,
                        customers_.find_or_insert(context, Keys(of_customer, count)));
  for (size_t i = 0; i < count; ++i)
    if (purchases_.was_inserted(i)) ++customers[i]->count;
  return true;
}

Result<PurchaseState::Portion> PurchaseState::scan(weir_context* context, uint64_t& cursor) {
  return customers_.scan(context, kNever, kPortionKeys, &cursor);
}

}  // namespace weir::behaviour
