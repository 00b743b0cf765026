"""Cases for programs: a list to be read page by page, newest report first, and one case with its steps and clocks. Read-only."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, and_, or_, select

from dashboard.casework import one_case
from dashboard.live import Live
from dashboard.pages import Address
from dashboard.taking.lists import type_names, urgency
from dashboard.taking.moment import Taking
from data.cubes import ALL
from data.db import reading
from data.periods import day_of
from data.schema import REGION, case_file
from layouts.cases import KINDS, STATES
from layouts.text import LANGUAGES

Row = dict[str, Any]
FILTERS = ("area", "state", "kind", "unit", "overdue", "from", "to", "limit", "cursor", "lang")
LIMIT, MOST = 50, 500
YES_NO = {"true": True, "false": False}
MOMENTS = (
    "discovered_at", "reported_at", "accepted_at", "filed_at", "dispatched_at", "signed_at", "arrived_at", "handled_at",
    "checked_at", "closed_at", "scored_at", "due_at", "suspended_since",
)  # fmt: skip
PLAIN = (
    "number", "source", "channel", "kind", "level", "state", "urgent", "open", "overdue", "on_time", "deferred", "item", "lon", "lat",
    "extended_n", "suspended_n", "returned_n", "rework_n", "reopened_n", "suspended_s", "evidence_n",
)  # fmt: skip
AREAS = ("subdistrict", "community", "grid", "dedicated")
_CURSOR = re.compile(r"([0-9]{1,10})-([0-9]{1,18})\Z")


class BadParameter(ValueError):
    """A parameter that is not allowed: what was found, as name=value, and what is allowed."""

    def __init__(self, found: str, allowed: Sequence[str]) -> None:
        super().__init__(found)
        self.found, self.allowed = found, tuple(allowed)


def page_of_cases(query: Mapping[str, str], lang: str, live: Live, path: str) -> Row:
    """One page of the cases within area and filters. Raises BadParameter, UnknownArea."""
    limit = limit_in(query)
    with reading(live.engine) as connection:
        taking = live.taking(connection, query.get("area"))
        found = _after(_filtered(taking, query), query)
        column = case_file.c
        wanted = found.order_by(column.reported_on.desc(), column.reported_at.desc(), column.id.desc()).limit(limit + 1)
        rows = list(connection.execute(wanted).mappings())
        shown = rows[:limit]
        names = type_names(taking, {row["type"] for row in shown})
        cases = [record(row, names, taking, lang) for row in shown]
    further = _url(path, query, shown[-1]) if len(rows) > limit else None
    return {"as_of": taking.now, "area": taking.code, "demo": live.locality.demo, "cases": cases, "next": further}


def single_case(number: str, lang: str, live: Live) -> Row | None:
    """A case with every step and its clocks; None where there is no such case."""
    told = one_case(Address(lang=lang, query={"case": number}), live)
    if told is None:
        return None
    with reading(live.engine) as connection:
        taking = live.taking(connection, None)
        found = select(case_file).where(case_file.c[REGION] == taking.region, case_file.c.number == number)
        row = connection.execute(found).mappings().one()
        shown = record(row, type_names(taking, {row["type"]}), taking, lang)
    return {**shown, "demo": live.locality.demo, "steps": _in(lang, told["steps"]), "clocks": _in(lang, told["clocks"])}


def record(row: Mapping[Any, Any], names: Mapping[str, tuple[str, str]], taking: Taking, lang: str) -> Row:
    """A case in the interface's shape; moments in UTC, names in one language."""
    place = taking.label(row["grid"] or row["community"] or row["subdistrict"] or taking.root, taking.areas)
    running = row["open"] and row["due_at"] is not None and row["suspended_since"] is None
    return {
        **{name: row[name] for name in PLAIN},
        **{name: row[name] and row[name].astimezone(UTC) for name in MOMENTS},
        "type": {"key": row["type"], "name": names.get(row["type"], (row["type"],) * 2)[LANGUAGES.index(lang)]},
        "unit": {"key": row["unit"], "name": taking.label(row["unit"], taking.units)[f"label_{lang}"]},
        "area": {**{name: row[name] for name in AREAS}, "name": place[f"label_{lang}"]},
        "remaining_s": int((row["due_at"] - taking.now).total_seconds()) if running else None,
        "status": str(urgency(row["due_at"], taking.now)) if running else "none",
        "url": f"/api/v1/cases/{row['number']}",
    }


def _filtered(taking: Taking, query: Mapping[str, str]) -> Select[Any]:
    column = case_file.c
    found = select(case_file).where(column[REGION] == taking.region)
    if taking.scope.area != ALL:
        found = found.where(column[taking.scope.level] == taking.scope.area)
    if state := chosen_in(query, "state", ("open", *STATES)):
        found = found.where(column.open if state == "open" else column.state == state)
    for name, allowed in (("kind", KINDS), ("unit", tuple(taking.units))):
        if value := chosen_in(query, name, allowed):
            found = found.where(column[name] == value)
    if overdue := chosen_in(query, "overdue", tuple(YES_NO)):
        found = found.where(column.overdue.is_(YES_NO[overdue]))
    first, last = day_in(query, "from"), day_in(query, "to")
    if first is not None and last is not None and first > last:
        raise BadParameter(f"from={query['from']}&to={query['to']}", ("from ≤ to",))
    found = found if first is None else found.where(column.reported_on >= first)
    return found if last is None else found.where(column.reported_on <= last)


def chosen_in(query: Mapping[str, str], name: str, allowed: Sequence[str]) -> str | None:
    """The value of a parameter, None where it is not given. Raises BadParameter for one that is not allowed."""
    value = query.get(name)
    if value is not None and value not in allowed:
        raise BadParameter(f"{name}={value}", allowed)
    return value


def day_in(query: Mapping[str, str], name: str) -> int | None:
    """The local day number of a parameter, None where it is not given. Raises BadParameter."""
    text = query.get(name)
    if text is None:
        return None
    try:
        return day_of(date.fromisoformat(text))
    except ValueError:
        raise BadParameter(f"{name}={text}", ("YYYY-MM-DD",)) from None


def limit_in(query: Mapping[str, str]) -> int:
    """How many a page holds. Raises BadParameter."""
    text = query.get("limit", str(LIMIT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST):
        raise BadParameter(f"limit={text}", (f"1 … {MOST}",))
    return int(text)


def _after(found: Select[Any], query: Mapping[str, str]) -> Select[Any]:
    """What follows the last case of the page before: a case that arrives meanwhile moves nothing."""
    if "cursor" not in query:
        return found
    match = _CURSOR.match(query["cursor"])
    if match is None:
        raise BadParameter(f"cursor={query['cursor']}", ("next",))
    moment, number = datetime.fromtimestamp(int(match[1]), UTC), int(match[2])
    column = case_file.c
    return found.where(or_(column.reported_at < moment, and_(column.reported_at == moment, column.id < number)))


def _url(path: str, query: Mapping[str, str], last: Mapping[Any, Any]) -> str:
    cursor = f"{int(last['reported_at'].timestamp())}-{last['id']}"
    return f"{path}?{urlencode({**query, 'cursor': cursor})}"


def _in(lang: str, value: Any) -> Any:
    """The value with every `name_zh`/`name_en` told once, as `name`."""
    if isinstance(value, list):
        return [_in(lang, part) for part in value]
    if not isinstance(value, dict):
        return value
    told = {}
    for name, held in value.items():
        stem, _, end = name.rpartition("_")
        if end not in LANGUAGES:
            told[name] = _in(lang, held)
        elif end == lang:
            told[stem] = held
    return told
