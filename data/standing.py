"""Counters of facts as they stood at an earlier moment, for records kept elsewhere whose rows carry all their moments.

The rule is the cube's own; it runs on the facts with what came later taken back, so a past figure means what today's does.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement, Connection, case, func, select
from sqlalchemy.sql.visitors import replacement_traverse

from data.cubes import ALL, PLAIN, Cube
from data.schema import REGION

if TYPE_CHECKING:
    from data.measures import Measure, Scope, Span


def stands(measure: "Measure", span: "Span") -> bool:
    """Whether the measure must be read from facts: a moment is set, and what came after it would change the count."""
    cube = measure.cube
    return span.at is not None and cube.stood is not None and (cube.day is None or measure.counter in cube.later)


def total(measure: "Measure", connection: Connection, scope: "Scope", span: "Span") -> float:
    """The measure's count for a scope at `span.at`."""
    return _counts(measure, connection, scope.region, span, _within(scope)).get("", 0.0)


def by_area(measure: "Measure", connection: Connection, region: int, areas: Sequence[str], span: "Span") -> dict[str, float]:
    """The measure's count at `span.at` for each of the areas where it is not zero."""
    counts: dict[str, float] = {}
    for level in measure.cube.areas:
        counts |= _counts(measure, connection, region, span, {level: areas}, level)
    return counts


def by_key(measure: "Measure", connection: Connection, scope: "Scope", by: str, span: "Span") -> dict[str, float]:
    """The measure's count at `span.at` for each key that occurs."""
    return _counts(measure, connection, scope.region, span, _within(scope), _column(measure.cube, by))


def _within(scope: "Scope") -> dict[str, Sequence[str]]:
    return {} if scope.area == ALL else {scope.level: [scope.area]}


def _column(cube: Cube, by: str) -> str:
    name = cube.by[by]
    if not isinstance(name, str):
        raise ValueError(f"cube {cube.name!r} tells {by!r} together; such keys are not read as they stood earlier")
    return name


def _counts(
    measure: "Measure", connection: Connection, region: int, span: "Span", among: Mapping[str, Sequence[str]], group: str | None = None
) -> dict[str, float]:
    """Counts by the group's value, or under "" without a group."""
    cube = measure.cube
    facts, rule = _facts(cube, measure.counter, span)
    query = select(func.sum(rule)).where(facts.c[REGION] == region, *(facts.c[name].in_(values) for name, values in among.items()))
    if cube.where is not None:
        query = query.where(earlier(cube.where, cube.fact, facts))
    if cube.day is not None:
        query = query.where(facts.c[cube.day].between(span.first, span.last))
    if measure.by != PLAIN and group is None:
        query = query.where(facts.c[_column(cube, measure.by)] == measure.key)
    if group is None:
        return {"": float(connection.execute(query).scalar() or 0)}
    column = facts.c[group]
    rows = connection.execute(query.add_columns(column).where(column.is_not(None)).group_by(column))
    return {str(key): float(count or 0) for count, key in rows}


def _facts(cube: Cube, counter: str, span: "Span") -> tuple[Any, ColumnElement[Any]]:
    if cube.stood is None or span.at is None:
        raise ValueError(f"cube {cube.name!r} does not know how its facts stood earlier")
    facts = cube.stood(span.at)
    rule = earlier(cube.counters[counter], cube.fact, facts)
    return facts, case((rule, 1), else_=0) if isinstance(rule.type, Boolean) else func.coalesce(rule, 0)


def earlier(rule: ColumnElement[Any], fact: Any, facts: Any) -> ColumnElement[Any]:
    """The rule over a fact's columns, over the rows of another time instead."""

    def there(element: Any, **_: Any) -> Any:
        return facts.c[element.name] if getattr(element, "table", None) is fact else None

    moved: ColumnElement[Any] = replacement_traverse(rule, {}, there)
    return moved
