"""Does a refresh cost more when more history is stored? It must not: the price grows with what is shown, not with what is kept."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from statistics import median

from sqlalchemy import Connection

from bench.figure import Figure, in_turn, ratio
from bench.ground import BASE_DAYS, base, lengthen, reshaped, thin
from bench.refresher import MODULES, Refresher

LENGTHS = (1, 10, 50)
UNIT = 6  # lengths of the base that make the short history: every panel finds all it compares with, also a year before
DAYS = UNIT * (BASE_DAYS + 1)
KEPT, OF = 1, 16
ROUNDS = 25


def measure() -> Iterator[Figure]:
    """Processor time of a refresh with 1, 10 and 50 times the history, at the same cases a day."""
    source, now = base()
    with ExitStack() as stack:
        refreshers = []
        for times in LENGTHS:
            path, _ = stack.enter_context(reshaped(source, now, partial(_stretch, UNIT * times)))
            refreshers.append(Refresher(path, now))
        yield from _compared(refreshers)


def _stretch(times: int, connection: Connection) -> None:
    thin(connection, KEPT, OF)
    lengthen(connection, times)


def _compared(refreshers: list[Refresher]) -> Iterator[Figure]:
    worst = 0.0
    for module in MODULES:
        taken = in_turn([refresher.refreshing(module) for refresher in refreshers], ROUNDS)
        for times, values in zip(LENGTHS, taken, strict=True):
            how = f"CPU to take and draw {module}, {times} × {DAYS} days of history, median of {ROUNDS}"
            yield Figure(f"refresh_{module}_history_{times}x_ms", median(values), "ms", how)
        for times, values in zip(LENGTHS[1:], taken[1:], strict=True):
            found = ratio(values, taken[0])
            worst = max(worst, found) if times == LENGTHS[-1] else worst
            yield Figure(f"refresh_{module}_ratio_history_{times}x", found, "×", f"{times} × the history ÷ base, median of {ROUNDS} pairs")
    yield Figure("refresh_ratio_history_50x", worst, "×", "the worst of all modules; goal ≤ 1.10")
