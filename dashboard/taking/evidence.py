"""Whether a source ever told what a panel is made of: without a single row of it, nothing is a zero."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

from sqlalchemy import Table

from dashboard.taking.moment import Taking
from data.cubes import Cube
from data.schema import area, case_type, code, grid_item, post_group, source, unit
from data.view import has_rows
from modules.spec import Panel

REGISTERS = frozenset((area, case_type, code, grid_item, post_group, source, unit))  # these come with the place


@cache
def facts_of(panel: Panel) -> tuple[Table, ...]:
    """The tables a panel's measures and lists are made of."""
    return tuple(dict.fromkeys(table for table in _tables(panel) if table not in REGISTERS))


def told(panel: Panel, taking: Taking) -> bool:
    """Whether there is a row of any of them in the region; a panel made of none is always told."""
    facts = facts_of(panel)
    return not facts or any(has_rows(taking.connection, fact, taking.region) for fact in facts)


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
