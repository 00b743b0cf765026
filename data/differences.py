"""How far two ratios lie apart, read like either of them: as a total, by area, by key or over time."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from data.cubes import Cube
from data.measures import Measure, Part, Ratio, Scope, Span


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """One ratio less another, in the points both are in; None where either is. Its denominator is the smaller of the two."""

    one: Ratio
    other: Ratio

    @property
    def stock(self) -> bool:
        """Whether it stands now rather than happened in a span."""
        return self.one.stock

    @property
    def cube(self) -> Cube:
        """What the second ratio is counted in."""
        return self.other.cube

    def carries(self, level: str) -> bool:
        """Whether both ratios can be read for a scope of this level."""
        return self.one.carries(level) and self.other.carries(level)

    def keeps(self, by: str, level: str) -> bool:
        """Whether both ratios can be read by this key for a scope of this level."""
        return self.one.keeps(by, level) and self.other.keeps(by, level)

    def keyed(self, by: str, key: str) -> "Difference":
        """The same difference, of one key only."""
        return Difference(self.one.keyed(by, key), self.other.keyed(by, key))

    def total(self, connection: Connection, scope: Scope, span: Span) -> Part:
        """Its value for a scope."""
        return _apart(*(side.total(connection, scope, span) for side in (self.one, self.other)))

    def by_area(self, connection: Connection, region: int, areas: Sequence[str], span: Span) -> dict[str, Part]:
        """Its value for each of the areas."""
        one, other = (side.by_area(connection, region, areas, span) for side in (self.one, self.other))
        return {area: _apart(one[area], other[area]) for area in areas}

    def by_key(self, connection: Connection, scope: Scope, by: str, span: Span) -> dict[str, Part]:
        """Its value for each key that occurs in both."""
        one, other = (side.by_key(connection, scope, by, span) for side in (self.one, self.other))
        return {key: _apart(one[key], part) for key, part in other.items() if key in one}

    def series(self, connection: Connection, scope: Scope, span: Span, hours: bool = False) -> dict[int, Part]:
        """Its value for each bucket."""
        one, other = (side.series(connection, scope, span, hours) for side in (self.one, self.other))
        return {bucket: _apart(one[bucket], part) for bucket, part in other.items()}


def _apart(one: Part, other: Part) -> Part:
    if one.value is None or other.value is None:
        return Part(None)
    return Part(one.value - other.value, None, min(one.denominator or 0.0, other.denominator or 0.0))


Counted = Measure | Ratio | Difference  # what is read from counters
