"""Cases for the desk: a page of the list, one case with its steps and clocks. Read-only."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from dashboard.live import Live
from dashboard.taking.lists import open_cases, type_names, urgency
from dashboard.taking.moment import Taking
from data.cubes import ALL
from data.db import reading
from data.schema import REGION, case_file, case_step

if TYPE_CHECKING:
    from dashboard.pages import Address

Row = dict[str, Any]
PAGE = 25
SORTS = ("due_at", "reported_at", "closed_at", "number", "state", "unit", "type")
NEAR = {"critical": timedelta(0), "warning": timedelta(hours=1), "watch": timedelta(hours=4)}


def case_list(address: "Address", live: Live) -> Row:
    """One page of the cases within the scope; open ones unless a state is asked for."""
    query = address.query
    sort, descending = _order(query)
    with reading(live.engine) as connection:
        taking = live.taking(connection, address.area, address.span, address.as_of)
        found = _filtered(taking, query)
        total = connection.execute(found.with_only_columns(func.count())).scalar_one()
        pages = max(1, -(-total // PAGE))
        page = min(max(1, int(query["page"]) if query.get("page", "").isdigit() else 1), pages)
        rows = connection.execute(_ordered(found, query).limit(PAGE).offset((page - 1) * PAGE)).mappings().all()
        names = type_names(taking, {row["type"] for row in rows})
        shown = [case_row(row, names, taking, query) for row in rows]
        units = [{"key": key, "name_zh": row["name_zh"], "name_en": row["name_en"]} for key, row in taking.units.items()]
    filters = {name: query.get(name, "") for name in ("state", "unit", "status")}
    return {
        "rows": shown,
        "total": total,
        "page": page,
        "pages": pages,
        "sort": sort,
        "dir": "desc" if descending else "asc",
        "filters": filters,
        "units": units,
    }


def every_case(address: "Address", live: Live, most: int) -> list[Row]:
    """The cases of the list without pages, in its order, at most `most`."""
    with reading(live.engine) as connection:
        taking = live.taking(connection, address.area, address.span, address.as_of)
        rows = connection.execute(_ordered(_filtered(taking, address.query), address.query).limit(most)).mappings().all()
        names = type_names(taking, {row["type"] for row in rows})
        return [case_row(row, names, taking, address.query) for row in rows]


def _order(query: Mapping[str, str]) -> tuple[str, bool]:
    sort = query.get("sort", "")
    return (sort if sort in SORTS else "due_at"), query.get("dir") == "desc"


def _ordered(found: Select[Any], query: Mapping[str, str]) -> Select[Any]:
    sort, descending = _order(query)
    column = case_file.c[sort]
    return found.order_by(column.is_(None), column.desc() if descending else column.asc(), case_file.c.id)


def _filtered(taking: Taking, query: Mapping[str, str]) -> Select[Any]:
    case = case_file.c
    if query.get("state"):
        found = select(case_file).where(case[REGION] == taking.region, case.state == query["state"])
        found = found if taking.scope.area == ALL else found.where(case[taking.scope.level] == taking.scope.area)
    else:
        found = open_cases(taking, case_file)
    if query.get("unit"):
        found = found.where(case.unit == query["unit"])
    if query.get("status") in NEAR:
        found = found.where(case.due_at < taking.now + NEAR[query["status"]])
    return found


def case_row(row: Mapping[Any, Any], names: Mapping[str, tuple[str, str]], taking: Taking, query: Mapping[str, str]) -> Row:
    """A case as the list shows it."""
    zh, en = names.get(row["type"], (row["type"], row["type"]))
    place = taking.label(row["grid"] or row["community"] or row["subdistrict"] or taking.root, taking.areas)
    unit = taking.label(row["unit"], taking.units)
    due_at = row["due_at"]
    running = row["open"] and due_at is not None and row["suspended_since"] is None
    return {
        "number": row["number"], "type_zh": zh, "type_en": en, "kind": row["kind"], "state": row["state"], "level": row["level"],
        "unit_zh": unit["label_zh"], "unit_en": unit["label_en"], "place_zh": place["label_zh"], "place_en": place["label_en"],
        "reported_at": _local(row["reported_at"], taking), "due_at": _local(due_at, taking),
        "remaining_s": int((due_at - taking.now).total_seconds()) if running else None,
        "status": str(urgency(due_at, taking.now)) if running else "none",
        "href": _href(query, row["number"]),
    }  # fmt: skip


def _href(query: Mapping[str, str], number: str) -> str:
    from urllib.parse import urlencode

    return "?" + urlencode({**query, "case": number})


def _local(moment: Any, taking: Taking) -> str | None:
    return None if moment is None else moment.astimezone(taking.zone).isoformat()


def one_case(address: "Address", live: Live) -> Row | None:
    """The case the address names, with every step and its clocks; None if it names none that exists."""
    number = address.query.get("case")
    if not number:
        return None
    with reading(live.engine) as connection:
        taking = live.taking(connection, None)
        case = case_file.c
        row = connection.execute(select(case_file).where(case[REGION] == taking.region, case.number == number)).mappings().first()
        if row is None:
            return None
        steps = connection.execute(
            select(case_step).where(case_step.c[REGION] == taking.region, case_step.c.case_id == row["id"]).order_by(case_step.c.seq)
        ).mappings()
        shown = case_row(row, type_names(taking, {row["type"]}), taking, address.query)
        counts = {name: row[name] for name in ("suspended_s", "extended_n", "rework_n", "returned_n")}
        return {**shown, **counts, "steps": [_step(step, taking) for step in steps], "clocks": _clocks(row, taking)}


def _step(step: Mapping[Any, Any], taking: Taking) -> Row:
    unit = taking.label(step["unit"], taking.units) if step["unit"] else {"label_zh": "", "label_en": ""}
    return {
        "action": step["action"], "at": _local(step["at"], taking), "unit_zh": unit["label_zh"], "unit_en": unit["label_en"],
        "reason": step["reason"], "evidence_n": step["evidence_n"], "due_at": _local(step["due_at"], taking),
    }  # fmt: skip


def _clocks(row: Mapping[Any, Any], taking: Taking) -> list[Row]:
    start, due_at, end = row["dispatched_at"] or row["reported_at"], row["due_at"], row["closed_at"] or taking.now
    if due_at is None:
        return []
    used, limit = (end - start).total_seconds(), (due_at - start).total_seconds()
    state = "suspended" if row["suspended_since"] else "late" if end > due_at else "done" if row["closed_at"] else "running"
    return [{"key": "handling", "limit_s": limit, "used_s": used, "due_at": _local(due_at, taking), "state": state}]


def children_of(address: "Address", live: Live) -> dict[str, list[Row]]:
    """The trail from the district down to the area shown, and the areas directly below it."""
    with reading(live.engine) as connection:
        taking = live.taking(connection, address.area)
        trail: list[Row] = []
        at: str | None = taking.code
        while at is not None and at in taking.areas:
            trail.insert(0, _area(taking.areas[at]))
            at = taking.areas[at]["parent"]
        return {"trail": trail, "children": [_area(taking.areas[code]) for code in taking.children()]}


def _area(row: Mapping[str, Any]) -> Row:
    return {name: row[name] for name in ("code", "kind", "name_zh", "name_en")}
