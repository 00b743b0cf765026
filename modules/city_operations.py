"""City operations: what is broken now, is it spreading, who is late, and where must a crew go in the next hour?"""

from datetime import timedelta
from functools import partial

from data.subjects import cases, recurrence, sensors
from data.subjects import city_operations as city
from modules.spec import (
    Ages,
    Alert,
    AreaBars,
    Bars,
    Better,
    Briefing,
    Calendar,
    ClockKind,
    Course,
    Ecdf,
    Figures,
    Funnel,
    Heat,
    Kpi,
    Layer,
    Level,
    Limits,
    Map,
    Medians,
    Metric,
    Module,
    Pareto,
    Rows,
    Sources,
    Stage,
    Trend,
    Unit,
    Window,
)

DAY, NIGHT, WEEK, MONTH, NOW = Window.TODAY, Window.LAST_DAY, Window.DAYS_7, Window.DAYS_30, Window.NOW
ALWAYS, WORK = ClockKind.URGENT_HOURS, ClockKind.WORK_HOURS
DOWN, BAND = Better.DOWN, Better.BAND
EVENTS, INDICATORS, LOCAL = "GB/T 30428.2", "GB/T 30428.8", "local"
HOUR = 3600.0
EVENT, COMPONENT = city.KINDS

metric = partial(Metric, owner="dept_urban", source="grid_platform")
share = partial(metric, unit=Unit.PERCENT, decimals=1)
count = partial(metric, unit=Unit.COUNT, over=NOW, basis=LOCAL)
sensed = partial(count, owner="dept_emergency", source="emergency_weather", clock=ALWAYS)

# Intake: filed, and filed of what was decided.
filed = partial(metric, code="CO-01", over=DAY, unit=Unit.COUNT, basis=EVENTS, better=BAND)
filed_today = filed("filed_today", measure=city.reported("filed"))
filed_events = filed("filed_events", measure=city.reported("filed", EVENT))
filed_components = filed("filed_components", measure=city.reported("filed", COMPONENT))
filing = partial(share, code="CO-02", over=MONTH, basis=INDICATORS, target=90, limits=Limits(90, 85, 75))
filing_rate = filing("filing_rate", measure=city.filing())
filing_events = filing("filing_events", measure=city.filing(EVENT))
filing_components = filing("filing_components", measure=city.filing(COMPONENT))

# In time: handled, closed, and what is still open past its deadline.
handled = partial(share, code="CO-03", over=MONTH, basis=INDICATORS, target=95, limits=Limits(95, 90, 80), clock=WORK)
handled_in_time = handled("handled_in_time", measure=city.handled_in_time(), gross=city.handled_in_time(net=False))
handled_events = handled("handled_events", measure=city.handled_in_time(EVENT))
handled_components = handled("handled_components", measure=city.handled_in_time(COMPONENT))
closed = partial(share, code="CO-04", over=MONTH, basis=INDICATORS, target=95, limits=Limits(90, 80, 70), clock=WORK)
closed_in_time = closed("closed_in_time", measure=city.closed_in_time(), gross=city.closed_in_time(net=False))
closed_events = closed("closed_events", measure=city.closed_in_time(EVENT), gross=city.closed_in_time(EVENT, net=False))
closed_components = closed("closed_components", measure=city.closed_in_time(COMPONENT), gross=city.closed_in_time(COMPONENT, net=False))
late = partial(count, code="CO-05", better=DOWN, clock=WORK)
city_open = count("city_open", "CO-05", city.standing("open"), better=BAND)
overdue_open = late("overdue_open", measure=city.standing("overdue"), target=20, limits=Limits(20, 40, 80))
overdue_events = late("overdue_events", measure=city.standing("overdue", EVENT))
overdue_components = late("overdue_components", measure=city.standing("overdue", COMPONENT))
urgent_overdue = late("urgent_overdue", measure=city.standing("urgent_overdue"), target=0, limits=Limits(0, 0, 2))
timed = partial(metric, unit=Unit.SECONDS, basis=LOCAL, better=DOWN)
overdue_median = timed("overdue_median", "CO-05", city.overdue_age, NOW, clock=ALWAYS)
overdue_p90 = timed(
    "overdue_p90", "CO-05", city.overdue_age, NOW, quantile=0.9, clock=ALWAYS,
    target=72 * HOUR, limits=Limits(72 * HOUR, 120 * HOUR, 240 * HOUR),
)  # fmt: skip

