"""Data sets that no pipeline of this repository is about: one run over nine of them at once."""
from weir_runs import OWN_PIPELINES, compare_table, expect, read_rejected, read_table


def moment(text):
    """A time of the answers, which have six digits after the point or none, as Weir writes it."""
    return text.replace(" ", "T").removesuffix("+00:00").removesuffix("000") + "Z"


def other_sets(weir, data, answers):
    out = weir.run(OWN_PIPELINES / "other_sets.yaml", "other-sets", data=data)
    cran, loans, events, ssl = answers["cran"], answers["bpic12"], answers["github"], answers["zeek"]["ssl"]
    nginx, schools, boston, nab = answers["nginx"], answers["dups"], answers["boston"], answers["nab"]
    forms = 4  # The same hundred rows: plain, gzip, gzip of several members, zstd.
    good_tabbed = boston["bad_tsv_field_counts"][str(boston["columns"])] - 1  # Less the header.
    expected = {
        "downloads": {"rows": cran["rows"], "users": cran["distinct_ip_id"], "packages": cran["distinct_package"],
                      "size": cran["sum_size"], "na": cran["NA"]["r_version"]},
        "loans": {"rows": loans["rows"], "cases": loans["cases"], "activities": loans["activities"],
                  "without_resource": loans["empty_resource"], "complete": loans["events_by_lifecycle"]["COMPLETE"],
                  "first_event": moment(loans["first_utc"]), "last_event": moment(loans["last_utc"])},
        "events": {"rows": events["rows"], "actors": events["distinct_actor"], "repos": events["distinct_repo"],
                   "with_org": events["with_org"], "size": events["push_size_sum"],
                   "pushes": dict(events["types"])["PushEvent"]},
        "connections": {"rows": ssl["rows"], "connections": ssl["distinct_uid"],
                        "without_version": dict(ssl["versions"])["(absent)"],
                        "established": ssl["established"]["True"], "resumed": ssl["resumed_true"],
                        "first_seen": ssl["ts_min"], "last_seen": ssl["ts_max"]},
        "schools": {"rows": schools["rows"], "entities": schools["distinct_true_id"],
                    "without_zip": schools["empty_zip"], "without_phone": schools["empty_phone"]},
        "requests": {"rows": forms * boston["rows"], "overdue": forms * boston["ontime"]["OVERDUE"],
                     "open": forms * boston["case_status"]["Open"],
                     "first_opened": moment(boston["open_dt_min_max"][0]),
                     "last_opened": moment(boston["open_dt_min_max"][1])},
        "tabbed": {"rows": good_tabbed},
        "metrics": {"rows": nab["rows"]},
    }
    for name, row in expected.items():
        compare_table(name, read_table(out / f"{name}.csv"), [row])
    counters = {name: int(value) for name, value in read_table(out / "counters.csv")[0].items()}
    expect("counters", (counters["rows"], counters["first_total"], counters["last_total"]),
           (nginx["docs"], nginx["requests_total_first"], nginx["requests_total_last"]))
    expect("failed handshakes", counters["most_failed"] - counters["least_failed"], nginx["handshakes_failed_delta"])
    speed = read_table(out / "speed.csv")[0]
    expect("rates of the counter", (int(speed["rates"]), float(speed["increase"])), (nginx["docs"] - 1, nginx["delta"]))
    expect("mean and greatest rate [1/s]", (round(float(speed["mean"]), 6), round(float(speed["greatest"]), 6)),
           (nginx["mean_rate_per_s"], nginx["max_rate_per_s"]))
    rejected = read_rejected(out / "rejected.ndjson")
    expect("rejected rows", [path.rsplit("/", 1)[1] for path, _, _ in rejected], ["boston311-100-bad.tsv"])
    expect("fields of the rejected row", rejected[0][2].count(b"\t") + 1, boston["columns"] + 1)
