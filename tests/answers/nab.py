"""The scoring rule of the Numenta Anomaly Benchmark (Lavin & Ahmad 2015, "Evaluating Real-time Anomaly Detection
Algorithms"), and what anomaly comes to by it on the real sets that are given.

A window of rows is one true anomaly. With S(x) = 2 / (1 + exp(5 x)) - 1, at most 3 window lengths wide: the first
row flagged in a window earns S(-(rows from it to the window's end) / length) / S(-1), a window without one costs the
weight of a miss, and a flagged row outside costs the weight of a false alarm times S(rows since the window before /
(length - 1)), 1 before the first window. Rows of the first 15 % (750 at most) count for nothing. The sum over all
files is put between that of no flag at all (0) and of every window found at its first row (100)."""
import collections
import csv
import json
import math

from weir_runs import OWN_PIPELINES, Wrong, expect, read_table

# Weights of a find, a false alarm and a miss.
PROFILES = {"standard": (1.0, 0.11, 1.0), "reward_low_FP_rate": (1.0, 0.22, 1.0), "reward_low_FN_rate": (1.0, 0.11, 2.0)}

# The sum over these 24 files of what each detector's published results/*_standard_scores.csv says, put on the same
# scale; each at the threshold that is best for it over the whole benchmark.
PUBLISHED = {"Numenta HTM": 66.84, "contextOSE": 61.78, "KNN-CAD": 54.70, "random cut forest": 51.95,
             "relative entropy": 49.99, "earthgecko Skyline": 48.35, "windowed Gaussian": 16.48}
QUIET = "realAWSCloudwatch/ec2_cpu_utilization_c6585a.csv"  # It has no anomaly.


def s_curve(x):
    return -1.0 if x >= 3 else 2 / (1 + math.exp(5 * x)) - 1


def score_file(times, flagged, windows, profile="standard"):
    """`times` and `flagged` by row; `windows` as (first time, last time). Returns the sum and the false alarms."""
    found, false_alarm, miss = PROFILES[profile]
    probation = min(math.floor(0.15 * len(times)), 750)
    bounds = [(times.index(first), times.index(last)) for first, last in windows]
    best = {bound: -miss for bound in bounds if bound[1] >= probation}
    total, alarms, before = 0.0, 0, None
    for row in range(len(times)):
        bound = next((b for b in bounds if b[0] <= row <= b[1]), None)
        if flagged[row] and row >= probation:
            if bound:
                first, last = bound
                earned = found * s_curve(-(last - row + 1) / (last - first + 1)) / s_curve(-1)
                best[bound] = max(best[bound], earned)
            else:
                alarms += 1
                past = s_curve((row - before[1]) / (before[1] - before[0])) if before else -1.0
                total += false_alarm * past
        if bound and row == bound[1]:
            before = bound
    return total + sum(best.values()), alarms


def normalised(total, window_count, profile="standard"):
    found, _, miss = PROFILES[profile]
    return 100 * (total + miss * window_count) / ((found + miss) * window_count)


def read_set(folder, name):
    with (folder / name).open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    return [row[0] for row in rows], [float(row[1]) for row in rows]


def windowed_gaussian(values, size=1000):
    """The benchmark's own simplest detector: which rows have a normal tail that is 0 to a double."""
    flagged, window = [], collections.deque()
    for value in values:
        if window:
            mean = math.fsum(window) / len(window)
            spread = math.sqrt(math.fsum((x - mean) ** 2 for x in window) / len(window)) or 1e-6
            flagged.append(1 - 0.5 * math.erfc(abs(value - mean) / spread / 1.4142) >= 1.0)
        else:
            flagged.append(False)
        window.append(value)
        if len(window) > size:
            window.popleft()
    return flagged


def check_rule(folder, windows):
    """No flag is 0, every window's first row 100; and one published result comes out to the last digit."""
    everything = nothing = window_count = 0
    for name, bounds in windows.items():
        times, values = read_set(folder, name)
        firsts = {first for first, _ in bounds}
        seen = [time in firsts for time in times]
        everything += score_file(times, seen, bounds)[0]
        nothing += score_file(times, [False] * len(times), bounds)[0]
        window_count += len(bounds)
    expect("windows", window_count, 49)
    expect("no flag", normalised(nothing, window_count), 0.0)
    expect("every first row", round(normalised(everything, window_count), 9), 100.0)
    name = "realAWSCloudwatch/ec2_cpu_utilization_24ae8d.csv"
    times, values = read_set(folder, name)
    score, alarms = score_file(times, windowed_gaussian(values), windows[name])
    # results/windowedGaussian/windowedGaussian_standard_scores.csv of the benchmark.
    expect(f"windowed Gaussian on {name}", (round(score, 12), alarms), (-1.266678759349, 11))


def flags_of(weir, folder, name):
    """Which rows of the file anomaly flags, in the file's order."""
    out = weir.run(OWN_PIPELINES / "nab.yaml", "nab-" + name.replace("/", "-"), input=folder / name)
    given = collections.defaultdict(list)
    for row in read_table(out / "scores.csv"):
        given[row["timestamp"].rstrip("Z").replace("T", " "), float(row["value"])].append(row["is_anomaly"] == "true")
    times, values = read_set(folder, name)
    flagged = [given[row].pop(0) for row in zip(times, values)]
    if any(given.values()):
        raise Wrong(f"{name}: rows that are not in the file")
    return times, flagged


def nab(weir, data, _answers):
    folder = data / "metrics/nab"
    raw = json.loads((folder / "combined_windows.json").read_text(encoding="utf-8"))
    windows = {name: [(first[:19], last[:19]) for first, last in bounds] for name, bounds in raw.items()}
    check_rule(folder, windows)
    totals, window_count = collections.Counter(), 0
    for name, bounds in windows.items():
        times, flagged = flags_of(weir, folder, name)
        window_count += len(bounds)
        for profile in PROFILES:
            score, alarms = score_file(times, flagged, bounds, profile)
            totals[profile] += score
        print(f"      {name}: {score_file(times, flagged, bounds)[0]:.3f} of {len(bounds)}, {alarms} false alarms")
        if name == QUIET:
            expect(f"flags in {name}, warm-up and all", sum(flagged), 0)
    for profile in PROFILES:
        print(f"      {profile}: {normalised(totals[profile], window_count, profile):.2f}")
    for detector, score in PUBLISHED.items():
        print(f"      standard, published: {detector} {score:.2f}")
    standard = normalised(totals["standard"], window_count)
    if standard < 60:
        raise Wrong(f"NAB, standard profile: {standard:.2f}, expected at least 60")
