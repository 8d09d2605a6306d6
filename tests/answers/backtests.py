"""forecast on three real series, with the horizon and origins that backtests.json fixed before the first result. Every
measure, and the seasonal naive forecast, is computed again here from the values and the forecast rows alone."""
import csv
import datetime
import gzip
import json
import math
import pathlib
import subprocess

from weir_runs import OWN_PIPELINES, Wrong, expect, read_table

SETTINGS = pathlib.Path(__file__).resolve().parent / "backtests.json"


def taxi(data):
    hours = {}
    with (data / "metrics/nab/realKnownCause/nyc_taxi.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            hour = row["timestamp"][:13] + ":00:00"
            hours[hour] = hours.get(hour, 0.0) + float(row["value"])
    return hours


def retail(data):
    days = {}
    for path in sorted((data / "user-events/online-retail-by-day").glob("*.csv.gz")):
        with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                day = row["InvoiceDate"][:10] + " 00:00:00"
                days[day] = days.get(day, 0.0) + float(row["Quantity"]) * float(row["UnitPrice"])
    return days


def flights(data):
    days = {}
    with subprocess.Popen(["zstd", "-dcq", data / "throughput/flights-3m.csv.zst"], stdout=subprocess.PIPE, text=True) as file:
        next(file.stdout)
        for line in file.stdout:
            days[line[:10]] = days.get(line[:10], 0) + 1
    del days["2001-07-01"]
    return {day + " 00:00:00": float(count) for day, count in days.items()}


SERIES = {"taxi": taxi, "retail": retail, "flights": flights}
SECONDS = {"1h": 3600, "1d": 86400}


def on_grid(values, step):
    """The values by step from the first to the last; None where there is no row. And the time of the first."""
    at = {datetime.datetime.fromisoformat(time): value for time, value in values.items()}
    first, seconds = min(at), SECONDS[step]
    grid = [None] * (int((max(at) - first).total_seconds()) // seconds + 1)
    for time, value in at.items():
        grid[int((time - first).total_seconds()) // seconds] = value
    return first, grid


def naive_forecast(known, season, step):
    place = len(known) + step - 1 - season
    while place >= len(known) or (place >= 0 and known[place] is None):
        place -= season
    return known[place] if place >= 0 else None


def measures(points):
    """(actual, forecast, unit) each."""
    smape = [200 * abs(y - f) / (abs(y) + abs(f)) if y or f else 0.0 for y, f, _ in points]
    mase = [abs(y - f) / unit for y, f, unit in points]
    return math.fsum(smape) / len(smape), math.fsum(mase) / len(mase)


def close(what, found, expected):
    if not math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9):
        raise Wrong(f"{what}: found {found}, expected {expected}")


def run_set(weir, data, name, setting):
    values = SERIES[name](data)
    source = weir.folder / f"{name}.csv"
    source.write_text("at,y\n" + "".join(f"{time},{value!r}\n" for time, value in values.items()))
    options = {key: setting[key] for key in ("step", "season", "horizon", "origins", "stride", "gaps")}
    out = weir.run(OWN_PIPELINES / "backtests.yaml", f"backtest-{name}", input=source, **options)
    return values, read_table(out / "trials.csv"), read_table(out / "forecasts.csv")


def check_set(name, setting, values, trials, forecasts):
    """Returns the measures of the model and of seasonal naive, and the coverage."""
    first, grid = on_grid(values, setting["step"])
    season, horizon = setting["season"], setting["horizon"]
    ends = [len(grid) - horizon - k * setting["stride"] for k in reversed(range(setting["origins"]))]
    expect(f"{name}: rows of the back-test", len(trials), len(ends) * horizon)
    model, naive, covered = [], [], {80: 0, 95: 0}
    for row, (end, step) in zip(trials, ((end, step) for end in ends for step in range(1, horizon + 1))):
        seconds = SECONDS[setting["step"]]
        time = first + datetime.timedelta(seconds=(end + step - 1) * seconds)
        expect(f"{name}: time", (row["at"], row["step"]), (time.isoformat() + "Z", str(step)))
        actual = grid[end + step - 1]
        expect(f"{name}: whether {time} has a value", row["actual"] != "", actual is not None)
        if actual is None:
            continue
        close(f"{name}: actual", float(row["actual"]), actual)
        known = grid[:end]
        differences = [abs(known[t] - known[t - season]) for t in range(season, end)
                       if known[t] is not None and known[t - season] is not None]
        unit = math.fsum(differences) / len(differences)
        usual = naive_forecast(known, season, step)
        close(f"{name}: naive", float(row["naive"]), usual)
        model.append((actual, float(row["forecast"]), unit))
        naive.append((actual, usual, unit))
        for level in covered:
            covered[level] += float(row[f"lower_{level}"]) <= actual <= float(row[f"upper_{level}"])
    coverage = {level: 100 * count / len(model) for level, count in covered.items()}
    found = (*measures(model), *measures(naive))
    said = forecasts[0]
    for key, value in zip(("smape", "mase", "naive_smape", "naive_mase"), found):
        close(f"{name}: {key}", float(said[key]), value)
    for level, share in coverage.items():
        close(f"{name}: coverage_{level}", 100 * float(said[f"coverage_{level}"]), share)
    return found, coverage


def backtests(weir, data, _answers):
    better, wide = 0, []
    for name, setting in json.loads(SETTINGS.read_text(encoding="utf-8"))["sets"].items():
        values, trials, forecasts = run_set(weir, data, name, setting)
        (smape, mase, naive_smape, naive_mase), coverage = check_set(name, setting, values, trials, forecasts)
        print(f"      {name}: {forecasts[0]['scored']} steps, sMAPE {smape:.2f} (naive {naive_smape:.2f}), MASE {mase:.3f} "
              f"(naive {naive_mase:.3f}), within 80 %: {coverage[80]:.1f}, within 95 %: {coverage[95]:.1f}; now {forecasts[0]['model']}")
        better += smape < naive_smape and mase < naive_mase
        wide += [f"{name} {level}: {share:.1f}" for level, share in coverage.items() if abs(share - level) > 5]
    if better < 2:
        raise Wrong(f"better than seasonal naive on {better} of three, expected at least two")
    expect("intervals more than 5 points from what they say", wide, [])
