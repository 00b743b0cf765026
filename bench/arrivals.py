"""New cases as a source would deliver them: reported now, somewhere in the district, of some type."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count, islice

from sqlalchemy import Connection, select

from bench.ground import PLACE
from data.cases import Intake, Step
from data.schema import REGION, area, case_type
from data.seed.places import load_place

FIRST_ID = 9 * 10**17  # beyond every number the demo or a copy of it gives


class Arrivals:
    """An endless row of new cases; the same row for the same database."""

    def __init__(self, connection: Connection) -> None:
        self.region = load_place(PLACE).region
        places = select(area.c.code, area.c.parent, area.c.kind).where(area.c[REGION] == self.region)
        known = {code: (parent, kind) for code, parent, kind in connection.execute(places)}
        self._grids = [
            (known[community][0], community, grid) for grid, (community, kind) in sorted(known.items()) if kind == "grid" and community
        ]
        types = select(case_type.c.key, case_type.c.kind, case_type.c.unit).where(case_type.c[REGION] == self.region)
        self._types = [(key, kind, unit) for key, kind, unit in connection.execute(types.order_by(case_type.c.key)) if unit]
        self._numbers = count(FIRST_ID)

    def next(self, at: datetime) -> tuple[Intake, Step]:
        """The next case, reported at this moment."""
        return self.some(1, at)[0]

    def some(self, number: int, at: datetime) -> Sequence[tuple[Intake, Step]]:
        """The next cases, reported a second apart and the last at this moment."""
        made = [self._case(case) for case in islice(self._numbers, number)]
        return [(case, Step(case.id, "report", at - timedelta(seconds=number - 1 - index), post="P1")) for index, case in enumerate(made)]

    def _case(self, number: int) -> Intake:
        index = number - FIRST_ID
        subdistrict, community, grid = self._grids[index * 37 % len(self._grids)]
        key, kind, unit = self._types[index * 11 % len(self._types)]
        return Intake(
            id=number, number=f"B{index:08d}", source="grid_platform", source_id=f"bench-{index}", channel="collector", kind=kind,
            type=key, item=index % 296 + 1, level=("grid", "subdistrict", "district")[index % 3], unit=unit, subdistrict=subdistrict,
            community=community, grid=grid, dedicated=None, lon=116.7, lat=23.28, urgent=False,
        )  # fmt: skip
