"""Public video: is every channel alive, recording, right in time, lawfully signed and lawfully used? Equipment is watched, never people."""

from datetime import timedelta
from functools import partial

from data.subjects import public_video as video
from data.subjects import video_access as access
from data.subjects import video_blind, video_clusters
from data.subjects import video_outages as outages
from data.subjects import video_upkeep as upkeep
from data.subjects.channels import channel_points
from modules.spec import (
    Alert,
    AreaBars,
    Bars,
    Better,
    Briefing,
    Bullets,
    Calendar,
    ClockKind,
    Control,
    Course,
    Crowd,
    Figures,
    Kpi,
    Layer,
    Level,
    Limits,
    Map,
    Metric,
    Module,
    Pareto,
    Rows,
    Sources,
    Stacks,
    Trend,
    Unit,
    Window,
)

NOW, NIGHT, WEEK, MONTH, ROUND = Window.NOW, Window.LAST_DAY, Window.DAYS_7, Window.DAYS_30, Window.LAST_MONTH
ALWAYS, DAYS = ClockKind.URGENT_HOURS, ClockKind.CALENDAR_DAYS
DOWN, BAND = Better.DOWN, Better.BAND
CONTRACT, RULES, STATUS = "video_contract", "video_rules", "gbt_28181"
AT_ONCE = timedelta(0)
WHOLE = 100.0

metric = partial(Metric, owner="dept_police", source="video_platform", basis=CONTRACT)
share = partial(metric, unit=Unit.PERCENT, decimals=1)
count = partial(metric, unit=Unit.COUNT)
few = partial(count, better=DOWN)
none = partial(few, target=0)
unsure = partial(share, status="unverified")

# Alive: at the poll, over time, street by street, switch by switch.
online_rate = unsure("online_rate", "SP-01", video.online_rate, NOW, basis=STATUS, target=98, limits=Limits(98, 97, 95), clock=ALWAYS)
offline_now = count("offline_now", "SP-01", video.offline, NOW, basis=STATUS, better=BAND, clock=ALWAYS)
key_offline = few("key_offline", "SP-01", video.key_offline, NOW, basis=STATUS, target=3, limits=Limits(3, 10, 20), clock=ALWAYS)
maintenance_now = count("maintenance_now", "SP-01", video.maintenance, NOW, basis=STATUS, better=BAND, clock=ALWAYS)
streets_offline = none("streets_offline", "SP-01", video.streets_offline, NOW, basis="local", limits=Limits(0, 0, 2), clock=ALWAYS)
clusters_now = none("clusters_now", "SP-01", video_clusters.standing, NOW, basis="local", limits=Limits(0, 0, 2), clock=ALWAYS)
clusters_month = count("clusters_month", "SP-01", video_clusters.began, MONTH, basis="local", better=DOWN, clock=ALWAYS)
available = partial(share, code="SP-02", measure=outages.availability, target=97, limits=Limits(97, 95, 92), clock=ALWAYS, decimals=2)
availability = available("availability", over=NIGHT)
availability_month = available("availability_month", over=MONTH)
blind_week = few("blind_week", "SP-02", video_blind.blind, WEEK, basis="local", target=5, limits=Limits(5, 15, 30), clock=ALWAYS)
blind_share = share("blind_share", "SP-02", video_blind.blind_share, MONTH, basis="local", decimals=2, better=DOWN, clock=ALWAYS)

# In order: all of it at once, the picture, the clock.
whole_rate = share("whole_rate", "SP-03", video.whole_rate, NOW, target=95, limits=Limits(95, 92, 88))
picture_ok = share("picture_ok", "SP-04", outages.sharp, NIGHT, target=95, limits=Limits(95, 92, 88))
pictures_flawed = count("pictures_flawed", "SP-04", video.blurred, NOW, better=BAND)
clocks_right = unsure("clocks_right", "SP-07", outages.clocks_right, NIGHT, target=99, limits=Limits(99, 97, 94))
clocks_off = few("clocks_off", "SP-07", video.clocks_off, NOW, target=10, limits=Limits(10, 40, 100), status="unverified")

