"""Grid management as numbers: duty and patrol per grid and day, whistles, posts, and the grid's share of the case loop."""

from sqlalchemy import BigInteger, and_, or_, true, type_coerce

from data.cubes import Cube
from data.distributions import Distribution
from data.measures import Coverage, Measure, Ratio, Spread
from data.schema import grid_day, grid_item, post_group, whistle
from data.subjects import cases
from data.waiting import Awaited, Waiting

_day = grid_day.c
_whistle = whistle.c
_community = _day.kind == "community"
_on_duty = _day.on_duty_n > 0
_patrolled = _day.patrols_n >= _day.required_n
_ever_done = _whistle.closed_at.is_not(None)
_ever_arrived = or_(_whistle.arrived_at.is_not(None), _ever_done)
_ever_signed = or_(_whistle.signed_at.is_not(None), _ever_arrived)
UNSIGNED_S = 1800  # an unsigned whistle older than this is told

patrol_cube = Cube(
    name="grid_day",
    fact=grid_day,
    day="day",
    areas=("grid", "community", "subdistrict"),
    wide_areas=("subdistrict",),
    by={"kind": "kind"},
    counters={
        "grids": true(),
        "on_duty": _on_duty,
        "off_duty": ~_on_duty,
        "patrolled": _patrolled,
        "community_grids": _community,
        "community_on_duty": and_(_community, _on_duty),
        "community_patrolled": and_(_community, _patrolled),
        "dedicated_grids": ~_community,
        "dedicated_on_duty": and_(~_community, _on_duty),
        "dedicated_patrolled": and_(~_community, _patrolled),
        "patrol_min": _day.patrol_min,
        "confirmed": _day.confirmed_n,
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
        "signed": _ever_signed,
        "arrived": _ever_arrived,
        "done": _ever_done,
        "rated": and_(_ever_done, _whistle.rating.is_not(None)),
        "points": _whistle.rating,
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


def _patrol(over: str, under: str = "grids", scale: float = 100.0) -> Ratio:
    return Ratio(Measure(patrol_cube, over), Measure(patrol_cube, under), scale)


def _blown(counter: str) -> Measure:
    return Measure(whistle_cube, counter)


def _whistle_seconds(start: str, end: str) -> Distribution:
    seconds = type_coerce(_whistle[end], BigInteger) - type_coerce(_whistle[start], BigInteger)
    return Distribution(whistle, seconds, "issued_on")


duty_coverage = _patrol("on_duty")
duty_community = _patrol("community_on_duty", "community_grids")
duty_dedicated = _patrol("dedicated_on_duty", "dedicated_grids")
uncovered = Measure(patrol_cube, "off_duty")
patrol_coverage = _patrol("patrolled")
patrol_community = _patrol("community_patrolled", "community_grids")
patrol_dedicated = _patrol("dedicated_patrolled", "dedicated_grids")
patrol_yield = _patrol("confirmed", "patrol_min", 60.0)

valid_reports = Ratio(_case("upheld"), _case("decided"))
accepted = _case("accepted")
settled_in_grid = Ratio(_case("settled_grid"), accepted)
passed_to_street = Ratio(_case("settled_subdistrict"), accepted)
passed_to_district = Ratio(_case("settled_district"), accepted)
item_coverage = Coverage(accepted, "item", grid_item)
returned = Ratio(_case("returned"), _case("dispatched"))

doubtful = Ratio(_case("doubtful"), cases.reported)
quick_close = Ratio(_case("quick_close"), cases.reported)
photo_reused = Ratio(_case("photo_reused"), cases.reported)
near_repeat = Ratio(_case("near_repeat"), cases.reported)
month_end = Ratio(_case("month_end"), cases.reported)

public_share = Ratio(_case("public_valid"), accepted)
public_answered = Ratio(_case("public_answered"), _case("public_answerable"))
public_reopened = Ratio(_case("public_reopened"), _case("public_closed"))
public_satisfied = Awaited()

whistles = _blown("issued")
whistle_response = Ratio(_blown("answered"), _blown("judged"))
whistle_rate = Ratio(whistles, _case("passed_on"))
whistle_rating = Ratio(_blown("points"), _blown("rated"), 1.0)
whistles_unsigned = Waiting(whistle, "issued_at", and_(_whistle.signed_at.is_(None), ~_ever_arrived), UNSIGNED_S)
sign_time = _whistle_seconds("issued_at", "signed_at")
whistle_time = Distribution(whistle, "response_s", "issued_on")
done_time = _whistle_seconds("arrived_at", "closed_at")

workload_spread = Spread(accepted, post_group.c.filled_n, post_group.c.kind == "community")
posts_filled = Ratio(Measure(post_cube, "filled"), Measure(post_cube, "established"))


def loop(counter: str) -> Measure:
    """A counter of the cases reported in a span that run the whole loop: a stage reached, or where they left it."""
    return _case(counter)


def blown(counter: str) -> Measure:
    """How many of the whistles issued in a span have come so far: issued, signed, arrived, done, rated."""
    return _blown(counter)
