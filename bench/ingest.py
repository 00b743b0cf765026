"""What does it cost to write a case, and how much of that is keeping the counters?"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime
from unittest.mock import patch

from sqlalchemy import Engine

from bench.arrivals import Arrivals
from bench.figure import Figure, in_turn, ratio
from bench.ground import PLACE, base, copied, settings_for
from dashboard.fill import rules_of
from data import ledger
from data.cases import Rules
from data.db import engine_for, reading, writing
from data.seed.places import load_place

ROUNDS = 15
SINGLES = 20  # transactions of one case in a round
BATCH = 200  # cases in one transaction


def measure() -> Iterator[Figure]:
    """Cases per processor second through the write door, one by one and in batches, with the counters and without."""
    source, now = base()
    with copied(source) as path:
        engine = engine_for(settings_for(path).database)
        with reading(engine) as connection:
            arrivals, rules = Arrivals(connection), rules_of(connection, load_place(PLACE))
        works = [writing_cases(engine, arrivals, rules, now, size, folded) for size in (1, BATCH) for folded in (True, False)]
        single, single_plain, batch, batch_plain = in_turn(works, ROUNDS)
        engine.dispose()
    yield _speed("ingest_single_per_s", SINGLES, single, "one case a transaction, counters kept")
    yield _speed("ingest_single_plain_per_s", SINGLES, single_plain, "one case a transaction, no counters")
    yield _speed("ingest_batch_per_s", BATCH, batch, f"{BATCH} cases a transaction, counters kept")
    yield _speed("ingest_batch_plain_per_s", BATCH, batch_plain, f"{BATCH} cases a transaction, no counters")
    yield Figure("ingest_single_rollup_ratio", ratio(single, single_plain), "×", f"CPU with counters ÷ without, median of {ROUNDS} pairs")
    yield Figure("ingest_rollup_ratio", ratio(batch, batch_plain), "×", f"the same in batches of {BATCH}, median of {ROUNDS} pairs")


def _speed(name: str, cases: int, taken_ms: list[float], what: str) -> Figure:
    return Figure(
        name, 1e3 * cases / sorted(taken_ms)[len(taken_ms) // 2], "cases/s", f"{what}; per second of one core, median of {ROUNDS}"
    )


def writing_cases(engine: Engine, arrivals: Arrivals, rules: Rules, now: datetime, size: int, folded: bool) -> Callable[[], None]:
    """Work that writes some new cases; without the counters when `folded` is false."""

    def write() -> None:
        with nullcontext() if folded else patch.object(ledger, "fold", lambda *_: None):
            for _ in range(SINGLES if size == 1 else 1):
                with writing(engine) as connection:
                    ledger.record(connection, arrivals.region, arrivals.some(size, now), [], rules, now)

    return write
