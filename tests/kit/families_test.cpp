// The components that come with weir keep the promises of every component. Not here: what is not to be
// compared (a screen, this machine's load), and json files, which `file` refuses to go on with after a
// restart.
#include <weir/test/conformance.hpp>

namespace weir::test {
namespace {

struct Case {
  std::string name;
  Subject subject;
  Trial trial;
  /// For the names that ctest shows.
  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

const std::string kColumns = "ts: timestamp, user: string, x: int64, y: float64";
const std::string kRows = R"([
  ["2025-01-01T00:00:01Z", "ada", 1, 0.5], ["2025-01-01T00:00:30Z", "bob", 2, -2.0],
  ["2025-01-01T00:01:00Z", null, 3, null], ["2025-01-01T00:01:20Z", "ada", null, 4.25],
  ["2025-01-01T00:02:59Z", "a name of more than twelve bytes", 5, 0.0], ["2025-01-01T00:03:00Z", "bob", 6, 1e9]])";

Settings with(std::vector<std::string> outputs) {
  Settings settings;
  settings.outputs = std::move(outputs);
  return settings;
}

Settings in_event_time(std::vector<std::string> outputs = {"out", "late"}) {
  Settings settings = with(std::move(outputs));
  settings.event_time = "ts";
  settings.max_delay = "1m";
  return settings;
}

/// A text file's lines with the rows of `kRows`-like data in a format of its own.
const std::string kNdjson =
    "{\"x\":1,\"user\":\"ada\"}\n{\"x\":2}\nnot json\n{\"x\":4,\"user\":\"bob\"}\n{\"x\":5}\n";
const std::string kCsv = "x,user\n1,ada\n2,\"bob, the\nsecond\"\nthree,c\n4,d\n";
const std::string kLog =
    "10.0.0.1 - - [01/Jan/2025:00:00:01 +0000] \"GET / HTTP/1.1\" 200 10 \"-\" \"curl\"\nnonsense\n"
    "10.0.0.2 - - [01/Jan/2025:00:00:02 +0000] \"GET /a HTTP/1.1\" 404 0 \"-\" \"curl\"\n";

std::vector<Case> cases() {
  const auto basic = [](std::string name, std::string options, Settings settings = {}) {
    return transform(std::move(name), std::move(options), kColumns, std::move(settings));
  };
  return {
      {"filter", basic("filter", "where: x > 1"), {.rows = kRows, .bad_options = {{"where: z > 1", "'z'"}}}},
      {"map", basic("map", "set: {z: x * 2}\ncast: {y: string}"), {.rows = kRows}},
      {"select",
       basic("select", "columns: [user, x]"),
       {.rows = kRows, .bad_options = {{"columns: []", "columns"}}}},
      {"route",
       basic("route", "routes: {big: x > 3, small: x < 2}", with({"big", "small", "else"})),
       {.rows = kRows}},
      {"merge", basic("merge", ""), {.rows = kRows}},
      {"sample", basic("sample", "share: 0.5"), {.rows = kRows, .bad_options = {{"share: 2", "share"}}}},
      {"limit", basic("limit", "rows: 4"), {.rows = kRows, .bad_options = {{"rows: -1", "rows"}}}},
      {"sort",
       basic("sort", "by: [{column: y, order: desc}]"),
       {.rows = kRows, .bad_options = {{"by: [z]", "'z'"}}}},
      {"aggregate_whole",
       basic("aggregate", "by: [user]\ncompute: {n: count(), x: sum(x), top: max(y)}"),
       {.rows = kRows}},
      {"aggregate_windows",
       basic("aggregate", "window: {tumbling: 1m}\ncompute: {n: count(), m: p50(x), u: count(DISTINCT user)}",
             in_event_time()),
       {.rows = kRows, .bad_options = {{"window: {tumbling: 0s}\ncompute: {n: count()}", "tumbling"}}}},
      {"aggregate_statistics",
       basic("aggregate",
             "compute: {c: \"corr(x, y)\", v: \"covar_pop(x, y)\", s: \"covar(x, y)\", m: mode(user), "
             "k: \"top_k(user, 2)\", d: approx_distinct(user), h: \"histogram(x, 0, 10, 5)\", "
             "q: \"quantile_change(x, y > 0, 0.5)\", a: \"apdex(x, 2)\"}"),
       {.rows = kRows,
        .bad_options = {{"compute: {h: \"histogram(x, 10, 0, 5)\"}", "histogram"},
                        {"compute: {k: \"top_k(x, 0)\"}", "top_k"}}}},
      {"dedupe", basic("dedupe", "by: [user]", with({"out", "duplicates"})), {.rows = kRows}},
      {"dedupe_within",
       basic("dedupe", "by: [user]\nwithin: 1m", in_event_time({"out", "duplicates", "late"})),
       {.rows = kRows, .bad_options = {{"by: [user]\nwithin: 0s", "within"}}}},
      {"throttle",
       basic("throttle", "rows: 1\nevery: 1m", in_event_time({"out", "throttled", "late"})),
       {.rows = kRows, .bad_options = {{"rows: 0\nevery: 1m", "rows"}, {"every: 1m", "rows"}}}},
      {"top_n",
       basic("top_n", "n: 2\nby: y\nper: [user]"),
       {.rows = kRows, .bad_options = {{"n: 2\nby: [z]", "'z'"}, {"n: 0\nby: y", "n"}}}},
      {"reduce",
       basic("reduce", "by: [user]\nkeep: {n: count(), x: sum(x), last: last(x)}\nuntil: x > 4\nidle: 70s",
             in_event_time({"out"})),
       {.rows = kRows, .bad_options = {{"by: [user]\nkeep: {n: count()}", "until"}}}},
      {"delay",
       basic("delay", "for: 1m", in_event_time({"out"})),
       {.rows = kRows, .bad_options = {{"for: -1s", "for"}}}},
      {"ndjson", decoder("ndjson", "columns: {x: int64, user: string}"), {.bytes = kNdjson}},
      {"csv", decoder("csv", "columns: {x: int64, user: string}"), {.bytes = kCsv}},
      {"lines", decoder("lines"), {.bytes = "one\ntwo\r\n\nfour\nlast without an end"}},
      {"access_log", decoder("access_log"), {.bytes = kLog}},
      {"json",
       decoder("json", "columns: {x: int64}"),
       {.bytes = "[{\"x\":1},{\"x\":2},{\"x\":\"three\"},{\"x\":4}]"}},
      {"to_ndjson", encoder("ndjson", "", kColumns), {.rows = kRows}},
      {"to_csv", encoder("csv", "", kColumns), {.rows = kRows}},
      {"file_out", sink("file", "path: out.ndjson\nformat: ndjson", kColumns), {.rows = kRows}},
      {"file_out_by_value",
       sink("file", "path: \"out/{user}.csv\"\nformat: csv", "user: string, x: int64"),
       {.rows = R"([["a", 1], ["b", 2], ["a", 3], ["c", 4]])"}},
      {"report",
       sink("report",
            "path: page.html\ntitle: Numbers\nsections: [{id: all, question: How many?, show: [{kpi: most, "
            "value: x, "
            "pick: largest}, {line: over_time, x: ts, y: [x, y]}, {table: rows}]}]",
            kColumns),
       {.rows = kRows,
        .bad_options =
            {{"path: page.html\ntitle: T\nsections: [{id: a, question: What?, show: [{kpi: n, value: z}]}]",
              "'z'"}}}},
      {"file_in",
       source("file", "path: in.ndjson\nformat: {type: ndjson, columns: {x: int64}}\nchunk: 64KiB"),
       {.files = {{"in.ndjson", kNdjson}}}},
      {"generator",
       source("generator", "seed: 7\nrows: 30000\ncolumns: {id: sequence, u: {zipf: {n: 100}}}"),
       {.bad_options = {{"rows: 1\ncolumns: {id: sequense}", "sequense"}}}},
  };
}

class Family : public testing::TestWithParam<Case> {};

TEST_P(Family, KeepsThePromisesOfEveryComponent) { expect_conforms(GetParam().subject, GetParam().trial); }

INSTANTIATE_TEST_SUITE_P(Components, Family, testing::ValuesIn(cases()),
                         [](const testing::TestParamInfo<Case>& one) { return one.param.name; });

}  // namespace
}  // namespace weir::test
