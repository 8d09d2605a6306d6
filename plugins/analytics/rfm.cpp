// rfm: how recently, how often and for how much each customer has bought, as scores and as a segment.
//
//   customers: {type: rfm, inputs: lines, by: [customer], purchase: invoice, amount: revenue}
//
// In:  rows with event time, columns `by` of any type that can be a key, `amount` a number; rows with a null
//      in `by` are nobody's, left out and counted as `rows_without_key`.
// Out: one row for each customer, at the end of the input or of each period in which anybody bought:
//      window_start and window_end where there are periods, the columns of `by`, last_time, recency_days,
//      frequency, monetary, recency_score, frequency_score, monetary_score, segment, and is_complete where
//      there are periods. `late`: rows below the watermark, as they were.
//
// State: rfm_purchases.hpp, for ever. While a period is given, the numbers of all customers lie in memory
// once more (24 or 32 bytes each), to find their quantiles.
#include <cmath>
#include <limits>

#include <weir/builder.hpp>
#include <weir/numbers.hpp>
#include <weir/options.hpp>

#include "cohort_window.hpp"
#include "period_by_period.hpp"
#include "rfm_purchases.hpp"
#include "rfm_scores.hpp"

namespace weir::behaviour {
namespace {

struct RfmOptions {
  std::vector<ColumnRef> by;
  ColumnRef amount;
  std::optional<ColumnRef> purchase;
  std::optional<CalendarUnit> period;
  std::optional<std::string> timezone;

  PeriodChoice choice() const {
    PeriodChoice made{by, {amount}, period, timezone.value_or("UTC")};
    if (purchase) made.carried.push_back(*purchase);
    return made;
  }
};

/// The scores of all customers. The numbers that they come from lie in buffers of the host until they are
/// found, and are charged to the node.
class RfmScores {
 public:
  RfmScores() = default;
  explicit RfmScores(const analytics::AmountType& amount_type) : is_real_(amount_type.is_real()) {}

  void add(const Purchases& purchases) {
    last_times_.append(purchases.last_time);
    counts_.append(purchases.count);
    is_real_ ? real_amounts_.append(real_of(purchases)) : whole_amounts_.append(whole_of(purchases));
  }
  /// Called when all customers were added. Needs: at least one.
  void find() {
    recency_ = FifthScores(last_times_.values());
    frequency_ = FifthScores(counts_.values());
    if (is_real_)
      real_monetary_ = FifthScores(real_amounts_.values());
    else
      whole_monetary_ = FifthScores(whole_amounts_.values());
    last_times_ = counts_ = ColumnBuilder<int64_t>();
    real_amounts_ = ColumnBuilder<double>();
    whole_amounts_ = ColumnBuilder<Decimal128>();
  }
  int64_t recency(const Purchases& purchases) const { return recency_.of(purchases.last_time); }
  int64_t frequency(const Purchases& purchases) const { return frequency_.of(purchases.count); }
  int64_t monetary(const Purchases& purchases) const {
    return is_real_ ? real_monetary_.of(real_of(purchases)) : whole_monetary_.of(whole_of(purchases));
  }

 private:
  /// Infinities may add up to NaN, which has no place in an order: it comes before all.
  static double real_of(const Purchases& purchases) {
    const double amount = purchases.amount.amount().real;
    return std::isnan(amount) ? -std::numeric_limits<double>::infinity() : amount;
  }
  /// The digits of a decimal: all have one scale.
  static Decimal128 whole_of(const Purchases& purchases) { return purchases.amount.amount().whole; }

  bool is_real_ = false;
  ColumnBuilder<int64_t> last_times_;
  ColumnBuilder<int64_t> counts_;
  ColumnBuilder<double> real_amounts_;
  ColumnBuilder<Decimal128> whole_amounts_;
  FifthScores<int64_t> recency_;
  FifthScores<int64_t> frequency_;
  FifthScores<double> real_monetary_;
  FifthScores<Decimal128> whole_monetary_;
};

/// The way out: customers become rows.
class RfmRows {
 public:
  RfmRows(const RfmScores& scores, int64_t now) : scores_(scores), now_(now) {}
  void append(const Purchases& purchases) {
    constexpr double kUsPerDay = 86'400e6;
    const int64_t recency = scores_.recency(purchases);
    const int64_t frequency = scores_.frequency(purchases);
    last_times_.append(purchases.last_time);
    recency_days_.append(static_cast<double>(now_ - purchases.last_time) / kUsPerDay);
    counts_.append(purchases.count);
    amounts_.push_back(purchases.amount.amount());
    amounts_.back().is_null = false;  // Who spent nothing spent 0.
    recency_scores_.append(recency);
    frequency_scores_.append(frequency);
    monetary_scores_.append(scores_.monetary(purchases));
    segments_.append(rfm_segment(recency, frequency));
  }
  void add_to(std::vector<Column>& columns, const analytics::AmountType& amount_type) && {
    columns.push_back(std::move(last_times_).finish());
    columns.push_back(std::move(recency_days_).finish());
    columns.push_back(std::move(counts_).finish());
    columns.push_back(amount_type.build(amounts_));
    columns.push_back(std::move(recency_scores_).finish());
    columns.push_back(std::move(frequency_scores_).finish());
    columns.push_back(std::move(monetary_scores_).finish());
    columns.push_back(std::move(segments_).finish());
  }

