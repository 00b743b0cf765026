"""Places where the same thing comes back: for a month a spot keeps its type, then it moves on."""

from dataclasses import dataclass
from functools import lru_cache

from data.seed.demo.mix import Kind, Mix
from data.seed.demo.streams import number_of, stream
from data.seed.demo.town import Point, Town

PER_GROUND = 4
LIFE_DAYS = 30
RECURRING_SHARE = 0.27


@dataclass(frozen=True, slots=True)
class Spot:
    """One point of a grid where one type of case recurs."""

    key: int
    kind: Kind
    point: Point


class Spots:
    """Recurring spots by grid and day; a pure function of the seed."""

    def __init__(self, town: Town, mix: Mix, seed: int) -> None:
        self._town, self._seed = town, seed
        self._lasting = [kind for kind in mix.kinds if kind.kind == "event" and kind.weight >= 1.0]
        self._weights = [kind.weight for kind in self._lasting]
        self._spot = lru_cache(maxsize=16384)(self._make)
        self._phase = [number_of(seed, "phase", n) % LIFE_DAYS for n in range(len(town.grounds))]

    def __call__(self, ground: int, day: int, draw: float) -> Spot:
        """The spot a draw in 0..1 picks among those of the grid on that day; low ones come up more often."""
        which = int(draw * draw * PER_GROUND)
        return self._spot(ground, which, (day + self._phase[ground] + which * 7) // LIFE_DAYS)

    def _make(self, ground: int, which: int, month: int) -> Spot:
        rng = stream(self._seed, "spot", ground, which, month)
        kind = rng.choices(self._lasting, self._weights)[0]
        return Spot((month * 10_000 + ground) * 10 + which, kind, rng.choice(self._town.grounds[ground].points))
