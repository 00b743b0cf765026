"""A figure, how its numbers are taken, and where they are kept.

Processor time, not the clock, wherever the question allows: it does not grow when something else is busy. Two things are compared in
pairs, turn by turn within one run, so that a slow minute falls on both.
"""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number; `how` says how it was taken."""

    name: str
    value: float
    unit: str
    how: str


def cpu_ms(work: Callable[[], object]) -> float:
    """Milliseconds of processor time this thread spent on the work."""
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1e3


def in_turn(works: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Processor milliseconds of each work, round by round in turn; one unmeasured round first."""
    for work in works:
        work()
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for index, work in enumerate(works):
            taken[index].append(cpu_ms(work))
    return taken


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median of the quotients of the pairs."""
    return median(first / second for first, second in zip(over, under, strict=True))


def share(values: Sequence[float], part: float) -> float:
    """The value below which a part of the values lies."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(part * len(ranked)))]


def keep(figures: Iterable[Figure], path: Path = RESULTS) -> None:
    """Write the figures beside those of other measurements taken earlier; a name is kept once."""
    known = {row["name"]: row for row in json.loads(path.read_text("utf-8"))} if path.exists() else {}
    known |= {figure.name: asdict(figure) for figure in figures}
    path.write_text(json.dumps([known[name] for name in sorted(known)], indent=1, ensure_ascii=False) + "\n", "utf-8")


def printed(figure: Figure) -> str:
    """A line of the table."""
    return f"{figure.name:<40} {figure.value:>12,.3f} {figure.unit:<8} {figure.how}"
