"""The data of every panel kind that is made of measures."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import select

from dashboard.taking.moment import Taking
from dashboard.taking.readings import KEYED_AREAS, LEAST_WEEKS, same_weekdays
from data.differences import Counted, Difference
from data.distributions import together
from data.measures import Measure, Part, Ratio, Scope, Span, quantile
from data.schema import REGION, grid_item
from modules.spec import (
    Ages,
    AreaBars,
    Bars,
    Calendar,
    Control,
    Ecdf,
    Funnel,
    Heat,
    Items,
    Medians,
    SpreadBars,
    StageTable,
    Trend,
    Window,
)

Data = dict[str, Any]
Run = Sequence[float | None]
MOST_BARS = 12
DAY_HOURS = 24
ECDF_POINTS = 60
Z95 = 1.959964
DAY_S = 86_400.0
PERCENT = 100.0  # the scale of a share; any other is so many per so many
AGES = (("d1", -math.inf, DAY_S), ("d3", DAY_S, 3 * DAY_S), ("more", 3 * DAY_S, math.inf))


def wilson(over: float, under: float) -> tuple[float, float]:
    """The 95 % Wilson interval of a share, in percent."""
    share = over / under
    middle = share + Z95**2 / (2 * under)
    half = Z95 * ((share * (1 - share) + Z95**2 / (4 * under)) / under) ** 0.5
    scale = 100 / (1 + Z95**2 / under)
    return max(0.0, (middle - half) * scale), min(100.0, (middle + half) * scale)


def funnel(panel: Funnel | StageTable, taking: Taking) -> Data:
    """Of one cohort: how many reached each stage, the share that went on, how many left there or wait there, and how long it took.

    For every stage but the last: count = next count + left + waiting.
    """
    span, read = taking.span(panel.over), (taking.connection, taking.scope)
    if not all(stage.reached.carries(taking.scope.level) for stage in panel.stages):
        return {"stages": [], "missing": True}
    counts = [stage.reached.total(*read, span).value or 0.0 for stage in panel.stages]
    timed = [stage.dwell for stage in panel.stages if stage.dwell]
    dwells = dict(zip(timed, together(timed, *read, span), strict=True))
    stages = []
    for number, (stage, count) in enumerate(zip(panel.stages, counts, strict=True)):
        dwell = dwells[stage.dwell] if stage.dwell else []
        gone = (stage.left.total(*read, span).value or 0.0) if stage.left else 0.0
        on = counts[number + 1] if number + 1 < len(counts) else None
        stages.append(
            {
                "key": stage.key,
                "count": count,
                "through": 100 * count / counts[number - 1] if number and counts[number - 1] else None,
                "left": None if on is None else gone,
                "waiting": None if on is None else count - on - gone,
                "p50_s": quantile(dwell, 0.5),
                "p90_s": quantile(dwell, 0.9),
                "n": len(dwell),
                "limit_s": stage.limit_s,
            }
        )
    drops = [{"key": key, "count": measure.total(*read, span).value or 0.0} for key, measure in panel.drops]
    return {"stages": stages, "drops": drops, "missing": taking.known_from(panel.stages[0].reached) is None}


def bars(panel: Bars, taking: Taking) -> Data:
    """A measure for each key, the most first or as listed. Where keys are not kept at this level, the panel is missing."""
    if not panel.measure.keeps(panel.by, taking.scope.level):
        return {"rows": [], "unit": unit_of(panel.measure), "target": None, "missing": True}
    span = taking.span(panel.over)
    parts = panel.measure.by_key(taking.connection, taking.scope, panel.by, span)
    of = panel.of.by_key(taking.connection, taking.scope, panel.by, span) if panel.of else {}
    rows = [bar(key, part, of.get(key), panel.least, taking.named(panel.by, key)) for key, part in parts.items() if _told(part)]
    awaited = [bar(key, Part(None), None, 0, taking.named(panel.by, key)) for key in panel.keys if not _told(parts.get(key))]
    found = [*ranked(rows), *awaited]
    if panel.listed:
        found.sort(key=lambda row: taking.place(panel.by, row["key"]))
    return {"rows": found, "unit": unit_of(panel.measure), "target": None}


def _told(part: Part | None) -> bool:
    """Whether there is anything to say: a rate of zero is, a count of zero is not, and what is kept back is said to be."""
    return part is not None and (part.withheld or bool(part.value if part.denominator is None else part.denominator))


def ages(panel: Ages, taking: Taking) -> Data:
    """How many have been waiting by key, in three ages, with the P50 and P90 of their age; the oldest P90 first."""
    if not panel.measure.carries(taking.scope.level) or taking.past:
        return {"rows": [], "unit": "count", "target": None, "missing": True}
    groups = panel.measure.grouped(taking.connection, taking.scope, panel.by, taking.now, taking.stood)
    of = {}
    if taking.scope.level in KEYED_AREAS:
        of = panel.of.by_key(taking.connection, taking.scope, panel.by, taking.span(Window.NOW))
    rows = []
    for key, values in groups.items():
        row = bar(key, Part(float(len(values))), of.get(key), 0, taking.named(panel.by, key))
        parts = [{"key": name, "value": sum(low < value <= high for value in values)} for name, low, high in AGES]
        rows.append(row | {"parts": parts, "p50_s": quantile(values, 0.5), "p90_s": quantile(values, 0.9)})
    rows.sort(key=lambda row: (-(row["p90_s"] or 0.0), row["key"]))
    return {"rows": rows[:MOST_BARS], "unit": "count", "target": None, "total": sum(len(values) for values in groups.values())}


def area_bars(panel: AreaBars, taking: Taking) -> Data:
    """A measure for each area below the scope; missing where it is not told of such areas."""
    children = taking.children()
    if not all(panel.measure.carries(taking.areas[code]["kind"]) for code in children):
        return {"rows": [], "unit": unit_of(panel.measure), "target": None, "missing": True}
    parts = panel.measure.by_area(taking.connection, taking.region, children, taking.span(panel.over))
    rows = [bar(code, part, None, panel.least, taking.label(code, taking.areas)) for code, part in parts.items()]
    return {
        "rows": ranked([row for row in rows if row["value"] is not None or row["withheld"]]),
        "unit": unit_of(panel.measure),
        "target": None,
    }


def medians(panel: Medians, taking: Taking) -> Data:
    """The quantile of a distribution for each key, with its count."""
    groups = _groups(panel, taking)
    rows = [
        bar(key, Part(quantile(values, panel.share)), None, 0, taking.named(panel.by, key)) | {"n": len(values), "small": len(values) < 30}
        for key, values in groups.items()
    ]
    return {"rows": ranked(rows), "unit": "seconds", "target": None}


def _groups(panel: Medians | Ecdf, taking: Taking) -> dict[str, list[float]]:
    if not panel.measure.carries(taking.scope.level):
        return {}
    return panel.measure.grouped(taking.connection, taking.scope, panel.by, taking.span(panel.over))


def spread_bars(panel: SpreadBars, taking: Taking) -> Data:
    """The coefficient of variation among the communities of each area below the scope."""
    measure, span = panel.measure, taking.span(panel.metric.over)
    loads = measure.loads(taking.connection, taking.region, taking.below("community"), span)
    rows = []
    for code in taking.children():
        part = measure.among([load for inside, load in loads.items() if taking.within(inside, code)])
        if part.value is not None:
            rows.append(bar(code, part, None, 0, taking.label(code, taking.areas)))
    return {"rows": ranked(rows), "unit": "percent", "target": panel.metric.target}


def bar(key: str, part: Part, of: Part | None, least: int, label: dict[str, str]) -> Data:
    """One key's bar, with its interval where it is a rate."""
    rate = bool(part.denominator) and part.numerator is not None
    low, high = wilson(part.numerator or 0, part.denominator or 1) if rate else (None, None)
    return {
        "key": key,
        **label,
        "value": part.value,
        "numerator": part.numerator,
        "of": of.value if of else part.denominator,
        "parts": None,
        "small": part.denominator is not None and part.denominator < least,
        "low": low,
        "high": high,
        "rank": None,
        "withheld": part.withheld,
    }


