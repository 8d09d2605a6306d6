"""Real data: the figures that the data's own README and answers.json state, against what the pipelines compute."""
import decimal
import math
import re
import statistics

from audience import audience
from behaviour import behaviour
from oracle import ORACLES, read_lines
from other_sets import other_sets
from backtests import backtests
from nab import nab
from rfm import rfm
from suites import csv_spectrum, json_suite, yaml_suite
from weir_runs import (OWN_PIPELINES, PIPELINES, Wrong, agrees, compare_outputs, compare_table, expect,
                       read_rejected, read_table)


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


def in_order(weir, data, answers):
    """A file is sorted by time when no row is late, though no row is waited for."""
    out = weir.run(OWN_PIPELINES / "in_order.yaml", "in-order", data=data)
    late = {path.stem: int(read_table(path)[0]["late"]) for path in out.glob("*.csv")}
    known = {"edits": answers["wiki"]["sorted_by_time"], "flights": answers["fl"]["sorted_by_date"],
             "connections": answers["zeek"]["ssl"]["sorted_by_ts"]}
    expect("sorted by time", {name: count == 0 for name, count in late.items()}, known)


def experiments(weir, data, answers):
    """The publishers' figures of both experiments; the intervals and Welch's test are of statsmodels and scipy."""
    out = weir.run(OWN_PIPELINES / "experiments.yaml", "experiments", data=data)

    def expect_near(name, row, tolerance, **expected):
        for key, value in expected.items():
            if abs(float(row[key]) - value) > tolerance:
                raise Wrong(f"{name}: {key}: found {row[key]}, expected {value} within {tolerance}")

    cats = answers["cats"]
    gates = {row["metric"]: row for row in read_table(out / "gates.csv")}
    expect("verdicts of the gates", {name: row["verdict"] for name, row in gates.items()},
           {"day1": "unclear", "day7": "worse", "rounds": "unclear"})
    for row in gates.values():
        expect_figures("players", row, n=cats["groups"]["gate_40"]["users"],
                       n_control=cats["groups"]["gate_30"]["users"], crossed_units=0)
        expect_near("players", row, 1e-12, sample_ratio_p=0.008607987810836262)  # scipy: chisquare([44700, 45489])
    for metric, name in (("day1", "retention_1_gate30_vs_40"), ("day7", "retention_7_gate30_vs_40")):
        known = cats[name]  # Of gate_30 less gate_40; the arm is gate_40 here.
        expect_near(metric, gates[metric], 5e-9, estimate_control=known["p1"], estimate=known["p2"],
                    difference=-known["diff"], p=known["p_two_sided"])
        expect_near(metric, gates[metric], 5e-7, statistic=-known["z"])
        # What is found in 80 of 100 cases, as textbooks have it: (z of 97.5 % + z of 80 %) * unpooled standard error.
        error = math.sqrt(sum(p * (1 - p) / n for p, n in ((known["p1"], cats["groups"]["gate_30"]["users"]),
                                                           (known["p2"], cats["groups"]["gate_40"]["users"]))))
        normal = statistics.NormalDist()
        expect_near(metric, gates[metric], 1e-9, mde=(normal.inv_cdf(0.975) + normal.inv_cdf(0.8)) * error)
    # statsmodels 0.15: confint_proportions_2indep(..., method="newcomb")
    expect_near("day1", gates["day1"], 1e-12, low=-0.012391904992707325, high=0.000582095069752226)
    expect_near("day7", gates["day7"], 1e-12, low=-0.013281940871914845, high=-0.00312130268876126)
    # scipy 1.17: ttest_ind(..., equal_var=False), confidence_interval()
    expect_near("rounds", gates["rounds"], 1e-10, statistic=-0.885437433127067, p=0.37592438409326173,
                low=-3.7197051164946457, high=1.4047282085881476, mde=3.6624263713427396)
    expect_near("rounds", gates["rounds"], 1e-6, df=58595.481422574)

    by_row = {row["metric"]: row for row in read_table(out / "gates_by_row.csv")}
    for metric, row in gates.items():
        expect(f"{metric} from sums of all copies", by_row[metric]["sentence"], row["sentence"])
        for key in ("estimate", "estimate_control", "difference", "low", "high", "p", "statistic", "mde"):
            if not math.isclose(float(by_row[metric][key]), float(row[key]), rel_tol=1e-11):
                raise Wrong(f"{metric} from sums of all copies: {key}: found {by_row[metric][key]}, "
                            f"expected {row[key]}")

    known, policies = answers["obd"]["ctr_bts_vs_random"], read_table(out / "policies.csv")
    expect("rows of policies", len(policies), 1)
    expect_near("policies", policies[0], 5e-9, estimate=known["p1"], estimate_control=known["p2"],
                difference=known["diff"], p=known["p_two_sided"])
    expect_near("policies", policies[0], 5e-7, statistic=known["z"])


CHECKS = {"wikipedia": wikipedia, "retail": retail, "access-logs": access_logs, "flights": flights, "kansas": kansas,
          "other-sets": other_sets, "in-order": in_order, "experiments": experiments, "behaviour": behaviour,
          "audience": audience, "rfm": rfm,
          "csv-spectrum": csv_spectrum, "json-suite": json_suite, "yaml-suite": yaml_suite,
          "nab": nab, "backtests": backtests}
