"""Whether a source ever told what a panel is made of: without a single row of it, nothing is a zero."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

from sqlalchemy import Table, select

from dashboard.taking.moment import Taking
from data.cubes import Cube
from data.schema import REGION, area, case_type, code, grid_item, post_group, source, unit
from data.view import kept
from modules.spec import Panel

REGISTERS = frozenset((area, case_type, code, grid_item, post_group, source, unit))  # these come with the place


@cache
def facts_of(panel: Panel) -> tuple[Table, ...]:
    """The tables a panel's measures and lists are made of."""
    return tuple(dict.fromkeys(table for table in _tables(panel) if table not in REGISTERS))


def told(panel: Panel, taking: Taking) -> bool:
    """Whether there is a row of any of them in the region; a panel made of none is always told."""
    facts = facts_of(panel)
    return not facts or any(_has_rows(fact, taking) for fact in facts)


def _has_rows(fact: Table, taking: Taking) -> bool:
    first = select(fact.c[REGION]).where(fact.c[REGION] == taking.region).limit(1)
    return kept(taking.connection, ("rows", fact.name, taking.region), lambda: taking.connection.execute(first).first() is not None)


def _tables(value: object) -> Iterator[Table]:
    if isinstance(value, Table):
        yield value
    elif isinstance(value, Cube):
        yield value.fact
    elif isinstance(value, tuple):
        for part in value:
            yield from _tables(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _tables(getattr(value, field.name))