def ranked(rows: list[Data]) -> list[Data]:
    """The highest first, rows with too few facts after all others. Rates get a rank that counts only who is surely higher:
    rows whose intervals overlap are not told apart, and too few facts have none."""
    ordered = sorted(rows, key=lambda row: (row["small"], -(row["value"] or 0.0), row["key"]))[:MOST_BARS]
    judged = [row for row in ordered if not row["small"] and row["low"] is not None]
    for row in judged:
        row["rank"] = 1 + sum(other["low"] > row["high"] for other in judged)
    return ordered


def unit_of(measure: Counted) -> str:
    """What a measure counts in."""
    if isinstance(measure, Ratio):
        return "percent" if measure.scale == PERCENT else "rate"
    return "pt" if isinstance(measure, Difference) else "count"


def trend(panel: Trend, taking: Taking) -> Data:
    """The hours of today, or the last 24, beside the same hours of the same weekdays of eight weeks."""
    keyed = taking.scope.level in KEYED_AREAS and panel.measure.carries(taking.scope.level)
    known = taking.known_from(panel.measure)
    begin = taking.hour - DAY_HOURS + 1 if panel.rolling else taking.today * DAY_HOURS
    hours = range(begin, begin + DAY_HOURS)
    scope = taking.scope if keyed else Scope(taking.region)
    run = _hours(panel.measure, taking, scope, range(begin // DAY_HOURS, hours[-1] // DAY_HOURS + 1))
    low, median, high = _bands(panel.measure, taking, scope, hours) or ([], [], [])
    since = math.inf if known is None else known * DAY_HOURS
    told = [run.get(hour) if since <= hour <= taking.hour else None for hour in hours]
    return {
        "x": [f"{taking.local_day(hour // DAY_HOURS)}T{hour % DAY_HOURS:02d}:00:00" for hour in hours],
        "y": told,
        "low": low,
        "median": median,
        "high": high,
        "now": taking.now.astimezone(taking.zone).replace(tzinfo=None, second=0, microsecond=0).isoformat(),
        "unit": unit_of(panel.measure),
        "outside": [place for place, hour in enumerate(hours) if hour < taking.hour and _is_outside(place, told, low, high)],
        "per": "hour",
        "unfinished": True,
        "missing": not keyed or known is None,
    }


def _is_outside(place: int, told: Run, low: Run, high: Run) -> bool:
    value, least, most = (run[place] if run else None for run in (told, low, high))
    return value is not None and least is not None and most is not None and not least <= value <= most


def _bands(measure: Measure | Ratio, taking: Taking, scope: Scope, hours: range) -> list[Run] | None:
    """P10, P50 and P90 of each hour; None where too few of its weekdays are known."""
    known = taking.known_from(measure)
    alike = {
        day: [past for past in same_weekdays(taking, day) if known is not None and past >= known]
        for day in range(hours[0] // DAY_HOURS, hours[-1] // DAY_HOURS + 1)
    }
    if min(len(days) for days in alike.values()) < LEAST_WEEKS:
        return None
    run = _hours(measure, taking, scope, [past for days in alike.values() for past in days])
    found = [
        sorted(value for past in alike[hour // DAY_HOURS] if (value := run.get(past * DAY_HOURS + hour % DAY_HOURS)) is not None)
        for hour in hours
    ]
    return [[quantile(values, share) for values in found] for share in (0.1, 0.5, 0.9)]


def _hours(measure: Measure | Ratio, taking: Taking, scope: Scope, days: Iterable[int]) -> dict[int, float | None]:
    series = (measure.series(taking.connection, scope, Span(day, day), hours=True) for day in days)
    return {hour: part.value for told in series for hour, part in told.items()}


def heat(panel: Heat, taking: Taking) -> Data:
    """Hour of day by weekday, the mean of the last weeks."""
    span = Span.ending(taking.today, 7 * panel.weeks)
    series = panel.measure.series(taking.connection, taking.scope, span, hours=True)
    grid = [[0.0] * 24 for _ in range(7)]
    for bucket, part in series.items():
        grid[(bucket // 24 + 3) % 7][bucket % 24] += (part.value or 0.0) / panel.weeks
    return {
        "x": [f"{hour:02d}" for hour in range(24)],
        "y": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "z": grid,
        "unit": "count",
    }


def calendar(panel: Calendar, taking: Taking) -> Data:
    """A ratio for each day with its counts, or a count; `today` where days to come are shown too."""
    unit = unit_of(panel.measure)
    if not panel.measure.carries(taking.scope.level):
        return {"days": [], "unit": unit, "missing": True}
    series = panel.measure.series(taking.connection, taking.scope, Span.ending(taking.today + panel.ahead, panel.days))
    days = [
        {
            "day": taking.local_day(day),
            "value": part.value,
            "numerator": part.numerator,
            "denominator": part.denominator,
        }
        for day, part in series.items()
    ]
    return {"days": days, "unit": unit, "today": taking.local_day(taking.today) if panel.ahead else None}


def items(panel: Items, taking: Taking) -> Data:
    """Every item of the list with its count in the window."""
    counts = panel.measure.by_key(taking.connection, taking.scope, panel.by, taking.span(panel.over))
    rows = taking.connection.execute(select(grid_item).where(grid_item.c[REGION] == taking.region).order_by(grid_item.c.number)).mappings()
    listed = [
        {"number": row["number"], "category": row["category"], "label_zh": row["name_zh"], "label_en": row["name_en"],
         "count": int((counts.get(str(row["number"])) or Part(0.0)).value or 0)}
        for row in rows
    ]  # fmt: skip
    keyed = taking.scope.level in KEYED_AREAS
    return {
        "items": listed,
        "covered": sum(1 for row in listed if row["count"]),
        "zero": [row["number"] for row in listed if not row["count"]],
        "total": len(listed),
        "missing": not (listed and keyed),
    }


def ecdf(panel: Ecdf, taking: Taking) -> Data:
    """The share answered within a time, for the groups with most facts."""
    groups = {key: values for key, values in _groups(panel, taking).items() if _limited(panel, key, taking)}
    most = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))[: panel.most]
    return {
        "groups": [
            {
                "key": key,
                **taking.named(panel.by, key),
                **_steps(values),
                "limit_s": panel.limit_s,
                "n": len(values),
            }
            for key, values in most
        ]
    }


def _limited(panel: Ecdf, key: str, taking: Taking) -> bool:
    """Whether a type is judged by the limit the panel draws."""
    found = taking.types.get(key, {})
    return panel.limited is None or (found.get("clock"), found.get("limit_value")) == panel.limited


def _steps(values: Sequence[float]) -> Data:
    shares = [step / ECDF_POINTS for step in range(ECDF_POINTS + 1)]
    return {"x": [quantile(values, share) for share in shares], "y": shares}


def control(panel: Control, taking: Taking) -> Data:
    """A u-chart: cases per grid for each area below, with 3-sigma limits around the common mean."""
    if isinstance(panel.measure, Ratio):
        return _means(panel, panel.measure, taking)
    grids = taking.grids()
    counts = panel.measure.by_area(taking.connection, taking.region, grids, taking.span(panel.over))
    mean = sum(part.value or 0.0 for part in counts.values()) / len(grids) if grids else 0.0
    rows = []
    for code in taking.children():
        inside = [part.value or 0.0 for grid, part in counts.items() if taking.within(grid, code)]
        if inside:
            half = 3 * (mean / len(inside)) ** 0.5
            rate = sum(inside) / len(inside)
            rows.append({"key": code, **taking.label(code, taking.areas), "rate": rate, "low": max(0.0, mean - half),
                         "high": mean + half, "mean": mean, "n": len(inside)})  # fmt: skip
    return {"rows": rows, "unit": panel.unit}


def _means(panel: Control, measure: Ratio, taking: Taking) -> Data:
    """A chart of means: each key's mean, with 3-sigma limits around the common one from the spread of all."""
    read, span = (taking.connection, taking.scope), taking.span(panel.over)
    if panel.squares is None or not measure.keeps(panel.by, taking.scope.level):
        return {"rows": [], "unit": panel.unit, "missing": True}
    whole, squares = measure.total(*read, span), panel.squares.total(*read, span)
    mean = whole.value or 0.0
    sigma = max(0.0, (squares.value or 0.0) - mean**2) ** 0.5
    parts = sorted(measure.by_key(*read, panel.by, span).items(), key=lambda found: taking.place(panel.by, found[0]))
    rows = []
    for key, part in parts:
        if part.value is not None and part.denominator:
            half = 3 * sigma / part.denominator**0.5
            rows.append({"key": key, **taking.named(panel.by, key), "rate": part.value, "low": max(0.0, mean - half),
                         "high": mean + half, "mean": mean, "n": part.denominator})  # fmt: skip
    return {"rows": rows, "unit": panel.unit}


TAKERS: dict[type, Callable[[Any, Taking], Data]] = {
    Ages: ages,
    Funnel: funnel,
    Bars: bars,
    AreaBars: area_bars,
    Medians: medians,
    SpreadBars: spread_bars,
    Trend: trend,
    Heat: heat,
    Calendar: calendar,
    Items: items,
    Ecdf: ecdf,
    Control: control,
}
