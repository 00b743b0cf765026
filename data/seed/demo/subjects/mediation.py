"""People's mediation as the justice office delivers it: counts of a day, drawn from disputes that are told nowhere else.

About as many as a published year of a neighbouring district (1,986, nearly all agreed), scaled to the residents.
"""

from collections.abc import Iterator
from math import exp
from random import Random

from sqlalchemy import Table

from data.seed.demo.tallied import Choice, Dated, Key, TalliedStory, drawn
from data.subjects.mediation import mediation_day

PER_DAY = 3.05
LIMIT_DAYS, CONFIRM_DAYS = 30, 30
WEEKDAYS = (1.2, 1.12, 1.1, 1.08, 1.1, 0.78, 0.62)
FAILED, LATE, WRITTEN, BROKEN, CONFIRMED = 0.012, 0.035, 0.42, 0.045, 0.13
KINDS = {  # weight, median of days, how much of it from January to December
    "neighbour": (27, 7, (1, 1, 1, 1, 1, 1.1, 1.1, 1.1, 1, 1, 1, 1)),
    "family": (16, 8, (1.1, 1.3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
    "property": (15, 11, (1, 0.9, 1, 1, 1, 1.1, 1.2, 1.2, 1, 1, 1, 1)),
    "labour": (13, 9, (2.2, 1.5, 0.7, 0.7, 0.8, 0.9, 0.9, 0.9, 0.9, 1, 1.2, 1.6)),
    "traffic": (11, 10, (1, 1.2, 1, 1, 1.1, 1, 1, 1, 1, 1.2, 1, 1)),
    "debt": (9, 12, (1.1, 1.1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.2)),
    "consumer": (6, 5, (1.1, 1.2, 1.2, 1, 1, 1, 1, 1, 1, 1.1, 1.2, 1)),
    "sea": (3, 13, (1, 0.8, 1, 1.2, 0.4, 0.3, 0.4, 1.6, 1.6, 1.3, 1.1, 1)),  # the fishing ban ends in mid-August
}


class Mediation(TalliedStory):
    """Disputes taken up, concluded, agreed, performed and confirmed, by sub-district and kind."""

    name = "mediation"
    tables = (mediation_day,)
    past_days = 560
    reach_days = 60 + 150  # to the agreement, to its performance

    @property
    def always(self) -> list[tuple[Table, Key]]:
        """Its one table."""
        return [(mediation_day, (self.subdistricts[0], "neighbour"))]

    def begun(self, number: int) -> Iterator[Dated]:
        """The disputes taken up on a day, and what becomes of them."""
        day, rng = self.almanac(number), self.stream(number)
        kinds = Choice({name: weight * months[day.when.month - 1] for name, (weight, _, months) in KINDS.items()})
        for _ in range(drawn(rng, PER_DAY * WEEKDAYS[day.weekday] * (0.3 + 0.7 * day.festival))):
            yield from _mediated(number, self.street_by_residents(rng), kinds(rng), rng)


def _mediated(number: int, subdistrict: str, kind: str, rng: Random) -> Iterator[Dated]:
    """The counts a dispute goes into, with the day of each."""
    key = (subdistrict, kind)
    late = rng.random() < LATE
    took = rng.randint(LIMIT_DAYS + 1, 58) if late else min(int(KINDS[kind][1] * exp(rng.gauss(0, 0.6))), LIMIT_DAYS)
    ended, agreed = number + took, rng.random() >= FAILED
    yield number, (mediation_day, key, ("taken_up",))
    yield ended, (mediation_day, key, ("concluded", "agreed") if agreed else ("concluded",))
    yield number + LIMIT_DAYS, (mediation_day, key, ("due",) if late else ("due", "timely"))
    if agreed and rng.random() < WRITTEN:
        names = ("perform_due",) if rng.random() < BROKEN else ("perform_due", "performed")
        yield ended + rng.choice((7, 15, 30, 30, 60, 90)), (mediation_day, key, names)
        if rng.random() < CONFIRMED:
            after = int(rng.expovariate(1 / 11)) + 1
            yield ended + min(after, 60), (mediation_day, key, ("confirm", "confirm_timely") if after <= CONFIRM_DAYS else ("confirm",))


STORY = Mediation
