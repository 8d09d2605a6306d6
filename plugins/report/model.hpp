#pragma once
// What a report says, before anything is drawn: sections with a question, its answer, tiles and figures.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weir::report {

/// How a number is written for people. `unit` of the same item says of what.
enum class Format {
  kNumber,   ///< 69,659 orders: the unit follows.
  kMoney,    ///< $2,500.10: the unit ("$" when empty) goes before.
  kPercent,  ///< A ratio: 0.125 is written 12.5%.
  kBytes,    ///< 1.2 GB, powers of 1,000.
};

/// A moment: microseconds since 1970-01-01 UTC.
struct Moment {
  std::int64_t us = 0;
  bool operator==(const Moment&) const = default;
};

/// Nothing (null), a number, a whole number beyond what a double holds, a moment, or text.
using Cell = std::variant<std::monostate, double, std::int64_t, Moment, std::string>;

/// Where the numbers of an item come from; printed under each.
struct Provenance {
  std::uint64_t rows = 0;            ///< Rows that reached the item.
  std::string window;                ///< Time span or window, "1997-01-01 to 1998-06-30, by week".
  std::vector<std::string> sources;  ///< Node names and files.
};

/// Which direction of a change is good news, for its colour. Words and arrows say the rest.
enum class Better { kNeither, kHigher, kLower };

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
};

struct Column {
  std::string name;   ///< As in the pipeline.
  std::string label;  ///< As people say it; the name when empty.
  Format format = Format::kNumber;
  std::string unit;
  std::vector<Cell> cells;
  bool holds_numbers = true;  ///< By its type, whatever the cells hold.
};

enum class FigureKind { kLine, kBars, kPercentiles, kTable };
enum class BarOrder { kByValue, kAsGiven };

/// A chart or a table. Of a chart the first column is x, the others are its series;
/// for kPercentiles they are p50, p90 and p99 in this order.
struct Figure {
  std::string id;
  FigureKind kind = FigureKind::kTable;
  std::string title;
  std::vector<Column> columns;
  BarOrder order = BarOrder::kByValue;
  std::vector<std::string> notes;
  Provenance provenance;
};

/// One sentence with one number that a machine can read back.
struct Answer {
  std::string text;
  std::optional<double> value;
};

struct Section {
  std::string id;
  std::string title;
  std::string question;
  Answer answer;
  std::vector<std::string> labels;  ///< "synthetic data" and the like: printed beside title and answer.
  std::vector<Tile> tiles;
  std::vector<Figure> figures;
};

/// Needs: ids of sections unique in the report, ids of tiles and figures too.
struct ReportModel {
  std::string title;
  std::string owner;
  std::string decision;
  std::string measures;
  Moment generated_at;
  std::vector<Section> sections;
};

}  // namespace weir::report
