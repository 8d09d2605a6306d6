#include "experiment_sentence.hpp"

#include <charconv>
#include <cmath>

namespace weir::experiment {
namespace {

/// Four significant digits, and never less than all digits before the point.
std::string number(double value) {
  char text[400];
  const bool is_large = std::fabs(value) >= 1000;
  const auto end = is_large && std::fabs(value) < 1e15
                       ? std::to_chars(text, text + sizeof(text), value, std::chars_format::fixed, 0).ptr
                       : std::to_chars(text, text + sizeof(text), value, std::chars_format::general, 4).ptr;
  return {text, end};
}

/// The words for values and differences of one metric.
class Words {
 public:
  explicit Words(const MetricRule& rule) : is_proportion_(rule.kind == Kind::kProportion) {}
  std::string value(double value) const {
    return is_proportion_ ? number(100 * value) + " %" : number(value);
  }
  std::string amount(double difference) const {
    const double size = std::fabs(difference);
    return is_proportion_ ? number(100 * size) + " percentage points" : number(size);
  }
  static std::string_view way(double difference) { return difference < 0 ? " lower" : " higher"; }
  /// "1.3 lower to 0.06 higher"
  std::string range(double low, double high) const {
    const double unit = is_proportion_ ? 100 : 1;
    const auto one = [&](double end) { return number(unit * std::fabs(end)) + std::string(way(end)); };
    return one(low) + " to " + one(high);
  }

 private:
  bool is_proportion_;
};

std::string what_was_found(const ResultRow& row, const Said& said, const Words& words) {
  const Comparison& found = row.comparison;
  std::string text = row.metric + ": " + row.arm + " has " + words.value(found.estimate);
  if (said.rule.kind == Kind::kMean) text += " on average";
  text += ", " + said.options.control + " " + words.value(found.estimate_control) + ": ";
  if (found.difference == 0)
    text += "no difference";
  else
    text += words.amount(found.difference) + std::string(Words::way(found.difference));
  text += " (" + number(100 * said.options.confidence) + " % interval";
  if (said.options.sequential) text += " that holds at every look";
  return text + ": " + words.range(found.low, found.high) + ").";
}

std::string what_it_means(const ResultRow& row, const Said& said, const Words& words) {
  const Comparison& found = row.comparison;
  const std::string margin = said.rule.margin ? words.amount(*said.rule.margin) : "";
  const std::string power = number(100 * said.options.power) + " %";
  switch (said.without_mismatch) {
    case Verdict::kBetter:
      return " " + row.arm + " is better.";
    case Verdict::kWorse:
      return " " + row.arm + " is worse.";
    case Verdict::kHolds:
      return " The guardrail holds: " + row.arm + " is not worse by " + margin + " or more.";
    case Verdict::kBroken:
      return " The guardrail is broken: " + row.arm + " is worse by more than " + margin + ".";
    default:
      break;
  }
  if (said.rule.margin)
    return " Whether the guardrail holds is open: that " + row.arm + " is worse by " + margin +
           " or more is not ruled out.";
  std::string text = " This may be chance.";
  if (found.p <= 1 - said.options.confidence)
    text = " Alone this would count as a difference; with so many comparisons it may be chance.";
  return text + " An experiment of this size finds a true difference of " + words.amount(found.mde) + " in " +
         power + " of cases.";
}

}  // namespace

std::string sentence_of(const ResultRow& row, const Said& said) {
  const Words words(said.rule);
  std::string text;
  if (row.verdict == Verdict::kSampleRatioMismatch)
    text =
        "Do not decide by this: the numbers of units do not fit the split of the experiment, so the arms "
        "are not alike; find the cause first. ";
  if (said.without_mismatch == Verdict::kNotEnoughData) {
    text += row.metric + ": too little data to compare " + row.arm + " (" + std::to_string(row.n) +
            " units) with " + said.options.control + " (" + std::to_string(row.n_control) + " units).";
  } else {
    text += what_was_found(row, said, words);
    if (row.verdict != Verdict::kSampleRatioMismatch) text += what_it_means(row, said, words);
  }
  if (row.crossed_units > 0)
    text += " Left out: units that were in several arms, " + std::to_string(row.crossed_units) + ".";
  return text;
}

}  // namespace weir::experiment