 private:
  const RfmScores& scores_;
  const int64_t now_;
  ColumnBuilder<int64_t> last_times_{Type::kTimestamp};
  ColumnBuilder<double> recency_days_;
  ColumnBuilder<int64_t> counts_;
  std::vector<analytics::Amount> amounts_;
  ColumnBuilder<int64_t> recency_scores_;
  ColumnBuilder<int64_t> frequency_scores_;
  ColumnBuilder<int64_t> monetary_scores_;
  DictionaryBuilder segments_;
};

class Rfm final : public PeriodByPeriod {
 public:
  explicit Rfm(const RfmOptions& options) : PeriodByPeriod(options.choice()), options_(options) {}

  Result<Binding> bind(std::span<const Input> inputs) override {
    const Schema& input = inputs[0].schema;
    WEIR_RETURN_IF_ERROR(check(inputs[0]));
    WEIR_RETURN_IF_ERROR(prepare(input));
    Binding binding = begin_binding();
    keep_columns(binding, input, options_.by);
    const Field& amount = input[options_.amount.index];
    add_column(binding, "last_time", Type::kTimestamp);
    add_column(binding, "recency_days", Type::kFloat64);
    add_column(binding, "frequency", Type::kInt64);
    add_column(binding, "monetary", analytics::AmountType(amount.type).result(), true);
    for (const char* name : {"recency_score", "frequency_score", "monetary_score"})
      add_column(binding, name, Type::kInt64);
    add_column(binding, "segment", Type::kString);
    if (has_periods()) add_column(binding, "is_complete", Type::kBool);
    WEIR_RETURN_IF_ERROR(check_names(binding.output(0), "by"));
    end_binding(binding, input);
    std::vector<Field> customer;
    for (const ColumnRef& ref : options_.by) customer.push_back(input[ref.index]);
    state_.declare(customer, amount, options_.purchase ? &input[options_.purchase->index] : nullptr, binding);
    return binding;
  }

 protected:
  Status keep(const MarkedRows& marked, std::span<const int64_t> ends) override {
    return state_.keep(context(), marked, ends);
  }

  void begin(const OverPeriod&) override {
    scores_ = RfmScores(state_.amount_type());
    is_added_ = false;
  }

  Result<bool> count_portion(const OverPeriod& over, uint64_t& cursor) override {
    if (!is_added_) {
      WEIR_ASSIGN_OR_RETURN(const bool is_more, state_.add_portion(context(), over.period.end, cursor));
      if (is_more) return true;
      is_added_ = true;
      cursor = 0;
    }
    WEIR_ASSIGN_OR_RETURN(const auto some, state_.scan(context(), cursor));
    for (size_t i = 0; i < some.slots.size(); ++i) scores_.add(*some.slots[i]);
    if (some.slots.size() > 0) return true;
    scores_.find();
    return false;
  }

  Result<bool> give_portion(const OverPeriod& over, uint64_t& cursor, Emitter& emitter) override {
    WEIR_ASSIGN_OR_RETURN(const auto some, state_.scan(context(), cursor));
    const size_t count = some.slots.size();
    if (count == 0) return false;
    RfmRows rows(scores_, std::min(over.period.end, over.latest_time));
    for (size_t i = 0; i < count; ++i) rows.append(*some.slots[i]);
    std::vector<Column> columns = window_columns(over, count);
    columns.insert(columns.end(), some.keys.begin(), some.keys.end());
    std::move(rows).add_to(columns, state_.amount_type());
    if (has_periods()) {
      BoolBuilder are_complete;
      for (size_t i = 0; i < count; ++i) are_complete.append(over.is_complete);
      columns.push_back(std::move(are_complete).finish());
    }
    emitter.emit(new_batch(columns, count));
    return true;
  }

  /// Nobody's score changes in a period in which nobody buys.
  Result<bool> was_given(const OverPeriod&) override { return false; }