# Well done: checked without rework, handled fast, not coming back.
again = partial(share, code="CO-06", over=MONTH, basis=INDICATORS, target=1, limits=Limits(1, 2, 4), better=DOWN)
rework_rate = again("rework_rate", measure=city.rework(), evidence=city.rework().over)
rework_events = again("rework_events", measure=city.rework(EVENT), evidence=city.rework().over)
rework_components = again("rework_components", measure=city.rework(COMPONENT), evidence=city.rework().over)
taken = partial(timed, code="CO-07", over=WEEK, quantile=0.9, clock=WORK)
handling_time = taken("handling_time", measure=city.handling_time)
handling_events = taken("handling_events", measure=city.handling_time.keyed("kind", EVENT))
handling_components = taken("handling_components", measure=city.handling_time.keyed("kind", COMPONENT))
back = partial(share, code="CO-08", over=MONTH, basis=LOCAL, target=25, limits=Limits(25, 30, 40), better=DOWN)
recurrence_rate = back("recurrence_rate", measure=recurrence.share())
recurrence_events = back("recurrence_events", measure=recurrence.share(EVENT))
recurrence_components = back("recurrence_components", measure=recurrence.share(COMPONENT))
clusters_now = count("clusters_now", "CO-08", recurrence.bursts, target=0, limits=Limits(0, 2, 5), better=DOWN, clock=ALWAYS)

# In order: components, lamps, water, sensors.
kept_up = partial(share, code="CO-09", over=NOW, basis=EVENTS, decimals=2, target=98, limits=Limits(98, 95, 90))
components_in_order = kept_up("components_in_order", measure=city.components_in_order)
MAJORS = tuple(kept_up(f"in_order_{major.lower()}", measure=city.major_in_order(major)) for major in city.MAJORS)
lit = partial(share, code="CO-10", over=NIGHT, basis=LOCAL, source="digital_urban", target=98, limits=Limits(98, 95, 90))
lamps_lit = lit("lamps_lit", measure=city.lamps_lit)
lamps_arterial = lit("lamps_arterial", measure=city.lamps_lit.keyed("circuit", "arterial"))
lamps_other = lit("lamps_other", measure=city.lamps_lit.keyed("circuit", "other"))
flooded = sensed("flooded", "CO-11", sensors.flooded, target=0, limits=Limits(0, 3, 10), better=DOWN, status="unverified")
impassable = sensed("impassable", "CO-11", sensors.impassable, target=0, limits=Limits(0, 0, 2), better=DOWN, status="unverified")
pumps_called = sensed("pumps_called", "CO-11", sensors.pumps_called, better=BAND)
pumps_running = metric(
    "pumps_running", "CO-11", sensors.pumps_running, NOW, Unit.PERCENT, LOCAL,
    owner="dept_emergency", source="emergency_weather", target=100, limits=Limits(100, 90, 70), clock=ALWAYS,
)  # fmt: skip
roads_closed = count("roads_closed", "CO-11", city.closures, better=BAND, owner="dept_police", source="digital_urban", clock=ALWAYS)
roads_overrun = count(
    "roads_overrun",
    "CO-11",
    city.roads_overrun,
    target=0,
    limits=Limits(0, 2, 5),
    better=DOWN,
    owner="dept_housing",
    source="digital_urban",
)
sensor_availability = share(
    "sensor_availability", "CO-12", sensors.availability, NOW, basis=LOCAL,
    target=95, limits=Limits(95, 90, 80), source="emergency_weather", clock=ALWAYS,
)  # fmt: skip
sensors_silent = sensed("sensors_silent", "CO-12", sensors.silent, target=0, limits=Limits(1, 3, 8), better=DOWN)

# Urgent: somebody must be there within half an hour.
urgent_arrival = share(
    "urgent_arrival", "CO-13", city.urgent_arrival, WEEK, basis=LOCAL, target=90, limits=Limits(90, 80, 60), clock=ALWAYS
)
urgent_late = count("urgent_late", "CO-13", city.urgent_late, target=0, limits=Limits(0, 1, 3), better=DOWN, clock=ALWAYS)

APART = (
    filing_events, filing_components, handled_events, handled_components, closed_events, closed_components,
    rework_events, rework_components, recurrence_events, recurrence_components,
)  # fmt: skip


def stage(key: str, since: str = "", until: str = "", limit_s: float | None = None, last: bool = False) -> Stage:
    """A stage of the loop: how many reached it, how long from one moment to the other, how many left the loop there."""
    dwell = city.stage_time(since, until) if since else None
    return Stage(key, city.reported(f"reached_{key}"), dwell, limit_s, None if last else city.reported(f"left_{key}"))


LOOP = Funnel(
    "funnel",
    stages=(
        stage("received"),
        stage("filed", "reported_at", "filed_at", HOUR),
        stage("dispatched", "filed_at", "dispatched_at", HOUR),
        stage("handled", "dispatched_at", "handled_at"),
        stage("checked", "handled_at", "checked_at", 2 * HOUR),
        stage("closed", "checked_at", "closed_at", 2 * HOUR, last=True),
    ),
    drops=tuple((state, city.reported(f"loop_{state}")) for state in cases.ENDED),
)

