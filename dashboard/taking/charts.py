"""The data of panels that compare: over periods, across two keys, plan with done, through stages of an outcome."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from dashboard.taking.moment import Taking
from dashboard.taking.panels import unit_of, wilson
from dashboard.taking.readings import KEYED_AREAS
from dashboard.taking.windows import days_of
from data.cubes import TOGETHER
from data.guarded import least_told
from data.measures import Measure, Part, Ratio, Span
from data.timelines import Course as Courses
from data.timelines import Timeline
from layouts.text import LANGUAGES, words_for
from modules.spec import Bullets, Course, Dots, Flows, Lanes, Level, Matrix, Pareto, Rows, Scatter, Slope, Stacks, Survival, Window

Data = dict[str, Any]
MOST_KEYS = 14
OTHERS = "others"


def course(panel: Course, taking: Taking) -> Data:
    """Day by day or month by month up to now, the running one unfinished; none before the first day known."""
    first, measure = taking.known_from(panel.measure), panel.measure
    told = {"unit": unit_of(measure), "per": panel.per, "unfinished": True, "low": [], "median": [], "high": []}
    if first is None or not measure.carries(taking.scope.level):
        return {**told, "x": [], "y": [], "missing": True}
    if panel.per == "month":
        spans = [days_of(Window.MONTH, taking.today), *(days_of(Window.LAST_MONTH, taking.today, back) for back in range(panel.length - 1))]
        spans = [span for span in reversed(spans) if span.last >= first]
        values = [measure.total(taking.connection, taking.scope, span).value for span in spans]
        if values and values[-1] is None:  # told once the month is over
            spans, values, told["unfinished"] = spans[:-1], values[:-1], False
        return {**told, "x": [f"{taking.local_day(span.first)}T00:00:00" for span in spans], "y": values}
    series = measure.series(taking.connection, taking.scope, Span.ending(taking.today, panel.length))
    days = {day: part.value for day, part in series.items() if day >= first}
    return {**told, "x": [f"{taking.local_day(day)}T00:00:00" for day in days], "y": list(days.values())}


def pareto(panel: Pareto, taking: Taking) -> Data:
    """Keys by their count, with the share of all that they and those before them make up. What is kept back is among the others."""
    told: Data = {"rows": [], "unit": "count", "total": 0.0, "others": None}
    parts = _by_key(panel.measure, panel.by, panel.over, taking)
    if parts is None:
        return {**told, "missing": True}
    ordered = sorted(((part.value, key) for key, part in parts.items() if part.value), key=lambda pair: (-pair[0], pair[1]))
    total, reached, rows = sum(value for value, _ in ordered), 0.0, []
    kept_back = sum(part.withheld for part in parts.values())
    if kept_back:
        total = panel.measure.total(taking.connection, taking.scope, taking.span(panel.over)).value or 0.0
    if kept_back and not (ordered and total):
        return {**told, "state": "suppressed"}
    for value, key in ordered[:MOST_KEYS]:
        reached += value
        rows.append({"key": key, **taking.named(panel.by, key), "value": value, "share": 100 * reached / total})
    rest = kept_back + len(ordered[MOST_KEYS:])
    return {**told, "rows": rows, "total": total, "others": {"n": rest, "value": total - reached} if rest else None}


def slope(panel: Slope, taking: Taking) -> Data:
    """A ratio by key, period after period; the last columns are the newest."""
    spans = [taking.period(panel.over, back) for back in reversed(range(panel.periods))]
    first = taking.known_from(panel.measure)
    told = {"unit": "percent", "target": panel.target, "better": panel.better}
    if first is None or not panel.measure.keeps(panel.by, taking.scope.level):
        return {**told, "columns": [], "rows": [], "missing": True}
    spans = [span for span in spans if span.last >= first]
    runs = [panel.measure.by_key(taking.connection, taking.scope, panel.by, span) for span in spans]
    keys = sorted({key for run in runs for key in run}, key=lambda key: taking.place(panel.by, key))
    rows = [_sloped(key, [run.get(key, Part(None)) for run in runs], panel, taking) for key in keys]
    state = {"state": "suppressed"} if rows and all(row["withheld"] for row in rows) else {}
    heavy = sorted(rows, key=lambda row: -max((n or 0.0 for n in row["n"]), default=0.0))[: panel.most]
    shown = [row for row in rows if row in heavy]
    return {**told, "columns": [taking.local_day(span.last) for span in spans], "rows": shown, "total": len(rows), **state}


def _sloped(key: str, parts: Sequence[Part], panel: Slope, taking: Taking) -> Data:
    known = [part.value for part in parts if part.value is not None]
    return {
        "key": key,
        **taking.named(panel.by, key),
        "values": [part.value for part in parts],
        "n": [part.denominator for part in parts],
        "delta": known[-1] - known[0] if len(known) > 1 else None,
        "small": any((part.denominator or 0) < panel.least for part in parts if part.value is not None),
        "withheld": not known and any(part.withheld for part in parts),
    }


def matrix(panel: Matrix, taking: Taking) -> Data:
    """A measure for each pair of keys that occurs; the lists keep their own order. A count of a pair that does not occur is zero."""
    told: Data = {"unit": unit_of(panel.measure), "better": panel.better, "target": panel.target}
    least = least_told(panel.measure)
    told |= {"least": least} if least else {}
    parts = _by_key(panel.measure, panel.by, panel.over, taking)
    if parts is None:
        return {**told, "rows": [], "columns": [], "cells": [], "missing": True}
    pairs = {_pair(key): part for key, part in parts.items()}
    empty = Part(0.0 if isinstance(panel.measure, Measure) else None)
    rows, columns = (
        sorted({pair[side] for pair in pairs}, key=lambda key, by=by: taking.place(by, key))  # type: ignore[misc]
        for side, by in enumerate((panel.rows, panel.columns))
    )
    return {
        **told,
        "rows": [{"key": key, **taking.named(panel.rows, key)} for key in rows],
        "columns": [{"key": key, **taking.named(panel.columns, key)} for key in columns],
        "cells": [[_cell(pairs.get((row, column), empty), panel.least) for column in columns] for row in rows],
    }


def _cell(part: Part, least: int) -> Data:
    return {
        "value": part.value,
        "n": part.denominator,
        "small": part.denominator is not None and part.denominator < least,
        "withheld": part.withheld,
    }


def flows(panel: Flows, taking: Taking) -> Data:
    """How many go from key to key; of each list the most frequent are told apart, the rest summed."""
    steps = list(zip(panel.through, panel.through[1:], strict=False))
    told = [_by_key(panel.measure, f"{left}_{right}", panel.over, taking) for left, right in steps]
    totals = [_by_key(panel.measure, by, panel.over, taking) for by in panel.through]
    if None in told or None in totals:
        return {"columns": len(panel.through), "nodes": [], "links": [], "unit": "count", "missing": True}
    kept = [_most(parts or {}, panel.most) for parts in totals]
    whole = panel.measure.total(taking.connection, taking.scope, taking.span(panel.over))
    nodes = [
        {"key": f"{by}:{key}", **taking.named(by, key), "column": column, "value": part.value, "withheld": part.withheld}
        for column, by in enumerate(panel.through)
        for key, part in _named(totals[column] or {}, kept[column], whole).items()
    ]
    links = [link for column, parts in enumerate(told) for link in _links(column, panel.through, parts or {}, kept)]
    return {"columns": len(panel.through), "nodes": nodes, "links": links, "unit": "count"}


def _most(parts: Mapping[str, Part], most: int) -> list[str]:
    ordered = sorted(parts, key=lambda key: (parts[key].withheld, -(parts[key].value or 0.0), key))
    return ordered if len(ordered) <= most else ordered[: most - 1]


def _named(parts: Mapping[str, Part], kept: Sequence[str], whole: Part) -> dict[str, Part]:
    """Those told apart, and what is left of the whole."""
    named = {key: parts[key] for key in kept}
    if len(parts) == len(kept):
        return named
    shown = _summed(named.values())
    told = whole.value is not None and shown.value is not None
    return {**named, OTHERS: Part((whole.value or 0.0) - (shown.value or 0.0)) if told else Part(None, withheld=True)}


def _links(column: int, through: Sequence[str], parts: Mapping[str, Part], kept: Sequence[Sequence[str]]) -> Iterable[Data]:
    joined: dict[tuple[str, str], list[Part]] = {}
    for key, part in parts.items():
        ends = [end if end in kept[column + side] else OTHERS for side, end in enumerate(_pair(key))]
        joined.setdefault((ends[0], ends[1]), []).append(part)
    for (left, right), several in sorted(joined.items()):
        part = _summed(several)
        yield {"from": f"{through[column]}:{left}", "to": f"{through[column + 1]}:{right}", "value": part.value, "withheld": part.withheld}


def _summed(parts: Iterable[Part]) -> Part:
    """The sum; withheld as soon as one of them is."""
    listed = list(parts)
    if any(part.withheld for part in listed):
        return Part(None, withheld=True)
    return Part(sum(part.value or 0.0 for part in listed))


def survival(panel: Survival, taking: Taking) -> Data:
    """Of each cohort the share still waiting after so many days."""
    span, told = taking.span(panel.over), {"unit": "days", "limits": [_limit(days, key) for days, key in panel.limits]}
    if not panel.cohort.carries(taking.scope.level) or taking.known_from(panel.cohort) is None:
        return {**told, "groups": [], "missing": True}
    cohorts = _groups(panel.cohort, panel.by, span, taking)
    done = [(days, _groups(measure, panel.by, span, taking)) for days, measure in panel.steps]
    most = sorted((key for key, part in cohorts.items() if part.value), key=lambda key: (-(cohorts[key].value or 0.0), key))
    groups = []
    for key in most[: panel.most]:
        n = cohorts[key].value or 0.0
        shares = [1 - (parts[key].value or 0.0) / n if key in parts else 1.0 for _, parts in done]
        label = taking.named(panel.by, key) if key else _word("survival.all")
        groups.append({"key": key, **label, "x": [0.0, *(days for days, _ in done)], "y": [1.0, *shares], "n": n})
    state = {"state": "suppressed"} if not groups and any(part.withheld for part in cohorts.values()) else {}
    return {**told, "groups": groups, **state}


def _groups(measure: Measure, by: str, span: Span, taking: Taking) -> dict[str, Part]:
    if not by:
        return {"": measure.total(taking.connection, taking.scope, span)}
    return measure.by_key(taking.connection, taking.scope, by, span)


def _limit(days: float, key: str) -> Data:
    return {"at": days, **_word(f"limit.{key}")}


def _word(key: str) -> dict[str, str]:
    return {f"label_{lang}": words_for(lang)(key) for lang in LANGUAGES}


def scatter(panel: Scatter, taking: Taking) -> Data:
    """One point a key: the first metric against the second, with the number the first rests on."""
    told = {
        "x_unit": panel.x.unit, "y_unit": panel.y.unit, "x_target": panel.x.target, "y_target": panel.y.target,
    }  # fmt: skip
    sides = [_by_key(metric.measure, panel.by, metric.over, taking) for metric in (panel.x, panel.y)]
    if sides[0] is None or sides[1] is None:
        return {**told, "points": [], "missing": True}
    points, kept_back = [], 0
    for key, part in sorted(sides[0].items()):
        other = sides[1].get(key, Part(None))
        kept_back += part.withheld or other.withheld
        if part.value is not None and other.value is not None:
            n = part.denominator or 0.0
            points.append({"key": key, **taking.named(panel.by, key), "x": part.value, "y": other.value, "n": n, "small": n < panel.least})
    state = {"state": "suppressed"} if kept_back and not points else {}
    return {**told, "points": points, "withheld": kept_back, **state}


def dots(panel: Dots, taking: Taking) -> Data:
    """For each question the share of the whole scope and of each area below it, with its interval and the wave before."""
    spans = [taking.period(panel.over, back) for back in (0, 1)]
    if taking.scope.level not in KEYED_AREAS or taking.known_from(panel.measure) is None:
        return {"groups": [], "unit": "percent", "target": panel.target, "missing": True}
    found = panel.measure.by_key(taking.connection, taking.scope, panel.by, spans[0])
    keys = [key for key in panel.keys or sorted(found, key=lambda key: taking.place(panel.by, key)) if key in found]
    below = taking.children() if taking.scope.level == "district" else []
    groups = []
    for key in keys:
        asked = panel.measure.keyed(panel.by, key)
        now, before = (_here_and_below(asked, below, span, taking) for span in spans)
        rows = [_dot(code, now[code], before[code], panel.least, taking) for code in (taking.code, *below) if now[code].value is not None]
        groups.append({"key": key, **taking.named(panel.by, key), "rows": rows})
    return {"groups": groups, "unit": "percent", "target": panel.target}


def _here_and_below(measure: Ratio, below: Sequence[str], span: Span, taking: Taking) -> dict[str, Part]:
    here = measure.total(taking.connection, taking.scope, span)
    return {taking.code: here, **measure.by_area(taking.connection, taking.region, below, span)}


def _dot(code: str, part: Part, before: Part, least: int, taking: Taking) -> Data:
    n = part.denominator or 0.0
    low, high = wilson(part.numerator or 0.0, n)
    return {
        "key": code, **taking.label(code, taking.areas), "value": part.value, "low": low, "high": high, "n": n,
        "small": n < least, "previous": before.value,
    }  # fmt: skip


def bullets(panel: Bullets, taking: Taking) -> Data:
    """Done and planned for each key, those planned without anything done too."""
    parts = _by_key(panel.measure, panel.by, panel.over, taking)
    if parts is None:
        return {"rows": [], "unit": "count", "missing": True}
    keys = panel.keys or sorted(parts, key=lambda key: taking.place(panel.by, key))
    rows = [
        {"key": key, **taking.named(panel.by, key), "value": parts[key].numerator, "of": parts[key].denominator, "target": panel.target}
        for key in keys
        if key in parts and parts[key].denominator
    ]
    return {"rows": rows, "unit": "count"}


def stacks(panel: Stacks, taking: Taking) -> Data:
    """For each key its parts, in the order declared."""
    told = [(name, _by_key(measure, panel.by, panel.over, taking)) for name, measure in panel.parts]
    counts = {name: parts for name, parts in told if parts is not None}
    if len(counts) < len(told):
        return {"rows": [], "unit": "count", "missing": True}
    keys = sorted({key for parts in counts.values() for key in parts}, key=lambda key: taking.place(panel.by, key))
    rows: list[Data] = []
    for key in keys:
        found = {name: parts.get(key, Part(0.0)) for name, parts in counts.items()}
        row, total = {"key": key, **taking.named(panel.by, key)}, _summed(found.values())
        if total.withheld:
            rows.append({**row, "value": None, "parts": [], "withheld": True})
        elif total.value:
            rows.append({**row, "value": total.value, "parts": [{"key": name, "value": part.value or 0.0} for name, part in found.items()]})
    return {"rows": rows, "unit": "count"}


def rows(panel: Rows, taking: Taking) -> Data:
    """The facts of a listing, their keys named in both languages."""
    listing, read = panel.listing, (taking.connection, taking.scope, taking.now, taking.today)
    columns = [{"key": told.name, "unit": told.unit} for told in listing.columns]
    if taking.past or not listing.carries(taking.scope.level):
        return {"columns": columns, "rows": [], "missing": True}
    found = []
    for row in listing.rows(*read):
        made: Data = dict(row)
        for told in listing.columns:
            if told.by and row[told.name] is not None:
                made |= _renamed(told.name, taking.named(told.by, str(row[told.name])))
        found.append(made)
    return {"columns": columns, "rows": found, "total": listing.count(*read)}


def _renamed(name: str, label: Mapping[str, str]) -> dict[str, str]:
    return {key.replace("label", name): text for key, text in label.items()}


def lanes(panel: Lanes, taking: Taking) -> Data:
    """The things of a timeline with their counts by the hour up to now, their marks, and how they stand against their limit."""
    timeline, last = panel.timeline, taking.hour
    now = taking.now.astimezone(taking.zone)
    start = now.replace(minute=0, second=0, microsecond=0)
    told = {
        "from": (start - timedelta(hours=panel.hours - 1)).isoformat(), "to": (start + timedelta(hours=panel.ahead + 1)).isoformat(),
        "now": now.isoformat(), "unit": "count", "marks": [name.removesuffix("_at") for name in timeline.marks],
    }  # fmt: skip
    if taking.past or not timeline.carries(taking.scope.level):
        return {**told, "rows": [], "missing": True}
    first = last - panel.hours + 1
    found = timeline.read(taking.connection, taking.scope, taking.now, first, last)
    return {**told, "rows": [_lane(one, timeline, range(first, last + 1), taking) for one in found]}


def _lane(one: Courses, timeline: Timeline, hours: range, taking: Taking) -> Data:
    row, now = one.row, taking.now
    due, done = row[timeline.due], row[timeline.done]
    left = None if due is None or done else (due - now).total_seconds()
    near = row[timeline.soon]
    level = Level.OK if done else Level.NONE if left is None else Level.CRITICAL if left < 0 else Level.WARNING if near < now else Level.OK
    return {
        "key": str(row["key"]), "label_zh": row["label_zh"], "label_en": row["label_en"],
        **_renamed("note", taking.named(timeline.listed, str(row["by"]))),
        "values": [float(one.counts.get(hour, 0)) for hour in hours],
        "marks": [{"key": name.removesuffix("_at"), "at": row[name].isoformat()} for name in timeline.marks if row[name]],
        "due": due and due.isoformat(), "left_s": left, "level": level,
        "took_s": (done - row[timeline.begun]).total_seconds() if done else None,
    }  # fmt: skip


def _by_key(measure: Measure | Ratio | Any, by: str, over: Window, taking: Taking) -> dict[str, Part] | None:
    """The measure by key over a window; None where it is not kept at this level or nothing was ever reported."""
    if not measure.keeps(by, taking.scope.level) or taking.known_from(measure) is None:
        return None
    found: dict[str, Part] = measure.by_key(taking.connection, taking.scope, by, taking.span(over))
    return found


def _pair(key: str) -> tuple[str, str]:
    left, _, right = key.partition(TOGETHER)
    return left, right


COMPARING: dict[type, Callable[[Any, Taking], Data]] = {
    Course: course,
    Pareto: pareto,
    Slope: slope,
    Matrix: matrix,
    Flows: flows,
    Survival: survival,
    Scatter: scatter,
    Dots: dots,
    Bullets: bullets,
    Stacks: stacks,
    Rows: rows,
    Lanes: lanes,
}
