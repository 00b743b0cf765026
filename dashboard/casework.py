"""Cases for the desk: a page of the list, one case with its steps and clocks. Read-only."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from dashboard.case_clocks import calendar_of, clocks
from dashboard.case_query import matching, order_of, ordered
from dashboard.live import Live
from dashboard.taking.lists import type_names, urgency
from dashboard.taking.moment import Taking
from data.calendars import Clock
from data.db import reading
from data.schema import REGION, case_file, case_step, case_type

if TYPE_CHECKING:
    from dashboard.pages import Address

Row = dict[str, Any]
PAGE = 25
_MOMENTS = ("since", "until", "due_at", "before_at", "review_at", "ended_at", "at")
FILTERS = ("state", "kind", "unit", "status", "q")


def case_list(address: "Address", live: Live) -> Row:
    """One page of the cases within the scope; open ones unless a state is asked for.

    `past` instead of rows for an earlier moment: which cases stood open then is not kept.
    """
    query = address.query
    sort, descending = order_of(query)
    listed: Row = {
        "rows": [], "total": 0, "page": 1, "pages": 1, "size": PAGE, "sort": sort, "dir": "desc" if descending else "asc",
        "filters": {name: query.get(name, "") for name in FILTERS}, "units": [], "past": address.as_of is not None,
    }  # fmt: skip
    if listed["past"]:
        return listed
    with reading(live.engine) as connection:
        taking = live.taking(connection, address.area, address.span)
        found = matching(taking, query)
        total = connection.execute(found.with_only_columns(func.count())).scalar_one()
        pages = max(1, -(-total // PAGE))
        page = min(int(query.get("page") or 1), pages)
        wanted = ordered(found, taking, query, address.lang).limit(PAGE).offset((page - 1) * PAGE)
        rows = connection.execute(wanted).mappings().all()
        names = type_names(taking, {row["type"] for row in rows})
        units = [{"key": key, "name_zh": row["name_zh"], "name_en": row["name_en"]} for key, row in taking.units.items()]
        return {**listed, "rows": [case_row(row, names, taking) for row in rows], "total": total, "page": page, "pages": pages,
                "units": units}  # fmt: skip


def every_case(address: "Address", live: Live, most: int) -> list[Row]:
    """The cases of the list without pages, in its order, at most `most`; none for an earlier moment."""
    if address.as_of is not None:
        return []
    with reading(live.engine) as connection:
        taking = live.taking(connection, address.area, address.span)
        found = ordered(matching(taking, address.query), taking, address.query, address.lang)
        rows = connection.execute(found.limit(most)).mappings().all()
        names = type_names(taking, {row["type"] for row in rows})
        return [case_row(row, names, taking) for row in rows]


def case_row(row: Mapping[Any, Any], names: Mapping[str, tuple[str, str]], taking: Taking) -> Row:
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
        "status": str(urgency(due_at, taking.now)) if running else "none", "on_time": row["on_time"], "open": row["open"],
    }  # fmt: skip


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
        ).mappings().all()  # fmt: skip
        shown = case_row(row, type_names(taking, {row["type"]}), taking)
        counts = {name: row[name] for name in ("suspended_s", "extended_n", "rework_n", "returned_n", "reopened_n", "channel")}
        parent = select(case.number).where(case[REGION] == taking.region, case.id == row["merged_into"])
        into = connection.execute(parent).scalar() if row["merged_into"] is not None else None
        made = clocks(row, steps, _clock(row["type"], taking), calendar_of(live.locality.key), taking.now)
        mirrored = any(step["action"] == "mirror_open" for step in steps)
        return {**shown, **counts, "merged_into": into, "mirrored": mirrored, "ended": not row["open"],
                "steps": [_step(step, taking) for step in steps], "clocks": [_told(clock, taking) for clock in made]}  # fmt: skip


def _clock(key: str, taking: Taking) -> Clock:
    query = select(case_type.c.clock).where(case_type.c[REGION] == taking.region, case_type.c.key == key)
    return Clock(taking.connection.execute(query).scalar() or Clock.URGENT_HOURS)


def _told(clock: Row, taking: Taking) -> Row:
    """A clock with its moments in the place's time."""

    def local(name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [{key: local(key, held) for key, held in part.items()} for part in value]
        return _local(value, taking) if name in _MOMENTS else value

    return {name: local(name, value) for name, value in clock.items()}


def _step(step: Mapping[Any, Any], taking: Taking) -> Row:
    unit = taking.label(step["unit"], taking.units) if step["unit"] else {"label_zh": "", "label_en": ""}
    return {
        "action": step["action"], "at": _local(step["at"], taking), "unit_zh": unit["label_zh"], "unit_en": unit["label_en"],
        "reason": step["reason"], "evidence_n": step["evidence_n"], "due_at": _local(step["due_at"], taking),
    }  # fmt: skip


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
