"""How does a refresh grow when a district reports ten or a hundred times as much over the same two years?"""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from math import ceil
from statistics import median

from sqlalchemy import Connection, func, select

from bench.figure import Figure, in_turn, ratio
from bench.ground import BASE_DAYS, FULL, base, densify, lengthen, reshaped, thin
from bench.refresher import MODULES, Refresher
from data.db import reading
from data.schema import case_file

EVENTS = (100_000, 1_000_000, *((10_000_000,) if FULL else ()))
TIMES = 10  # lengths of the base: two years
ROUNDS = 9
PARTS = 1000


def measure() -> Iterator[Figure]:
    """Processor time of a refresh at 100 k, 1 M and, with BENCH_FULL=1, 10 M cases within two years."""
    source, now = base()
    with ExitStack() as stack:
        refreshers = []
        for events in EVENTS:
            path, spent = stack.enter_context(reshaped(source, now, partial(_crowd, events)))
            refreshers.append(Refresher(path, now))
            with reading(refreshers[-1].live.engine) as connection:
                found = _cases(connection)
            yield Figure(f"rebuild_{events}_s", spent, "s", f"CPU to recompute every counter of {found:,} cases from the facts")
        yield from _compared(refreshers)


def _crowd(events: int, connection: Connection) -> None:
    present = _cases(connection)
    beside = ceil(events / TIMES / present)
    thin(connection, round(PARTS * events / TIMES / present / beside), PARTS)
    densify(connection, beside)
    lengthen(connection, TIMES)


def _cases(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(case_file)).scalar_one()


def _compared(refreshers: list[Refresher]) -> Iterator[Figure]:
    for module in MODULES:
        taken = in_turn([refresher.refreshing(module) for refresher in refreshers], ROUNDS)
        for events, values in zip(EVENTS, taken, strict=True):
            how = f"CPU to take and draw {module}, {events:,} cases in {TIMES * (BASE_DAYS + 1)} days, median of {ROUNDS}"
            yield Figure(f"refresh_{module}_events_{events}_ms", median(values), "ms", how)
        for events, values in zip(EVENTS[1:], taken[1:], strict=True):
            yield Figure(f"refresh_{module}_ratio_events_{events}", ratio(values, taken[0]), "×", f"÷ {EVENTS[0]:,} cases, in pairs")
