"""Two ratios apart: at every level the difference is that of the two values shown, and nothing where one of them is unknown."""

from dashboard.taking.panels import area_bars, unit_of
from data.differences import Difference
from data.measures import Span
from data.subjects import grid_management as grid
from modules.spec import AreaBars, Window

APART = Difference(grid.duty_community, grid.duty_dedicated)


def apart(one, other):
    return None if one.value is None or other.value is None else one.value - other.value


def test_it_is_the_difference_at_every_level(taking_of):
    taking = taking_of()
    span, streets = Span.ending(taking.today, 7), taking.children()
    read = (taking.connection, taking.scope, span)
    one, other = (side.total(*read) for side in (APART.one, APART.other))
    found = APART.total(*read)
    assert found.value == one.value - other.value
    assert (found.numerator, found.denominator) == (None, min(one.denominator, other.denominator))
    one, other = (side.by_area(taking.connection, taking.region, streets, span) for side in (APART.one, APART.other))
    areas = APART.by_area(taking.connection, taking.region, streets, span)
    assert {code: part.value for code, part in areas.items()} == {code: apart(one[code], other[code]) for code in streets}
    assert len({part.value for part in areas.values()}) > 1
    one, other = (side.series(*read) for side in (APART.one, APART.other))
    assert {day: part.value for day, part in APART.series(*read).items()} == {day: apart(one[day], other[day]) for day in one}
    assert len(one) == 7


def test_by_key_it_needs_both(taking_of):
    taking = taking_of()
    span = taking.span(Window.TODAY)
    keyed = Difference(grid.duty_coverage, grid.patrol_coverage)
    kinds = keyed.by_key(taking.connection, taking.scope, "kind", span)
    assert set(kinds) == {"community", "dedicated"}
    for kind, part in kinds.items():
        assert part.value == keyed.keyed("kind", kind).total(taking.connection, taking.scope, span).value
    # a community grid is no dedicated one: one of the two ratios has nothing to divide by
    assert {part.value for part in APART.by_key(taking.connection, taking.scope, "kind", span).values()} == {None}


def test_it_is_told_in_points_and_not_below_what_both_know(taking_of):
    taking = taking_of()
    panel = AreaBars("apart", APART, Window.TODAY, least=1)
    found = area_bars(panel, taking)
    assert found["unit"] == unit_of(APART) == "pt"
    assert all(row["low"] is None for row in found["rows"])
    assert APART.carries("grid")
    assert not Difference(grid.posts_filled, grid.duty_coverage).carries("grid")
