#pragma once
// What a report says, before anything is drawn: sections with a question, its answer, tiles and figures.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "day_zone.hpp"

namespace weir::report {

/// How a number is written for people. `unit` of the same item says of what.
enum class Format {
  kNumber,   ///< 69,659 orders: the unit follows.
  kMoney,    ///< $2,500.10: the unit ("$" when empty) goes before.
  kPercent,  ///< A ratio: 0.125 is written 12.5%.
  kBytes,    ///< 1.2 GB, powers of 1,000 up to YB.
  kBits,     ///< 1.2 Gb, the same of bits: a byte has a large B.
  kSi,       ///< 1.2 MW: the unit behind a prefix of 1,000s.
  kSeconds,  ///< 27.5 s, 1 h 5 min.
};

/// A moment: microseconds since 1970-01-01 UTC.
struct Moment {
  std::int64_t us = 0;
  auto operator<=>(const Moment&) const = default;
};

/// Nothing (null), a number, a whole number beyond what a double holds, a moment, or text.
inline constexpr std::int64_t kExactInDouble = std::int64_t{1} << 53;
using Cell = std::variant<std::monostate, double, std::int64_t, Moment, std::string>;

/// Where the numbers of an item come from; printed under each, and in full when a number is clicked.
struct Provenance {
  std::uint64_t rows = 0;            ///< Rows that reached the item.
  std::string window;                ///< Time span or window, "1997-01-01 to 1998-06-30, by week".
  std::vector<std::string> sources;  ///< Node names and files.
  std::string expression = {};       ///< Of one number: what made it, "last row of revenue = sum(dollars)".
};

/// What people want to know of a report or a section before they trust it; what is empty is not printed.
struct About {
  std::string owner, audience, decision, measures, expected;
};

/// Which direction of a change is good news, for its colour. Words and arrows say the rest.
enum class Better { kNeither, kHigher, kLower };

/// Between which two numbers the true one lies, as the pipeline has it.
struct Interval {
  double low = 0;
  double high = 0;
};

/// One number, large, with the period before it.
struct Tile {
  std::string id;
  std::string label;
  std::string subject;  ///< Whose number it is, "/catalog"; empty when the label says it all.
  Format format = Format::kNumber;
  std::string unit;
  std::optional<double> value;     ///< Nothing: no row came, which is not zero.
  std::optional<double> previous;  ///< Nothing: there is nothing to compare with, which is not zero.
  std::string compared_with;       ///< "the week before".
  Better better = Better::kNeither;
  std::vector<double> trend;  ///< Values up to this one, drawn small; empty for none.
  std::string note;
  Provenance provenance;
  std::optional<Interval> interval = {};
  std::optional<double> sample = {};  ///< Of how many the number was made.
  bool is_partial = false;            ///< Its period is not over.
};

/// Whether data can be used as it is, in words and a colour.
struct Badge {
  enum class State { kGood, kBad, kUnknown };
  std::string id;
  std::string label;
  State state = State::kUnknown;
  std::string text;
  std::vector<std::string> notes;
  Provenance provenance;
};

struct Column {
  std::string name;   ///< As in the pipeline.
  std::string label;  ///< As people say it; the name when empty.
  Format format = Format::kNumber;
  std::string unit;
  std::vector<Cell> cells;
  bool holds_numbers = true;                   ///< By its type, whatever the cells hold.
  std::string expression = {};                 ///< What made it in the pipeline, where that is known.
  std::vector<std::size_t> partial_rows = {};  ///< Rows whose period is not over, ascending.
  bool holds_moments = false;                  ///< By its type.
  std::optional<DayZone> days = {};            ///< Moments that are days of that zone; nothing: moments.
};

/// Of a chart the first column is x and the others are its series, in the order that is named here.
enum class FigureKind {
  kLine,
  kBars,
  kPercentiles,  ///< p50, p90, p99.
  kInterval,     ///< Value, low, high.
  kForecast,     ///< Actual, forecast, then low and high of 80 % and of 95 %.
  kShares,       ///< Numbers; drawn as parts of their sum.
  kHistogram,    ///< x is where a class begins; where it ends, how many values.
  kBox,          ///< Lowest, first quartile, median, third quartile, highest.
  kCohorts,      ///< x is the cohort; users, then a rate for each period.
  kFunnel,       ///< x is the step; got there, of the first, of the step before, median and p90 seconds.
  kPaths,        ///< x is the step's number; from, to, how often.
  kExperiment,   ///< x is the metric; arm and numbers.
  kTable,
};
enum class BarOrder { kByValue, kAsGiven };

/// Something that happened at a moment of a chart.
struct Mark {
  Moment at;  ///< Where it stands along x; on an axis of days what the clocks of their zone show.
  std::string text;
  std::string when;  ///< The moment as people read it.
};

/// What a row of an experiment comes to.
struct Finding {
  std::string verdict;  ///< better, worse, unclear, holds and so on.
  std::string sentence;
};

struct Figure {
  std::string id;
  FigureKind kind = FigureKind::kTable;
  std::string title;
  std::vector<Column> columns;
  BarOrder order = BarOrder::kByValue;
  std::vector<std::string> notes;
  Provenance provenance;
  std::vector<Mark> marks = {};
  std::vector<Finding> findings = {};
  std::string not_drawn = {};  ///< Why it is a table, said as its main fact; empty: it is what it should be.
};

/// One sentence with one number that a machine can read back.
struct Answer {
  std::string text;
  std::optional<double> value;
};

/// A paragraph with numbers in it.
struct Paragraph {
  std::string id;
  Answer said;
};

/// What a section shows for one value of the page's filter, or for all rows.
struct Content {
  std::string filter;  ///< The value; empty where nothing is filtered.
  Answer answer;
  std::vector<Tile> tiles = {};
  std::vector<Badge> badges = {};
  std::vector<Paragraph> paragraphs = {};
  std::vector<Figure> figures = {};
};

struct Section {
  std::string id;
  std::string title;
  std::string question;
  std::vector<std::string> labels;  ///< "synthetic data" and the like: printed beside title and answer.
  About about = {};
  std::vector<Content> contents = {};  ///< One, or one for each choice of the filter in its order.
};

/// The page's drop-down.
struct Filter {
  std::string column;                ///< Empty: the page has none.
  std::vector<std::string> choices;  ///< Values; an empty text stands for all rows and comes first.
};

/// Needs: ids of sections unique in the report, ids of tiles and figures too.
struct ReportModel {
  std::string title;
  About about;
  Moment generated_at;
  Filter filter;
  std::vector<Section> sections;
  DayZone day_zone = {};  ///< Whose days the inputs have.
};

}  // namespace weir::report
