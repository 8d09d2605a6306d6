#pragma once
// report: answers, tiles and charts as one HTML file that opens from disk.
//
//   report:
//     type: report
//     inputs: {weekly: weekly_revenue, pages: per_page}   # ports: names to use in `from`
//     path: out/report.html
//     title: Shop insights
//     sections:
//       - id: revenue
//         title: Revenue
//         question: How much did we earn last week, and the week before?
//         answer: "{{revenue}}, {{revenue.ratio|change}} on the {{revenue.previous}} of the week before."
//         show:
//           - {kpi: revenue, title: "Revenue, last week", from: weekly, value: revenue, format: money,
//              compare: previous row, compared_with: the week before, better: higher, trend: 12}
//           - {line: revenue_by_week, from: weekly, x: week, y: [revenue], format: money}
//           - {percentiles: order_value, from: weekly, x: week, y: [p50, p90, p99], format: money}
//       - id: pages
//         question: Which page do people see most?
//         answer: "{{top_page.name}}, seen {{top_page}} times."
//         labels: [synthetic data]
//         show:
//           - {kpi: top_page, from: pages, value: views, of: page, pick: largest}
//           - {bars: views_by_page, from: pages, x: page, y: [views]}
//           - {table: pages_in_full, from: pages, columns: [page, views]}
//
// The key that names the kind holds the id. In: any columns. The file is written once, when all inputs have
// ended. Here are the structs that the options are read into; compose() makes the model of them and of the
// rows.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model.hpp"
#include "show_kind.hpp"

namespace weir::report {

enum class Pick { kLast, kFirst, kLargest, kSmallest };

/// Values that came, beside a forecast: columns of another input.
struct ActualSpec {
  std::string from;  ///< Empty: there are none.
  std::string x, y;
};

/// Rows of another input that are marked at their moment.
struct MarksSpec {
  std::string from;  ///< Empty: there are none.
  std::string at, text;
};

/// A number in the last row of an input: of how many rows those that were rejected are a part.
struct TotalSpec {
  std::string from;  ///< Empty: it is not known.
  std::string value;
};

/// One entry of `show:`.
struct Show {
  ShowKind kind = ShowKind::kTable;
  std::string id;     ///< The value of the key that names the kind.
  std::string from;   ///< Input port; may be empty when there is one input.
  std::string title;  ///< Tiles: the label. The id when empty.
  std::string x;      ///< Charts: the column along x. Tiles: the column of the subject; may be empty.
  std::vector<std::string> columns;  ///< Charts: `y`. Tiles: `value`, one. Tables: `columns`, all when empty.
  std::string by = {};               ///< Charts: a series for each value of this column.
  Format format = Format::kNumber;
  std::string unit;
  Pick pick = Pick::kLast;    ///< Tiles: which row.
  std::string compare;        ///< Tiles: "previous row", a column's name, or empty for none.
  std::string compared_with;  ///< Tiles: how people call that.
  Better better = Better::kNeither;
  std::size_t trend = 0;  ///< Tiles: how many rows up to the picked one are drawn small.
  BarOrder order = BarOrder::kByValue;
  std::string note;
  std::vector<std::string> interval = {};  ///< Tiles and lines: the columns of the low and the high end.
  std::string sample = {};                 ///< Tiles: the column that says of how many.
  std::string partial = {};                ///< "last", "first", "both", or a column of truth values.
  ActualSpec actual = {};
  MarksSpec marks = {};
  TotalSpec out_of = {};
  std::int64_t max_age_us = 0;  ///< Freshness: older is stale; 0: no matter how old.
  std::size_t bins = 20;        ///< Histograms.
  std::string says = {};        ///< Text.
  bool adds_up = false;         ///< The sum over all values of the page's filter means something.
};

struct SectionSpec {
  std::string id;
  std::string title;
  std::string question;
  std::string answer;  ///< When empty, the main fact of the first figure.
  std::vector<std::string> labels;
  std::vector<Show> show;
  About about = {};
};

struct ReportSpec {
  std::string title;
  About about;
  std::string filter_by;  ///< A column; empty for none.
  std::vector<SectionSpec> sections;
  DayZone day_zone = {};  ///< Whose days the inputs have.
};

/// All rows that reached one input.
struct Input {
  std::string port;
  std::vector<std::string> sources;  ///< The node behind the port and the files it read.
  std::vector<Column> columns;       ///< All of one length.
};

}  // namespace weir::report