# Recorded: without gaps, long enough, and no longer.
recorded = share("recorded", "SP-05", outages.recorded, NIGHT, target=98, limits=Limits(98, 96, 93))
held_long_enough = unsure(
    "held_long_enough", "SP-05", video.held_long_enough, NOW, basis=RULES, target=WHOLE, limits=Limits(WHOLE, 98, 95), clock=DAYS
)
held_short = none("held_short", "SP-05", video.held_short, NOW, basis=RULES, limits=Limits(0, 30, 100), clock=DAYS, status="unverified")
idle = few("idle", "SP-05", video.idle, NOW, target=5, limits=Limits(5, 20, 60))
undeleted = none("undeleted", "SP-06", video.undeleted, NOW, basis=RULES, limits=Limits(0, 20, 60), clock=DAYS, status="legal")

# Kept up: files, repairs, rounds, signs, connection.
archived = share("archived", "SP-08", video.archived, NOW, basis="video_files", target=WHOLE, limits=Limits(WHOLE, 97, 93))
mended = partial(unsure, code="SP-09", over=MONTH, target=95, limits=Limits(95, 90, 80), clock=ALWAYS)
fixed_in_time = mended("fixed_in_time", measure=video.fixed_in_time)
key_fixed_in_time = mended("key_fixed_in_time", measure=video.key_fixed_in_time)
repair_hours = metric(
    "repair_hours", "SP-09", video.repair_hours, MONTH, Unit.HOURS,
    decimals=1, target=24, limits=Limits(24, 36, 48), better=DOWN, clock=ALWAYS, status="unverified",
)  # fmt: skip
faults_open = count("faults_open", "SP-09", video.faults_open, NOW, better=BAND)
faults_late = few("faults_late", "SP-09", video.faults_late, NOW, target=5, limits=Limits(5, 25, 60), clock=ALWAYS, status="unverified")
round_done = partial(share, code="SP-10", measure=upkeep.inspected, target=WHOLE, clock=DAYS)
inspected = round_done("inspected", over=ROUND, limits=Limits(98, 95, 90))
inspected_month = round_done("inspected_month", over=Window.MONTH)
signs_ok = unsure("signs_ok", "SP-11", upkeep.signs_ok, NOW, basis=RULES, target=WHOLE, limits=Limits(WHOLE, 97, 93))
unsigned = none("unsigned", "SP-11", upkeep.unsigned, NOW, basis=RULES, limits=Limits(0, 20, 60), status="unverified")
points_connected = share(
    "points_connected", "SP-13", upkeep.points_connected, NOW, basis="video_files", target=WHOLE, limits=Limits(WHOLE, 97, 93)
)

# Used: with authority, purpose and approval; opened to residents only where nobody can be recognised.
lookups_compliant = share(
    "lookups_compliant", "SP-12", access.compliant, MONTH, basis=RULES, target=WHOLE, limits=Limits(WHOLE, 98, 95), status="legal"
)
lookups = count("lookups", "SP-12", access.lookups, MONTH, basis=RULES, better=BAND)
exported = count("exported", "SP-12", access.exported, MONTH, basis=RULES, better=BAND)
unapproved = none("unapproved", "SP-12", access.unapproved, NOW, basis=RULES, limits=Limits(0, 1, 3), status="legal")
open_feeds = count("open_feeds", "SP-14", access.open_feeds, NOW, basis=RULES, better=BAND, owner="dept_political_legal")
feeds_safe = share(
    "feeds_safe", "SP-14", access.feeds_safe, NOW, basis=RULES, target=WHOLE, limits=Limits(WHOLE, 95, 80), owner="dept_political_legal"
)
feeds_expired = none("feeds_expired", "SP-14", access.feeds_expired, NOW, basis=RULES, limits=Limits(0, 0, 2), owner="dept_political_legal")