 private:
  Status check(const Input& input) const {
    const Field& amount = input.schema[options_.amount.index];
    if (!weir::is_number(amount.type.type))
      return Status::invalid("amount: '" + amount.name + "' is " + amount.type.to_string() +
                             ", expected a number");
    if (!options_.period && !input.is_bounded)
      return Status::invalid(
          "period: its input never ends, so without periods nothing is ever given; say for example period: "
          "month");
    if (options_.timezone && !options_.period)
      return Status::invalid("timezone: it goes with 'period'; without periods there is no calendar");
    return options_.purchase ? check_keys({*options_.purchase}, input.schema, "purchase") : Status();
  }

  const RfmOptions options_;
  PurchaseState state_;
  RfmScores scores_;  // Of the period that is counted or given.
  bool is_added_ = false;
};

}  // namespace

WEIR_TRANSFORM(
    Rfm, RfmOptions, "rfm",
    "How recently, how often and for how much each customer has bought, as scores and as a segment.",
    traits(Trait::kDeterministic),
    description(
        "For each customer `last_time` (of its latest row), `recency_days` (from then to the latest row of "
        "the input, or to the end of the period), `frequency` (how many purchases: rows, or different values "
        "of `purchase`) and `monetary` (the sum of `amount`; nulls and NaN add nothing), over all rows so "
        "far. Whole numbers are summed as int64 and decimals with all digits; a sum that does not fit is "
        "null.\n\n"
        "Scores are from 1 to 5, 5 for the latest, the most frequent and the highest: 1 + the number of the "
        "quantiles 0.2, 0.4, 0.6 and 0.8, over all customers, that lie below the customer's own number. The "
        "quantile p of n customers is the number at place ceil(p n) in their order (type 1 of Hyndman and "
        "Fan). Equal numbers have equal scores, so a fifth may hold more than a fifth of the customers: "
        "where half of them bought once, all of those have frequency score 1 and nobody has 2. Customers are "
        "compared by `last_time` itself, not by whole days.\n\n"
        "`segment` follows from the scores of recency and frequency:\n\n"
        "| recency | frequency 1 | 2 | 3 | 4 | 5 |\n"
        "|---|---|---|---|---|---|\n"
        "| 5 | new_customers | potential_loyalists | potential_loyalists | champions | champions |\n"
        "| 4 | promising | potential_loyalists | potential_loyalists | loyal_customers | loyal_customers |\n"
        "| 3 | about_to_sleep | about_to_sleep | need_attention | loyal_customers | loyal_customers |\n"
        "| 2, 1 | hibernating | hibernating | at_risk | at_risk | cannot_lose |\n\n"
        "Scores by fifths are those of A. M. Hughes (Strategic Database Marketing); the names are the "
        "ones in common use, as in the R package rfm (its `rfm_segment`), laid out over the two scores as in "
        "many notebooks, so that no customer falls between two of them. They are a way to talk about the "
        "scores, not a finding.\n\n"
        "Without `period` all is given at the end of the input, which must have one. With it, at the end of "
        "each period in which there is a row, with all customers so far: when the watermark has passed it, "
        "the last one at the end of the input, with `is_complete` false where the latest row lies before its "
        "end. A stream and history give the same numbers (sums of floats may differ in their last digits "
        "where rows come in another order: use decimals for money). A purchase whose rows lie in several "
        "periods counts in the first.\n\n"
        "Cancellations are rows like any other: leave them out before, or give them a negative amount. Rows "
        "with a null in `by` are left out and counted as `rows_without_key`, rows below the watermark go to "
        "`late`, rows without event time to `errors`. Its state is kept for ever: about 90 bytes and the key "
        "for each customer, 30 and the key for each purchase; its memory is 32 bytes more for each customer "
        "while it gives."),
    example("customers: {type: rfm, inputs: orders, by: [user], amount: revenue}"),
    output("out", "One row for each customer, and period."),
    output("late", "Rows that came below the watermark, as they were.", WEIR_PORT_OPTIONAL),
    required("by", &RfmOptions::by, "Who buys.", example_value("[customer]")),
    required("amount", &RfmOptions::amount, "What a row adds to what the customer has spent.",
             example_value("revenue")),
    optional(
        "purchase", &RfmOptions::purchase,
        "Rows of a customer that agree in it are one purchase, rows with a null there too. Each row where "
        "it is left out.",
        example_value("invoice")),
    optional("period", &RfmOptions::period, period_choices(),
             "Gives all customers at the end of each day, week or month, not only at the end of the input.",
             example_value("month")),
    optional(
        "timezone", &RfmOptions::timezone,
        "Whose days, weeks and months they are, with `period`: a name of the tz database. UTC where it is "
        "left out.",
        example_value("Europe/London")));

}  // namespace weir::behaviour
