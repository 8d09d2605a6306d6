#include "segment_options.hpp"

#include <weir/numbers.hpp>

namespace weir::behaviour {
namespace {

Status check_columns(const std::vector<ColumnRef>& columns, const Schema& input) {
  if (columns.empty())
    return Status::invalid("kmeans.columns: at least one column is needed, for example columns: [visits]");
  for (size_t i = 0; i < columns.size(); ++i) {
    const DataType& type = input[columns[i].index].type;
    if (!is_number(type.type))
      return Status::invalid("kmeans.columns: column '" + columns[i].name + "' is " + type.to_string() +
                             ", expected a number; convert it with cast or map before");
    for (size_t before = 0; before < i; ++before)
      if (columns[before].index == columns[i].index)
        return Status::invalid("kmeans.columns: '" + columns[i].name + "' is given twice");
  }
  return {};
}

}  // namespace

OptionList<SegmentRule> SegmentRule::options() {
  return options_of<SegmentRule>(
      required("name", &SegmentRule::name, "The segment of the rows for which the rule holds.",
               example_value("loyal")),
      required("when", &SegmentRule::when, Type::kBool, "For which rows it holds.",
               example_value("visits >= 10")));
}

OptionList<KMeansOption> KMeansOption::options() {
  return options_of<KMeansOption>(
      required("k", &KMeansOption::k, range(1, 1000), "How many clusters.", example_value("4")),
      required("columns", &KMeansOption::columns, "The numbers by which rows are near to each other.",
               example_value("[visits, spent]")),
      optional("window", &KMeansOption::window, choices<RowWindows>({{"input", RowWindows::kInput}}),
               "Clusters for each window of event time, or with `input` for each `window_end` that the rows "
               "of an `aggregate` have. Without it, of all rows at the end of the input.",
               example_value("{calendar: week}")),
      optional("allowed_lateness", &KMeansOption::allowed_lateness, "0s", range(0, kLongestUs),
               "With `window: input`: what the aggregate before it says.", example_value("2m")),
      optional("number_by", &KMeansOption::number_by, "first_column",
               "`first_column`: cluster 1 has the least mean of the first of `columns`. `size`: it has the "
               "most rows.",
               choices<ClusterOrder>(
                   {{"first_column", ClusterOrder::kFirstColumn}, {"size", ClusterOrder::kSize}}),
               example_value("size")),
      optional("starts", &KMeansOption::starts, 10, range(1, 10'000),
               "How many times centres are chosen anew; the best is taken.", example_value("50")),
      optional("iterations", &KMeansOption::iterations, 300, range(1, 1e6),
               "How many times the centres of one start are moved at most.", example_value("100")),
      optional("seed", &KMeansOption::seed, 1, range(0, 9.2e18), "Begins the random numbers.",
               example_value("42")));
}

KMeansRules KMeansOption::rules() const {
  KMeansRules made;
  made.clusters = static_cast<size_t>(k);
  made.starts = static_cast<size_t>(starts);
  made.iterations = static_cast<size_t>(iterations);
  made.seed = static_cast<uint64_t>(seed);
  made.order = number_by;
  return made;
}

Status check_segments(const SegmentOptions& options, const Schema& input) {
  if (options.rules.empty() == !options.kmeans)
    return Status::invalid(
        "rules: expected one of 'rules' and 'kmeans'; for example rules: [{name: loyal, when: visits >= "
        "10}]");
  if (options.kmeans && options.otherwise)
    return Status::invalid("default: goes with 'rules'; of clusters every row is in one");
  const bool has_windows_of_rows =
      options.kmeans && options.kmeans->window && std::holds_alternative<RowWindows>(*options.kmeans->window);
  if (options.kmeans && options.kmeans->allowed_lateness.count() > 0 && !has_windows_of_rows)
    return Status::invalid(
        "kmeans.allowed_lateness: goes with window: input, where an aggregate gives windows again");
  return options.kmeans ? check_columns(options.kmeans->columns, input) : Status();
}

}  // namespace weir::behaviour
