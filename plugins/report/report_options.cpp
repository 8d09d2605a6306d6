#include "report_options.hpp"

#include <array>
#include <utility>

namespace weir::report {
namespace {

struct Kind {
  ShowKind kind;
  const char* key;
  std::optional<std::string> ShowOptions::* id;
};
constexpr std::array<Kind, 5> kKinds = {{{ShowKind::kKpi, "kpi", &ShowOptions::kpi},
                                         {ShowKind::kLine, "line", &ShowOptions::line},
                                         {ShowKind::kBars, "bars", &ShowOptions::bars},
                                         {ShowKind::kPercentiles, "percentiles", &ShowOptions::percentiles},
                                         {ShowKind::kTable, "table", &ShowOptions::table}}};

Result<Kind> kind_of(const ShowOptions& written) {
  const Kind* found = nullptr;
  for (const Kind& kind : kKinds) {
    if (!(written.*kind.id)) continue;
    if (found != nullptr)
      return Status::invalid(std::string("has both '") + found->key + "' and '" + kind.key +
                             "'; an entry shows one thing");
    found = &kind;
  }
  if (found == nullptr)
    return Status::invalid("says not what to draw; one of kpi, line, bars, percentiles, table is needed");
  return *found;
}

Status missing(const char* key) { return Status::invalid(std::string("'") + key + "' is missing"); }

// What a kind draws must be named; that the columns exist is checked where the model is made.
Status check_needs(const ShowOptions& written, ShowKind kind) {
  if (kind == ShowKind::kTable) return {};
  if (kind == ShowKind::kKpi) return written.value.empty() ? missing("value") : Status();
  if (written.x.empty()) return missing("x");
  if (written.y.empty()) return missing("y");
  if (kind == ShowKind::kPercentiles && written.y.size() != 3)
    return Status::invalid("'y' needs three columns, p50, p90 and p99; found " +
                           std::to_string(written.y.size()));
  return {};
}

Result<Show> show_of(const ShowOptions& written) {
  WEIR_ASSIGN_OR_RETURN(const Kind kind, kind_of(written));
  const std::string& id = *(written.*kind.id);
  const std::string place = std::string(kind.key) + " '" + id + "'";
  WEIR_RETURN_IF_ERROR(check_needs(written, kind.kind).with_context(place));
  const bool is_tile = kind.kind == ShowKind::kKpi;
  Show show;
  show.kind = kind.kind;
  show.id = id;
  show.from = written.from;
  show.title = written.title;
  show.x = is_tile ? written.of : written.x;
  show.columns = is_tile                         ? std::vector<std::string>{written.value}
                 : kind.kind == ShowKind::kTable ? written.columns
                                                 : written.y;
  show.format = written.format;
  show.unit = written.unit;
  show.pick = written.pick;
  show.compare = written.compare;
  show.compared_with = written.compared_with;
  show.better = written.better;
  show.trend = static_cast<std::size_t>(written.trend);
  show.order = written.order;
  show.note = written.note;
  return show;
}

}  // namespace

OptionList<ShowOptions> ShowOptions::options() {
  return options_of<ShowOptions>(
      optional("kpi", &ShowOptions::kpi, "One number, large; its id."),
      optional("line", &ShowOptions::line, "A line for each column of `y`; its id."),
      optional("bars", &ShowOptions::bars, "Bars over names or times; its id."),
      optional("percentiles", &ShowOptions::percentiles, "p50, p90 and p99 with bands between; its id."),
      optional("table", &ShowOptions::table, "A table; its id."),
      optional("from", &ShowOptions::from, "The input; not needed where there is one."),
      optional("title", &ShowOptions::title, "As people say it; the id when left out."),
      optional("x", &ShowOptions::x, "Charts: the column along x."),
      optional("y", &ShowOptions::y, "Charts: the columns that are drawn."),
      optional("value", &ShowOptions::value, "kpi: the column of the number."),
      optional("of", &ShowOptions::of, "kpi: the column that names the row."),
      optional("columns", &ShowOptions::columns, "table: its columns; all when left out."),
      optional("format", &ShowOptions::format, "number", "How numbers are written.",
               choices<Format>({{"number", Format::kNumber},
                                {"money", Format::kMoney},
                                {"percent", Format::kPercent},
                                {"bytes", Format::kBytes}})),
      optional("unit", &ShowOptions::unit, "Of what; for money the sign before the number."),
      optional("pick", &ShowOptions::pick, "last", "kpi: which row.",
               choices<Pick>({{"last", Pick::kLast},
                              {"first", Pick::kFirst},
                              {"largest", Pick::kLargest},
                              {"smallest", Pick::kSmallest}})),
      optional("compare", &ShowOptions::compare, "kpi: `previous row`, or a column to compare with."),
      optional("compared_with", &ShowOptions::compared_with, "kpi: how people call that."),
      optional("better", &ShowOptions::better, "neither", "kpi: which change is good news.",
               choices<Better>(
                   {{"neither", Better::kNeither}, {"higher", Better::kHigher}, {"lower", Better::kLower}})),
      optional("trend", &ShowOptions::trend, 0, "kpi: so many rows are drawn small.", range(0, 1000)),
      optional("order", &ShowOptions::order, "by_value", "bars: the largest first, or as the rows come.",
               choices<BarOrder>({{"by_value", BarOrder::kByValue}, {"as_given", BarOrder::kAsGiven}})),
      optional("note", &ShowOptions::note, "A sentence below it."));
}

OptionList<SectionOptions> SectionOptions::options() {
  return options_of<SectionOptions>(
      required(OptionName::nested("id"), &SectionOptions::id, "Unique in the report."),
      optional("title", &SectionOptions::title, "The id when left out."),
      required("question", &SectionOptions::question, "What people ask."),
      required("answer", &SectionOptions::answer, "One sentence with {{id}} of this section's kpis."),
      optional(OptionName::nested("labels"), &SectionOptions::labels,
               "Printed beside title and answer: [synthetic data]."),
      required("show", &SectionOptions::show, "Tiles, charts and tables."));
}

OptionList<AboutOptions> AboutOptions::options() {
  return options_of<AboutOptions>(
      optional(OptionName::nested("owner"), &AboutOptions::owner, "Who answers for it."),
      optional("decision", &AboutOptions::decision, "What is decided with it."),
      optional("measures", &AboutOptions::measures, "What it measures."));
}

Result<ReportSpec> report_spec(const ReportOptions& options) {
  ReportSpec spec{options.title, options.about.owner, options.about.decision, options.about.measures, {}};
  for (const SectionOptions& written : options.sections) {
    SectionSpec section{written.id, written.title, written.question, written.answer, written.labels, {}};
    for (std::size_t i = 0; i < written.show.size(); ++i) {
      Result<Show> show = show_of(written.show[i]);
      if (!show.is_ok())
        return show.status().with_context("section '" + written.id + "', entry " + std::to_string(i + 1));
      section.show.push_back(std::move(*show));
    }
    spec.sections.push_back(std::move(section));
  }
  return spec;
}

}  // namespace weir::report
