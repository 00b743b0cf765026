"""What a snapshot's map shows: areas with the value they are coloured by, open cases by time left, further points in layers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any

from dashboard.taking.lists import open_cases, urgency
from dashboard.taking.moment import Taking
from dashboard.taking.panels import unit_of
from data.guarded import least_told
from data.measures import Part
from data.schema import case_file
from data.spots import LEVELS
from modules.spec import Layer, Level, Map, Window

Data = dict[str, Any]
Parts = Mapping[str, Part]
MOST_POINTS = 3000
KINDS = ("grid", "community", "subdistrict")  # from narrow to wide


def map_data(panel: Map, taking: Taking) -> Data:
    """Areas, open cases with their time left, dedicated grids, layers. `counts` are of all open cases, with a position or not.

    `level` is the narrowest kind of area the plates are known for; where that is not the grid, `plates` says whose colour each grid has.
    """
    if taking.past and (panel.cases or any(measure.stock for measure in (panel.plates, panel.overdue) if measure)):
        return {"areas": [], "points": [], "missing": True}
    carried = [kind for kind in KINDS if panel.plates.carries(kind)]
    points, counts = _cases(panel, taking) if panel.cases else ([], {})
    plates = {} if "grid" in carried else _worn(taking, carried)
    return {
        "areas": _areas(panel, taking, carried, set(plates.values())), "plates": plates, "level": carried[0] if carried else "",
        "unit": unit_of(panel.plates), "legend": list(panel.edges), "least": least_told(panel.plates),
        "stands": panel.cases and panel.overdue is not None and "community" in carried and unit_of(panel.plates) == "count",
        "points": points, "counts": counts, "dedicated": _dedicated(taking), "layers": [_layer(layer, taking) for layer in panel.layers],
        **({"crowd": panel.crowd.key} if panel.crowd and not taking.past else {}),
    }  # fmt: skip


def _cases(panel: Map, taking: Taking) -> tuple[list[Data], dict[str, int]]:
    """The open cases that have a position, the least time left first, and how many of each level there are in all."""
    case = case_file.c
    query = open_cases(taking, case.number, case.lon, case.lat, case.due_at, case.suspended_since)
    query = query if panel.among is None else query.where(panel.among)
    points: list[Data] = []
    counts = dict.fromkeys(LEVELS, 0)
    for number, lon, lat, due_at, suspended in taking.connection.execute(query.order_by(case.due_at.nulls_last(), case.number)):
        level = str(Level.NONE if suspended else urgency(due_at, taking.now))
        counts[level] += 1
        if lon is not None and len(points) < MOST_POINTS:
            points.append({"id": number, "lon": lon, "lat": lat, "due": due_at and int(due_at.timestamp()), "level": level})
    return points, counts


def _areas(panel: Map, taking: Taking, carried: Sequence[str], worn: set[str]) -> list[Data]:
    """The areas of the scope the plates are known for, and those wider ones whose colour its grids have."""
    known = [code for code, row in taking.areas.items() if row["kind"] in carried]
    shown = [code for code in known if code in worn or taking.within(code, taking.code)]
    read = (taking.connection, taking.region, known)
    span, stock = taking.span(panel.over), panel.plates.stock
    plates = panel.plates.by_area(*read, span) if stock or taking.known_from(panel.plates) is not None else {}
    overdue = _overdue(panel, taking, shown)
    rows = []
    for code in shown:
        part = plates.get(code, Part(None))
        row = {"code": code, "kind": taking.areas[code]["kind"], **taking.label(code, taking.areas)}
        if part.withheld:
            rows.append({**row, "value": None, "overdue": None, "level": Level.NONE, "withheld": True})
            continue
        late = int(overdue[code].value or 0) if code in overdue else None
        rows.append({**row, "value": part.value, "overdue": late, "level": Level.CRITICAL if late else Level.NONE})
    return rows


def _overdue(panel: Map, taking: Taking, shown: Sequence[str]) -> Parts:
    measure = panel.overdue
    if measure is None:
        return {}
    known = [code for code in shown if measure.carries(taking.areas[code]["kind"])]
    return measure.by_area(taking.connection, taking.region, known, taking.span(Window.NOW if measure.stock else panel.over))


def _worn(taking: Taking, carried: Sequence[str]) -> dict[str, str]:
    """The nearest wider area the plates are known for, by grid."""
    found = {}
    for code in taking.below("grid"):
        wider = next((wider for wider in _wider(taking, code) if taking.areas[wider]["kind"] in carried), None)
        if wider:
            found[code] = wider
    return found


def _wider(taking: Taking, code: str) -> Iterable[str]:
    at = taking.areas[code]["parent"]
    while at in taking.areas:
        yield at
        at = taking.areas[at]["parent"]


def _dedicated(taking: Taking) -> list[Data]:
    return [
        {"code": code, "lon": row["lon"], "lat": row["lat"], "industry": row["industry"], **taking.label(code, taking.areas)}
        for code, row in taking.areas.items()
        if row["kind"] == "dedicated" and row["lon"] is not None and taking.within(code, taking.code)
    ]


def _layer(layer: Layer, taking: Taking) -> Data:
    """A layer's points with the names of their kinds; `missing` where its source tells nothing of this scope or moment."""
    told: Data = {"key": layer.key, "shown": layer.shown}
    spots, read = layer.spots, (taking.connection, taking.scope, taking.now)
    if taking.past or not spots.carries(taking.scope.level) or not spots.reported(taking.connection, taking.region):
        return {**told, "rows": [], "kinds": {}, "counts": {}, "missing": True}
    rows = [{**row, "at": row["at"] and row["at"].astimezone(UTC).isoformat()} for row in spots.rows(*read)]
    kinds = sorted({row["kind"] for row in rows if row["kind"]})
    return {**told, "rows": rows, "kinds": {key: taking.named(spots.kind or "", key) for key in kinds}, "counts": spots.counts(*read)}