MODULE = Module(
    key="public_video",
    order=80,
    lead=online_rate,
    headline=(whole_rate, clusters_now, recorded, clocks_right, fixed_in_time, lookups_compliant, signs_ok),
    facts=(
        "channel", "channel_fault", "channel_outage", "channel_downtime", "outage_cluster", "blind_spot", "video_day", "video_poll",
        "video_site", "video_inspection", "video_lookup", "open_feed",
    ),
    panels=(
        Kpi(online_rate),
        Kpi(whole_rate),
        Kpi(clusters_now),
        Kpi(recorded),
        Kpi(clocks_right),
        Kpi(fixed_in_time),
        Kpi(lookups_compliant),
        Kpi(blind_week),
        Kpi(availability),
        Kpi(availability_month),
        Kpi(picture_ok),
        Kpi(held_long_enough),
        Kpi(undeleted),
        Kpi(archived),
        Kpi(repair_hours),
        Kpi(inspected),
        Kpi(signs_ok),
        Kpi(points_connected),
        Kpi(feeds_safe),
        Kpi(streets_offline),
        Kpi(unapproved),
        Kpi(faults_late),
        Map(
            "map", video.offline, edges=(1, 2, 3, 5, 8), cases=False,
            layers=(Layer("clusters", video_clusters.spots), Layer("blind", video_blind.spots, shown=False)),
            crowd=Crowd("channels", channel_points),
        ),
        Trend("online_by_hour", outages.online_by_hour, rolling=True),
        Control("repair_by_contractor", video.repair_hours, MONTH, by="contractor", squares=video.repair_squares, unit="hours"),
        Pareto("fault_kinds", video.found, "fault_kind", MONTH),
        Bars("held_bands", video.in_service_n, "held_band", over=NOW, listed=True),
        Course("lookup_course", access.lookups, length=60),
        AreaBars("whole_by_area", video.whole_rate, NOW),
        Rows("clusters", video_clusters.listed),
        Rows("down", video.down_listed),
        Rows("faults", video.faults_listed),
        Rows("blind_spots", video_blind.listed),
        Rows("lookups_wrong", access.wrong_listed),
        Rows("feeds", access.feeds_listed),
        Rows("sites_unsigned", upkeep.unsigned_listed),
        Figures("alive", (offline_now, key_offline, maintenance_now, clusters_month)),
        Figures("diagnosed", (pictures_flawed, clocks_off, held_short, idle)),
        Figures("upkeep", (faults_open, unsigned)),
        Figures("mending", (key_fixed_in_time, inspected_month, blind_share)),
        Figures("use", (lookups, exported, open_feeds, feeds_expired)),
        Course("availability_course", outages.availability, length=60),
        Bars("availability_by_contractor", outages.availability, "contractor"),
        Bars("causes", outages.begun, "outage_cause"),
        Bars("pictures", video.blurred, "picture_state", over=NOW),
        Stacks("faults_by_contractor", (("in_time", video.faults_in_limit), ("late", video.faults_late)), "contractor"),
        Bullets("rounds", upkeep.inspected, "contractor", ROUND, target=WHOLE),
        Course("blind_course", video_blind.blind, length=60),
        Bars("purposes", access.lookups, "lookup_purpose"),
        Bars("lookups_by_unit", access.compliant, "unit"),
        Calendar("recorded_days", outages.recorded),
        Sources("sources"),
    ),
    alerts=(
        Alert(clusters_now, Level.WARNING, hold=AT_ONCE),
        Alert(streets_offline, Level.WARNING, hold=timedelta(minutes=5)),
        Alert(online_rate, Level.WARNING, hold=timedelta(minutes=10)),
        Alert(unapproved, Level.WATCH, hold=AT_ONCE),
        Alert(clocks_off, Level.WARNING, hold=timedelta(hours=1)),
        Alert(held_short, Level.WATCH, hold=timedelta(days=1)),
        Alert(undeleted, Level.WATCH, hold=timedelta(days=1)),
        Alert(feeds_expired, Level.WARNING, hold=AT_ONCE),
    ),
    briefing=Briefing(
        lead=online_rate,
        panels=(
            "online_by_hour", "fault_kinds", "repair_by_contractor", "causes", "whole_by_area", "availability_by_contractor",
            "held_bands", "clusters", "blind_spots", "lookups_wrong",
        ),
        steps=(online_rate, whole_rate, lookups_compliant, undeleted, signs_ok, fixed_in_time, feeds_safe, streets_offline),
        concentrated=("fault_kinds", "causes"),
    ),
)  # fmt: skip
