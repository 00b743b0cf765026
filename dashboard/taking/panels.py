"""The data of every panel kind that is made of measures."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from dashboard.taking.moment import Taking
from dashboard.taking.readings import KEYED_AREAS, same_weekdays
from data.measures import Measure, Part, Ratio, Scope, Span, quantile
from data.schema import REGION, grid_item
from modules.spec import (
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
    Trend,
)

Data = dict[str, Any]
MOST_BARS = 12
ECDF_POINTS = 60
Z95 = 1.959964


def wilson(over: float, under: float) -> tuple[float, float]:
    """The 95 % Wilson interval of a share, in percent."""
    share = over / under
    middle = share + Z95**2 / (2 * under)
    half = Z95 * ((share * (1 - share) + Z95**2 / (4 * under)) / under) ** 0.5
    scale = 100 / (1 + Z95**2 / under)
    return max(0.0, (middle - half) * scale), min(100.0, (middle + half) * scale)


def funnel(panel: Funnel, taking: Taking) -> Data:
    """How many of the cohort reached each stage, the share that went on, how long it took."""
    span, stages, before = taking.span(panel.over), [], None
    for stage in panel.stages:
        count = stage.reached.total(taking.connection, taking.scope, span).value or 0.0
        dwell = stage.dwell.values(taking.connection, taking.scope, span) if stage.dwell else []
        stages.append(
            {
                "key": stage.key,
                "count": count,
                "through": None if not before else 100 * count / before,
                "waiting": None if before is None else before - count,
                "p50_s": quantile(dwell, 0.5),
                "p90_s": quantile(dwell, 0.9),
                "limit_s": stage.limit_s,
            }
        )
        before = count
    return {"stages": stages}


def bars(panel: Bars, taking: Taking) -> Data:
    """A measure for each key. Cubes keep keys down to the sub-district; below, the panel is missing."""
    if taking.scope.level not in KEYED_AREAS:
        return {"rows": [], "unit": _unit(panel.measure), "target": None, "missing": True}
    span = taking.span(panel.over)
    parts = panel.measure.by_key(taking.connection, taking.scope, panel.by, span)
    of = panel.of.by_key(taking.connection, taking.scope, panel.by, span) if panel.of else {}
    rows = [_bar(key, part, of.get(key), panel.least, taking.label(key, taking.units)) for key, part in parts.items() if part.value]
    return {"rows": _sorted(rows), "unit": _unit(panel.measure), "target": None}


def area_bars(panel: AreaBars, taking: Taking) -> Data:
    """A measure for each area below the scope."""
    children = taking.children()
    parts = panel.measure.by_area(taking.connection, taking.region, children, taking.span(panel.over))
    rows = [_bar(code, part, None, panel.least, taking.label(code, taking.areas)) for code, part in parts.items()]
    return {
        "rows": _sorted([row for row in rows if row["value"] is not None]),
        "unit": _unit(panel.measure),
        "target": None,
    }


def medians(panel: Medians, taking: Taking) -> Data:
    """The quantile of a distribution for each key, with its count."""
    groups = _groups(panel, taking)
    rows = [
        _bar(key, Part(quantile(values, panel.share)), None, 0, taking.label(key, taking.units))
        | {"n": len(values), "small": len(values) < 30}
        for key, values in groups.items()
    ]
    return {"rows": _sorted(rows), "unit": "seconds", "target": None}


def _groups(panel: Medians | Ecdf, taking: Taking) -> dict[str, list[float]]:
    if not panel.measure.carries(taking.scope.level):
        return {}
    return panel.measure.grouped(taking.connection, taking.scope, panel.by, taking.span(panel.over))


def spread_bars(panel: SpreadBars, taking: Taking) -> Data:
    """The coefficient of variation among the grids of each area below the scope."""
    measure, span = panel.measure, taking.span(panel.metric.over)
    counts = measure.measure.by_area(taking.connection, taking.region, taking.grids(), span)
    rows = []
    for code in taking.children():
        part = measure.among([counts[grid].value or 0.0 for grid in counts if taking.within(grid, code)])
        if part.value is not None:
            rows.append(_bar(code, part, None, 0, taking.label(code, taking.areas)))
    return {"rows": _sorted(rows), "unit": "percent", "target": panel.metric.target}


def _bar(key: str, part: Part, of: Part | None, least: int, label: dict[str, str]) -> Data:
    low, high = wilson(part.numerator or 0, part.denominator) if part.denominator and part.numerator is not None else (None, None)
    return {
        "key": key,
        **label,
        "value": part.value,
        "of": of.value if of else part.denominator,
        "parts": None,
        "small": part.denominator is not None and part.denominator < least,
        "low": low,
        "high": high,
    }


def _sorted(rows: list[Data]) -> list[Data]:
    return sorted(rows, key=lambda row: (-(row["value"] or 0.0), row["key"]))[:MOST_BARS]


def _unit(measure: Measure | Ratio) -> str:
    return "percent" if isinstance(measure, Ratio) else "count"


def trend(panel: Trend, taking: Taking) -> Data:
    """Today by the hour beside the same weekdays of eight weeks."""
    keyed = taking.scope.level in KEYED_AREAS
    scope = taking.scope if keyed else Scope(taking.region)
    days = [taking.today, *same_weekdays(taking.today)]
    runs = [_hours(panel.measure, taking, scope, day) for day in days]
    past = [sorted(run[hour] for run in runs[1:]) for hour in range(24)]
    hour = taking.hour - taking.today * 24
    today = [runs[0][index] if index <= hour else None for index in range(24)]
    band = [[quantile(values, share) for values in past] for share in (0.1, 0.5, 0.9)]
    outside = [i for i in range(hour) if today[i] is not None and not (band[0][i] or 0) <= (today[i] or 0) <= (band[2][i] or 0)]
    day = taking.local_day(taking.today)
    return {
        "x": [f"{day}T{index:02d}:00:00" for index in range(24)],
        "y": today,
        "low": band[0],
        "median": band[1],
        "high": band[2],
        "now": taking.now.astimezone(taking.zone).replace(tzinfo=None, second=0, microsecond=0).isoformat(),
        "unit": _unit(panel.measure),
        "outside": outside,
        "per": "hour",
        "unfinished": True,
        "missing": not keyed,
    }


def _hours(measure: Measure | Ratio, taking: Taking, scope: Scope, day: int) -> list[float]:
    series = measure.series(taking.connection, scope, Span(day, day), hours=True)
    return [part.value or 0.0 for part in series.values()]


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
    """A ratio for each day, with its counts."""
    series = panel.measure.series(taking.connection, taking.scope, Span.ending(taking.today, panel.days))
    days = [
        {
            "day": taking.local_day(day),
            "value": part.value,
            "numerator": part.numerator,
            "denominator": part.denominator,
        }
        for day, part in series.items()
    ]
    return {"days": days, "unit": "percent"}


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
        "total": len(listed),
        "missing": not (listed and keyed),
    }


def ecdf(panel: Ecdf, taking: Taking) -> Data:
    """The share answered within a time, for the groups with most facts."""
    groups = _groups(panel, taking)
    most = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))[: panel.most]
    return {
        "groups": [
            {
                "key": key,
                **taking.label(key, taking.units),
                **_steps(values),
                "limit_s": panel.limit_s,
                "n": len(values),
            }
            for key, values in most
        ]
    }


def _steps(values: Sequence[float]) -> Data:
    shares = [step / ECDF_POINTS for step in range(ECDF_POINTS + 1)]
    return {"x": [quantile(values, share) for share in shares], "y": shares}


def control(panel: Control, taking: Taking) -> Data:
    """A u-chart: cases per grid for each area below, with 3-sigma limits around the common mean."""
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
    return {"rows": rows, "unit": "count"}


TAKERS: dict[type, Callable[[Any, Taking], Data]] = {
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
