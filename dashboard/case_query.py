"""What the desk's list of cases may be asked for, checked before anything is read, and the query it becomes."""

from collections.abc import Container, Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy import case as choose

from dashboard.refusal import Refusal
from dashboard.taking.moment import Taking
from data.cubes import ALL
from data.schema import REGION, area, case_file, case_type
from layouts.cases import EVERY, KINDS, NEAR, SORTS, STATES

LONGEST_TEXT = 60
LATEST = {"critical": timedelta(0), "warning": timedelta(hours=1), "watch": timedelta(hours=4)}
_CHOICES: dict[str, tuple[str, ...]] = {
    "status": NEAR,
    "state": (*STATES, EVERY),
    "kind": KINDS,
    "sort": SORTS,
    "dir": ("asc", "desc"),
}


def checked(query: Mapping[str, str], units: Container[str]) -> None:
    """Raises Refusal for the first filter, order or page the list does not know."""
    for name, allowed in _CHOICES.items():
        if query.get(name) and query[name] not in allowed:
            raise Refusal(f"{name}={query[name]}", allowed)
    page = query.get("page")
    if page and not (page.isascii() and page.isdigit() and len(page) < 7 and int(page) > 0):
        raise Refusal(f"page={page}", ["1, 2, 3 …"])
    if query.get("unit") and query["unit"] not in units:
        raise Refusal(f"unit={query['unit']}", sorted(units) if isinstance(units, Iterable) else ())
    if len(query.get("q", "")) > LONGEST_TEXT:
        raise Refusal(f"q={query['q']}", rule="text_long")


def order_of(query: Mapping[str, str]) -> tuple[str, bool]:
    """The column sorted by, and whether it falls."""
    return query.get("sort") or "due_at", query.get("dir") == "desc"


def matching(taking: Taking, query: Mapping[str, str]) -> Select[Any]:
    """The cases within scope, period and filters; open ones unless a state is asked for."""
    row = case_file.c
    found = select(case_file).where(row[REGION] == taking.region)
    if taking.scope.area != ALL:
        found = found.where(row[taking.scope.level] == taking.scope.area)
    state = query.get("state")
    if not state:
        found = found.where(row.open)
    elif state != EVERY:
        found = found.where(row.state == state)
    if taking.chosen:
        found = found.where(row.reported_on.between(taking.chosen.first, taking.chosen.last))
    if query.get("status"):
        found = found.where(row.open, row.suspended_since.is_(None), row.due_at < taking.now + LATEST[query["status"]])
    for name in ("unit", "kind"):
        if query.get(name):
            found = found.where(row[name] == query[name])
    return found.where(_says(taking, query["q"].strip())) if query.get("q", "").strip() else found


def _says(taking: Taking, text: str) -> Any:
    """Cases whose number, type or place contains the text, in either language."""
    row, region = case_file.c, taking.region
    types = select(case_type.c.key).where(case_type.c[REGION] == region, _named(case_type.c, text))
    places = select(area.c.code).where(area.c[REGION] == region, _named(area.c, text))
    inside = [row[level].in_(places) for level in ("subdistrict", "community", "grid")]
    return or_(row.number.contains(text, autoescape=True), row.type.in_(types), *inside)


def _named(columns: Any, text: str) -> Any:
    return or_(columns.name_zh.icontains(text, autoescape=True), columns.name_en.icontains(text, autoescape=True))


def ordered(found: Select[Any], taking: Taking, query: Mapping[str, str], lang: str) -> Select[Any]:
    """The cases in the order asked for; what has none comes last, the number decides between equals."""
    sort, descending = order_of(query)
    row = case_file.c
    first: list[Any] = []
    column: Any = row[sort]
    if sort == "due_at":  # by time left: a stopped clock has none
        first = [choose((and_(row.open, row.suspended_since.is_(None), row.due_at.is_not(None)), 0), else_=1)]
    elif sort == "state":
        column = _rank(row.state, STATES)
    elif sort == "unit":
        column = _rank(row.unit, sorted(taking.units, key=lambda key: str(taking.units[key][f"name_{lang}"])))
    elif sort == "type":
        names = select(case_type.c[f"name_{lang}"]).where(case_type.c[REGION] == row[REGION], case_type.c.key == row.type)
        column = func.coalesce(names.scalar_subquery(), row.type)
    return found.order_by(*first, column.is_(None), column.desc() if descending else column.asc(), row.number)


def _rank(column: Any, keys: Iterable[str]) -> Any:
    ranks = {key: place for place, key in enumerate(keys)}
    return choose(ranks, value=column, else_=len(ranks)) if ranks else column
