"""Special equipment told once a day as it stands, and people freed from lifts as it happens."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from math import exp, log

from sqlalchemy import Table

from data.seed.demo.hours import DAY_S, at_hour, day_at, moment_of
from data.seed.demo.market_units import Unit, units
from data.seed.demo.registries import changed
from data.seed.demo.stories import Fact, Row, Story
from data.seed.demo.tallied import drawn
from data.subjects.market_equipment import AHEAD_DAYS, NEAR_DAYS, lift_rescue, special_equipment

RESCUES_A_LIFT = 0.24  # a year
MEDIAN_MIN, SPREAD, REMOTE = 13.0, 0.42, 1.3  # minutes until rescuers are there
FROM_HOUR, HOURS = 6, 17
LONGEST_MIN = 110


class MarketEquipment(Story):
    """The register of special equipment and the rescues from lifts."""

    name = "market_equipment"
    tables = (lift_rescue,)
    standing_tables = (special_equipment,)
    past_days = 480
    every_s = DAY_S

    @cached_property
    def lifts(self) -> list[Unit]:
        """The lifts in use."""
        return [unit for unit in units(self.planner) if unit.equipment_type == "lift" and unit.in_use]

    @cached_property
    def remote(self) -> str:
        """The sub-district rescuers reach last."""
        return str(self.stream("remote").choice(self.subdistricts))

    def standing(self, now: int) -> Mapping[Table, Sequence[Row]]:
        """Every unit as it stood when the day's delivery was made."""
        told = now - now % self.every_s
        return {special_equipment: [_row(unit, told) for unit in units(self.planner)]}

    def moved(self, after: int, now: int) -> Mapping[Table, Sequence[Row]]:
        """The units that changed."""
        return changed(self, after, now)

    def day(self, number: int) -> Iterable[Fact]:
        """The rescues of a day."""
        rng, day = self.stream("rescues", number), self.almanac(number)
        wanted = len(self.lifts) * RESCUES_A_LIFT / 365 * (2.2 if day.typhoon else 1.15 if day.when.month in (6, 7, 8, 9) else 0.95)
        for place in range(1, drawn(rng, wanted) + 1):
            unit = rng.choice(self.lifts)
            called = at_hour(number, FROM_HOUR) + rng.randrange(HOURS * 3600)
            took = MEDIAN_MIN * (REMOTE if unit.where["subdistrict"] == self.remote else 1.0) * (1.5 if day.typhoon else 1.0)
            seconds = int(min(exp(rng.gauss(log(took), SPREAD)), LONGEST_MIN) * 60)
            row = {
                "number": f"JY{day.when:%Y%m%d}{place:02d}", "code": unit.code, "subdistrict": unit.where["subdistrict"],
                "community": unit.where["community"], "called_at": moment_of(called), "called_on": number,
                "arrived_at": moment_of(called + seconds), "arrive_s": seconds,
            }  # fmt: skip
            yield Fact(lift_rescue, row, (called, called + seconds), _known)


def _known(row: Row, now: int) -> Row:
    return row if row["arrived_at"].timestamp() <= now else row | {"arrived_at": None, "arrive_s": None}


def _row(unit: Unit, now: int) -> Row:
    inspected, due = unit.stands(now)
    left = due - day_at(now)
    state = "overdue" if left < 0 else "d30" if left <= NEAR_DAYS else "d60" if left <= AHEAD_DAYS else "in_date"
    return {
        "code": unit.code,
        "equipment_type": unit.equipment_type,
        "uscc": unit.site.uscc,
        "name_zh": unit.name_zh,
        "name_en": unit.name_en,
        **unit.where,
        "lon": unit.at[0],
        "lat": unit.at[1],
        "used_on": unit.used_on,
        "in_use": unit.in_use,
        "inspected_on": inspected,
        "due_on": due,
        "due_at": moment_of(at_hour(due + 1, 0) - 1),
        "inspection_state": state,
    }


STORY = MarketEquipment
