"""Grid management as numbers: duty and patrol per grid and day, whistles, posts, and the grid's share of the case loop."""

from sqlalchemy import and_, true

from data.cubes import Cube
from data.measures import Coverage, Distribution, Measure, Ratio, Spread
from data.schema import grid_day, grid_item, post_group, whistle
from data.subjects import cases

_day = grid_day.c
_whistle = whistle.c
_community = _day.kind == "community"

patrol_cube = Cube(
    name="grid_day",
    fact=grid_day,
    day="day",
    areas=("grid", "community", "subdistrict"),
    wide_areas=("subdistrict",),
    by={"kind": "kind"},
    counters={
        "grids": true(),
        "on_duty": _day.on_duty_n > 0,
        "patrolled": _day.patrols_n >= _day.required_n,
        "community_grids": _community,
        "community_on_duty": and_(_community, _day.on_duty_n > 0),
        "community_patrolled": and_(_community, _day.patrols_n >= _day.required_n),
    },
)

whistle_cube = Cube(
    name="whistle",
    fact=whistle,
    day="issued_on",
    areas=("subdistrict",),
    by={"unit": "unit", "kind": "kind"},
    counters={
        "issued": true(),
        "judged": _whistle.on_time.is_not(None),
        "answered": _whistle.on_time,
        "signed": _whistle.signed_at.is_not(None),
        "arrived": _whistle.arrived_at.is_not(None),
        "done": _whistle.closed_at.is_not(None),
    },
)

post_cube = Cube(
    name="post_group",
    fact=post_group,
    areas=("subdistrict",),
    wide_areas=("subdistrict",),
    by={"kind": "kind"},
    counters={"established": post_group.c.established_n, "filled": post_group.c.filled_n},
)

CUBES = (patrol_cube, whistle_cube, post_cube)

_reported = cases.reported_cube


def _case(counter: str) -> Measure:
    return Measure(_reported, counter)


duty_coverage = Ratio(Measure(patrol_cube, "on_duty"), Measure(patrol_cube, "grids"))
duty_community = Ratio(Measure(patrol_cube, "community_on_duty"), Measure(patrol_cube, "community_grids"))
patrol_coverage = Ratio(Measure(patrol_cube, "patrolled"), Measure(patrol_cube, "grids"))
valid_reports = Ratio(_case("accepted"), _case("reported"))
settled_in_grid = Ratio(_case("accepted").keyed("level", "grid"), _case("accepted"))
passed_to_street = Ratio(_case("accepted").keyed("level", "subdistrict"), _case("accepted"))
passed_to_district = Ratio(_case("accepted").keyed("level", "district"), _case("accepted"))
returned = Ratio(_case("returned"), _case("dispatched"))
doubtful = Ratio(_case("doubtful"), _case("reported"))
public_share = Ratio(_case("public_valid"), _case("accepted"))
whistles = Measure(whistle_cube, "issued")
whistle_response = Ratio(Measure(whistle_cube, "answered"), Measure(whistle_cube, "judged"))
whistle_rate = Ratio(whistles, _case("dispatched"))
whistle_time = Distribution(whistle, "response_s", "issued_on")
item_coverage = Coverage(_case("accepted"), "item", grid_item)
workload_spread = Spread(_case("accepted"))
posts_filled = Ratio(Measure(post_cube, "filled"), Measure(post_cube, "established"))


def reached(stage: str) -> Measure:
    """How many cases reported in a span have reached a stage (accepted, passed_on, dispatched, arrived …)."""
    return _case(stage)