MODULE = Module(
    key="city_operations",
    order=10,
    lead=overdue_open,
    headline=(filed_today, closed_in_time, urgent_arrival, recurrence_rate, flooded, lamps_lit, components_in_order),
    facts=("case_file", "recurrence", "component_group", "lamp_night", "road_work", "sensor", "sensor_day"),
    panels=(
        Kpi(filed_today),
        Kpi(overdue_open),
        Kpi(closed_in_time),
        Kpi(urgent_arrival),
        Kpi(flooded),
        Kpi(recurrence_rate),
        Kpi(handling_time),
        Kpi(lamps_lit),
        Kpi(filing_rate),
        Kpi(handled_in_time),
        Kpi(overdue_p90),
        Kpi(rework_rate),
        Kpi(clusters_now),
        Kpi(components_in_order),
        Kpi(impassable),
        Kpi(pumps_running),
        Kpi(sensor_availability),
        Kpi(urgent_late),
        Kpi(city_open),
        Kpi(urgent_overdue),
        Kpi(roads_closed),
        Kpi(sensors_silent),
        Map(
            "map",
            city.standing("open"),
            city.standing("overdue"),
            edges=(1, 2, 3, 4, 6),
            among=cases.city,
            layers=(
                Layer("alarms", sensors.alarm_spots),
                Layer("roads", city.road_spots),
                Layer("water", sensors.water_spots, shown=False),
                Layer("pumps", sensors.pump_spots, shown=False),
                Layer("weather", sensors.weather_spots, shown=False),
                Layer("lamps", sensors.lamp_spots, shown=False),
            ),
        ),
        LOOP,
        Ages("overdue", city.overdue_age, "unit", of=city.standing("open")),
        Trend("filed_by_hour", city.reported("filed")),
        Pareto("types", city.reported("filed"), "type", WEEK),
        Heat("hours", city.reported("received"), weeks=4),
        Ecdf("handling_ecdf", city.handling_time, "type", WEEK, limit_s=city.SHORT_LIMIT[1] * HOUR, limited=city.SHORT_LIMIT),
        Rows("clusters", recurrence.clusters),
        Rows("urgent_waiting", city.urgent_waiting),
        Rows("sensors_alarmed", sensors.alarmed),
        Rows("roads", city.roads),
        Figures("apart_rates", APART),
        Figures("apart_counts", (filed_events, filed_components, overdue_events, overdue_components)),
        Figures("apart_times", (handling_events, handling_components)),
        Figures("overdue_ages", (overdue_median, overdue_p90)),
        Figures("in_order", MAJORS),
        Figures("lamps", (lamps_arterial, lamps_other)),
        Figures("water", (flooded, impassable, pumps_called, roads_closed, roads_overrun)),
        Calendar("lamp_nights", city.lamps_lit),
        Course("lamp_course", city.lamps_lit, length=60),
        Bars("lines", city.reported("received"), "line"),
        Bars("closed_by_unit", city.closed_in_time(), "unit"),
        Medians("handling_by_type", city.handling_time, "type", WEEK),
        Bars("defects", city.standing("open", COMPONENT), "type", of=city.components, over=NOW),
        AreaBars("recurrence_by_area", recurrence.share()),
        Bars("availability_by_kind", sensors.availability, "sensor_kind", over=NOW),
        Course("availability_course", sensors.availability_by_day),
        Course("flooded_course", sensors.flooded_by_day, length=60),
        Sources("sources"),
    ),
    alerts=(
        Alert(urgent_late, Level.WATCH, hold=timedelta(0)),
        Alert(clusters_now, Level.WATCH, hold=timedelta(0)),
        Alert(impassable, Level.WARNING, hold=timedelta(0)),
        Alert(flooded, Level.WATCH, hold=timedelta(minutes=5)),
        Alert(pumps_running, Level.WARNING, hold=timedelta(minutes=10)),
        Alert(overdue_open, Level.WARNING),
        Alert(urgent_overdue, Level.WARNING, hold=timedelta(0)),
        Alert(sensors_silent, Level.WARNING),
        Alert(closed_in_time, Level.WARNING),
    ),
    briefing=Briefing(
        lead=overdue_open,
        panels=("funnel", "types", "overdue", "lines", "handling_ecdf", "hours", "clusters", "urgent_waiting", "sensors_alarmed"),
        steps=(overdue_open, overdue_p90, urgent_arrival, rework_rate, recurrence_rate, sensor_availability, lamps_lit),
        concentrated=("overdue", "types"),
    ),
)
