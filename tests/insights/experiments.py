"""Two experiments, by the formulas that the reference of `experiment` names: pooled z, Newcombe, Welch."""
import csv
import gzip
import math
import statistics

from findings import sentence
from page import expect

QUANTILE = statistics.NormalDist().inv_cdf(0.975)
POWER = statistics.NormalDist().inv_cdf(0.8)


def wilson(share, n):
    middle = (share + QUANTILE**2 / (2 * n)) / (1 + QUANTILE**2 / n)
    half = QUANTILE / (1 + QUANTILE**2 / n) * math.sqrt(share * (1 - share) / n + QUANTILE**2 / (4 * n * n))
    return middle - half, middle + half


def proportion(treated, control):
    """Of two lists of 0 and 1."""
    n, m = len(treated), len(control)
    one, other, both = sum(treated) / n, sum(control) / m, (sum(treated) + sum(control)) / (n + m)
    (low, high), (low_other, high_other) = wilson(one, n), wilson(other, m)
    z = (one - other) / math.sqrt(both * (1 - both) * (1 / n + 1 / m))
    error = math.sqrt(one * (1 - one) / n + other * (1 - other) / m)
    return {"estimate": one, "estimate_control": other, "difference": one - other, "statistic": z,
            "low": one - other - math.hypot(one - low, high_other - other),
            "high": one - other + math.hypot(high - one, other - low_other), "p": math.erfc(abs(z) / math.sqrt(2)),
            "mde": (QUANTILE + POWER) * error, "is_proportion": True}


def mean(treated, control):
    """Welch's t with so many degrees of freedom that the quantile's series in 1 / df is exact to the last digits."""
    parts = [statistics.variance(values) / len(values) for values in (treated, control)]
    error = math.sqrt(sum(parts))
    df = sum(parts) ** 2 / sum(part**2 / (len(values) - 1) for part, values in zip(parts, (treated, control)))
    expect("whether there are degrees of freedom enough for the series", df > 10_000, True)
    q = QUANTILE
    q += (q**3 + q) / (4 * df) + (5 * q**5 + 16 * q**3 + 3 * q) / (96 * df**2)
    one, other = statistics.fmean(treated), statistics.fmean(control)
    t = (one - other) / error
    return {"estimate": one, "estimate_control": other, "difference": one - other, "statistic": t,
            "low": one - other - q * error, "high": one - other + q * error,
            "p": math.erfc(abs(t) / math.sqrt(2)),  # The verdict needs it to a few digits only.
            "mde": (q + POWER) * error, "is_proportion": False}


def judged(metrics):
    """Verdicts by Holm's correction over all metrics."""
    worst = 0
    for place, row in enumerate(sorted(metrics, key=lambda row: row["p"])):
        worst = max(worst, min(1, (len(metrics) - place) * row["p"]))
        row["verdict"] = "unclear" if worst >= 0.05 else "better" if row["difference"] > 0 else "worse"


def rows_of(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def add(expected, figure, metrics, arm, control, n, m):
    judged(metrics)
    for row in metrics:
        row |= {"arm": arm, "control": control, "n": n, "n_control": m}
    fit = math.erfc(abs(n - m) / math.sqrt(n + m) / math.sqrt(2))  # Chi-square of the arms' sizes against halves.
    expect(f"{figure}: whether the sizes of the arms fit", fit > 0.001, True)
    expected.table(figure, metrics, ["metric", "arm", "control", "n", "n_control", "estimate", "estimate_control",
                                     "difference", "low", "high", "verdict"])
    expected.findings[figure] = [(row["verdict"], sentence(row)) for row in metrics]


def expect_experiments(expected, data):
    players = {"gate_30": ([], [], []), "gate_40": ([], [], [])}
    for row in rows_of(data / "ab/cookie_cats.csv.gz"):
        for values, name in zip(players[row["version"]], ("retention_1", "retention_7", "sum_game_rounds")):
            values.append(int(row[name]) if name == "sum_game_rounds" else row[name] == "True")
    new, old = players["gate_40"], players["gate_30"]
    gates = [proportion(new[0], old[0]), proportion(new[1], old[1]), mean(new[2], old[2])]
    for row, name in zip(gates, ("day_1", "day_7", "rounds")):
        row["metric"] = name
    add(expected, "gates", gates, "gate_40", "gate_30", len(new[0]), len(old[0]))
    expected.came("gates", len(gates))
    for row in gates[:2]:
        name = row["metric"]
        expected.came(name)
        expected.tile(name, row["estimate"], row["estimate_control"], sample=row["n"])
        expected.tile(f"{name}_z", row["statistic"], name=row["verdict"])
        expected.tile(f"{name}_difference", 100 * row["difference"], interval=(100 * row["low"], 100 * row["high"]))

    clicks = {name: [int(row["click"]) for row in rows_of(data / f"ab/obd-men-{name}.csv.gz")]
              for name in ("random", "bts")}
    policy = proportion(clicks["bts"], clicks["random"]) | {"metric": "clicks"}
    add(expected, "policies", [policy], "bandit", "random", len(clicks["bts"]), len(clicks["random"]))
    expected.came("policies")
    expected.came("clicks")
    expected.tile("clicks", 1000 * policy["estimate"], 1000 * policy["estimate_control"], sample=policy["n"])
    expected.tile("clicks_z", policy["statistic"], name=policy["verdict"])
    expected.tile("clicks_difference", 1000 * policy["difference"],
                  interval=(1000 * policy["low"], 1000 * policy["high"]))
    # What the publishers of both sets, and those who wrote about them, state; z of gate_30 less gate_40.
    for tile, known in (("day_1_z", -1.784086), ("day_7_z", -3.164359), ("clicks_z", 2.150954)):
        expect(f"published {tile}, to its six digits", round(expected.tiles[tile][0], 6), known)
