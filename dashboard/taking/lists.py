"""What a snapshot lists rather than counts: open cases, decisions, source health."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy import case as either

from dashboard.taking.moment import Taking
from data.cubes import ALL
from data.schema import REGION, case_file, case_type, source
from data.subjects.cases import stood_open
from modules.spec import Decisions, Level, Sources

Data = dict[str, Any]
SOON, NEAR = timedelta(hours=1), timedelta(hours=4)


def urgency(due_at: datetime | None, now: datetime) -> str:
    """How much time is left: critical past the deadline, warning < 1 h, watch < 4 h, ok beyond."""
    if due_at is None:
        return Level.NONE
    left = due_at - now
    if left < timedelta(0):
        return Level.CRITICAL
    return Level.WARNING if left < SOON else Level.WATCH if left < NEAR else Level.OK


def open_cases(taking: Taking, *columns: Any) -> Select[Any]:
    """A query of the open cases within the scope."""
    case = case_file.c
    still = stood_open(taking.now) if taking.stood else case.open
    query = select(*columns).where(case[REGION] == taking.region, still)
    return query if taking.scope.area == ALL else query.where(case[taking.scope.level] == taking.scope.area)


def as_stood(row: Mapping[Any, Any], taking: Taking) -> Mapping[Any, Any]:
    """A case's row as it was at the taking's moment; see `open_cases`."""
    later = taking.stood and row["closed_at"] is not None and row["closed_at"] > taking.now
    return {**row, "open": True, "state": "handling", "closed_at": None} if later else row


def decisions(panel: Decisions, taking: Taking, critical: Sequence[Data] = ()) -> Data:
    """What cannot wait: running cases past their deadline or within four hours of it, `critical` readings, silent sources.

    A suspended case and one without a deadline never press. `counts` holds how many of each reason, `total` their sum.
    The reasons share the rows; within the first two, urgent cases lead, then the higher level, then the nearest deadline.
    """
    if taking.past and not taking.stood:
        return {"rows": [], "missing": True}
    due, now = case_file.c.due_at, taking.now
    over = _pressing(panel, taking, due < now, due.desc())
    soon = _pressing(panel, taking, and_(due >= now, due < now + NEAR), due)
    silent = [row for row in sources(Sources("sources"), taking)["rows"] if row["state"] in ("stale", "error")]
    cases = [*over[0], *soon[0]]
    names = type_names(taking, {row["type"] for row in cases})
    groups = {
        "overdue": [_decision(row, names, taking) for row in over[0]],
        "soon": [_decision(row, names, taking) for row in soon[0]],
        "metric": [{**row, "reason": "metric"} for row in critical],
        "source": [{**row, "reason": "source"} for row in silent],
    }
    counts = {"overdue": over[1], "soon": soon[1], "metric": len(critical), "source": len(silent)}
    return {"rows": _chosen(groups, panel.most), "counts": counts, "total": sum(counts.values())}


def _chosen(groups: Mapping[str, list[Data]], most: int) -> list[Data]:
    """Every reason is seen once before the first fills what room is left; the reasons keep their order."""
    places = dict.fromkeys(groups, 0)
    for least in (1, most):
        for key, rows in groups.items():
            places[key] += max(0, min(least - places[key], len(rows) - places[key], most - sum(places.values())))
    return [row for key, rows in groups.items() for row in rows[: places[key]]]


def _pressing(panel: Decisions, taking: Taking, when: Any, order: Any) -> tuple[list[Mapping[Any, Any]], int]:
    row = case_file.c
    rank = either((row.level == "district", 0), (row.level == "subdistrict", 1), else_=2)
    running = open_cases(taking, case_file).where(row.due_at.is_not(None), row.suspended_since.is_(None), when)
    count = taking.connection.execute(running.with_only_columns(func.count())).scalar_one()
    first = running.order_by(row.urgent.desc(), rank, order, row.number).limit(panel.most)
    return list(taking.connection.execute(first).mappings()), int(count)


def _decision(row: Mapping[Any, Any], names: Mapping[str, tuple[str, str]], taking: Taking) -> Data:
    zh, en = names.get(row["type"], (row["type"], row["type"]))
    place = taking.label(row["community"] or row["subdistrict"] or taking.root, taking.areas)
    unit = taking.label(row["unit"], taking.units)
    return {
        "reason": "case", "key": row["number"], "title_zh": zh, "title_en": en,
        "place_zh": place["label_zh"], "place_en": place["label_en"], "state": as_stood(row, taking)["state"],
        "unit_zh": unit["label_zh"], "unit_en": unit["label_en"], "urgent": bool(row["urgent"]),
        "remaining_s": int((row["due_at"] - taking.now).total_seconds()),
        "level": urgency(row["due_at"], taking.now), "href": f"/desk/grid_management?case={row['number']}",
    }  # fmt: skip


def type_names(taking: Taking, keys: set[str]) -> dict[str, tuple[str, str]]:
    """Names of case types, zh and en."""
    query = select(case_type.c.key, case_type.c.name_zh, case_type.c.name_en).where(
        case_type.c[REGION] == taking.region, case_type.c.key.in_(sorted(keys))
    )
    return {key: (zh, en) for key, zh, en in taking.connection.execute(query)}


def sources(panel: Sources, taking: Taking) -> Data:
    """Every source's age against its promise."""
    query = select(source).where(source.c[REGION] == taking.region).order_by(source.c.position)
    return {"rows": [_source(row, taking) for row in taking.connection.execute(query).mappings()]}


def _source(row: Mapping[Any, Any], taking: Taking) -> Data:
    received = row["received_at"]
    age = None if received is None else (taking.present - received).total_seconds()
    return {
        "key": row["key"], "label_zh": row["name_zh"], "label_en": row["name_en"], "age_s": age,
        "cadence_s": row["cadence_s"], "stale_after_s": row["stale_after_s"],
        "state": source_state(age, row), "received_at": received and received.astimezone(UTC).isoformat(),
    }  # fmt: skip


def source_state(age_s: float | None, row: Mapping[Any, Any]) -> str:
    """ok within twice the promised cadence, late beyond, stale past the limit, error when it said so, missing when never heard of."""
    if row["error"]:
        return "error"
    if age_s is None:
        return "missing"
    if age_s > row["stale_after_s"]:
        return "stale"
    return "late" if age_s > 2 * row["cadence_s"] else "ok"
