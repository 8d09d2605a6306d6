"""The methods behind the page in plain Python, from their published rules and what docs/reference says of them: scores of
unusual values, one page an incident, a mean that moved, an error budget, and the seasonal naive forecast with the width
of its intervals."""
import math


class Tail:
    """The scale of a residual and how far its largest few per cent reach."""

    def __init__(self):
        self.scale, self.threshold, self.excess, self.exceeded = 0.0, 3.0, 1.0, 0

    def probability(self, size):
        return 1.0 if size <= self.threshold else 0.03 * math.exp(-(size - self.threshold) / self.excess)

    def learn(self, absolute, size, count):
        cut = min(absolute, 6 * self.scale + 1e-12) if count >= 20 else absolute
        self.scale += (cut - self.scale) * max(1 / 2500, 1 / (count + 1))
        if count <= 20:
            return
        self.threshold = max(0.5, self.threshold + (0.0125 * 0.97 if size > self.threshold else -0.0125 * (1 - 0.97)))
        if size > self.threshold:
            self.exceeded += 1
            excess = min(size - self.threshold, 25 * self.excess)
            self.excess += (excess - self.excess) * max(0.01, 1 / (self.exceeded + 2))


def scores(seconds, values, seasons=(86400, 604800), place=1800, threshold=0.5, warmup=200, rest=200):
    """`seconds` since 1970 in their order. Yields (score, whether an anomaly begins) for each value."""
    level = last = values[0]
    smoothed, calm = 0.0, rest
    tails, errors = [Tail() for _ in range(3)], [0.0] * (len(seasons) + 1)
    profiles = [{} for _ in seasons]
    rates = [min(0.3, 0.05 * season / seasons[0]) for season in seasons]
    for count, (second, value) in enumerate(zip(seconds, values)):
        places = [int(second % season) // place for season in seasons]
        expected = [level]
        for profile, at in zip(profiles, places):
            mean, seen = profile.get(at, (0.0, 0))
            expected.append(mean if seen >= 2 else expected[-1])
        best = 0
        for i in range(1, len(expected)):
            if errors[i] < errors[best] * 0.65:
                best = i
        smoothed += (value - expected[best] - smoothed) / 24
        least, chance = 1e-6 * abs(level) + 1e-12, 1.0
        for tail, residual in zip(tails, (value - expected[best], value - last, smoothed)):
            size = abs(residual) / (tail.scale + least)
            chance = min(chance, 3 * tail.probability(size))
            tail.learn(abs(residual), size, count)
        cut = 18 * max(tails[0].scale, 1e-12)
        clamp = lambda step: max(-cut, min(cut, step))
        for i, each in enumerate(expected):
            errors[i] += (min(abs(value - each), cut) - errors[i]) * max(1 / 500, 1 / (count + 1))
        step = value - level
        level += max(1 / 300, 1 / (count + 1)) * (clamp(step) if count > 20 else step)
        for profile, at, rate in zip(profiles, places, rates):
            mean, seen = profile.get(at, (0.0, 0))
            seen += 1
            off = value - mean
            profile[at] = (mean + max(rate, 1 / seen) * (clamp(off) if seen > 3 else off), seen)
        last = value
        is_warm = count >= warmup and second - seconds[0] >= 2 * seasons[0]
        score = min(1.0, -math.log10(max(chance, 1e-30)) / 5.5) if is_warm and chance < 1 else 0.0
        if score < threshold:
            calm += 1
            yield score, False
        else:
            yield score, calm >= rest
            calm = 0


def pages(seconds, readings, above, keep_firing_for):
    """One (second, reading) for each incident. Of several readings of one second the last counts."""
    told, clear_since, is_firing = [], None, False
    for second, reading in sorted(dict(zip(seconds, readings)).items()):
        if reading > above:
            if not is_firing:
                told.append((second, reading))
            is_firing, clear_since = True, None
        elif is_firing:
            clear_since = second if clear_since is None else clear_since
            is_firing = second - clear_since < keep_firing_for
    return told


def mean_and_deviation(values):
    mean = math.fsum(values) / len(values)
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def changes(times, values, slack=0.5, threshold=8.0, warmup=30):
    """Tabular CUSUM, both sides. (changed at, seen at, mean before, mean after, shift) each."""
    found, begin, sides = [], 0, {1: (0.0, 0), -1: (0.0, 0)}
    for i, value in enumerate(values):
        if i - begin < warmup:
            continue
        mean, deviation = mean_and_deviation(values[begin:i])
        z = max(-3.5, min(3.5, (value - mean) / deviation))
        for sign, (total, since) in sides.items():
            sides[sign] = (max(0.0, total + sign * z - slack), i if total == 0 else since)
        total, since = max(sides.values(), key=lambda side: side[0])
        if total > threshold:
            before, deviation = mean_and_deviation(values[begin:since])
            after = math.fsum(values[since:i + 1]) / (i + 1 - since)
            found.append((times[since], times[i], before, after, (after - before) / deviation))
            begin, sides = since, {1: (0.0, 0), -1: (0.0, 0)}
    return found


def budgets(hours, objective, window, burn_rates):
    """`hours` as (hour since 1970, good, total) in their order. Yields (budget left, burn rates by name)."""
    for hour, _, _ in hours:
        def bad_share(length):
            part = [(good, total) for at, good, total in hours if hour - length < at <= hour]
            total = sum(total for _, total in part)
            return (total - sum(good for good, _ in part)) / total
        yield (1 - bad_share(window) / (1 - objective),
               {name: bad_share(length) / (1 - objective) if hour - hours[0][0] >= length - 1 else None
                for name, length in burn_rates.items()})


def naive_deviations(values, season):
    """At each origin, the root mean square of the errors of the seasonal naive forecast before it."""
    found, squares = [], 0.0
    for origin in range(len(values) + 1):
        count = origin - season
        found.append(math.sqrt(squares / count) if count > 0 else None)
        if season <= origin < len(values):
            squares += (values[origin] - values[origin - season]) ** 2
    return found


def naive_widths(values, deviations, season, horizon, origin):
    """Half the width of the 80 and 95 % interval of a forecast from `origin`, for a horizon within one season: the
    weighted quantile of past errors, each in the deviation that was known when it was forecast."""
    most = 2 * season if season > 45 else 90
    end = origin - horizon + 1
    begin = max(2 * season, end - most)
    known, weights = [], []
    for at in range(begin, end):
        weight = 2.0 ** (-(end - 1 - at) * 4 / most)
        weights.append(weight)
        known += [(abs(values[at + i] - values[at + i - season]) / deviations[at], weight) for i in range(horizon)]
    total = math.fsum(weight for _, weight in known)
    alike = math.fsum(weights) ** 2 / math.fsum(weight * weight for weight in weights)
    widths = []
    for level in (0.8, 0.95):
        below, wanted = 0.0, min(1.0, level * (1 + 1 / alike)) * total
        for ratio, weight in sorted(known):
            below += weight
            if below >= wanted:
                break
        widths.append(ratio * deviations[origin])
    return widths
