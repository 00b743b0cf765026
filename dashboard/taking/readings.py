"""A metric's reading: value, quality, level and comparison for one scope at one moment."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from dashboard.taking.moment import Taking
from data.differences import Counted
from data.distributions import Distribution
from data.measures import Coverage, Measure, Part, Span, Spread, quantile
from data.schema import REGION, source
from data.view import once
from data.waiting import Awaited, Waiting
from modules.spec import Comparison, Level, Metric, Quality, Reading, Window

SPARK_DAYS = 14
SPARK_PERIODS = 8  # of a metric told once its period is over
BAND_WEEKS = 8
LEAST_WEEKS = 3  # fewer same weekdays make no band
YEAR = 365
KEYED_AREAS = ("district", "subdistrict")  # levels at which cubes keep further keys
SINGLE_DAYS = (Window.TODAY, Window.LAST_DAY)

DELIVERED = select(source.c.received_at, source.c.stale_after_s).where(
    source.c[REGION] == bindparam("region"), source.c.key == bindparam("key")
)


def reading_of(metric: Metric, taking: Taking) -> Reading:
    """The metric's value, judged and compared. MISSING where the scope has no such figure, never zero."""
    span = span_of(metric, taking)
    part, p50 = value_of(metric, taking, span)
    empty = Reading(metric.key, None, part.numerator, part.denominator, metric.unit, Quality.MISSING,
                    as_of=taking.now, target=metric.target, decimals=metric.decimals, better=metric.better,
                    rounding=metric.rounding)  # fmt: skip
    if part.value is None:
        return replace(empty, quality=Quality.SUPPRESSED, numerator=None, denominator=None) if part.withheld else empty
    as_of, stale = freshness(metric, taking)
    gross = metric.gross.total(taking.connection, taking.scope, span) if metric.gross else Part(None)
    return replace(
        empty,
        value=part.value,
        quality=Quality.STALE if stale else Quality.GOOD,
        level=Level.NONE if stale else metric.level(part.value, gross.value),
        as_of=as_of,
        comparison=comparison_of(metric, taking, part.value, span),
        spark=spark_of(metric, taking, span),
        gross=gross.value,
        gross_numerator=gross.numerator,
        gross_denominator=gross.denominator,
        p50=p50,
    )


def span_of(metric: Metric, taking: Taking) -> Span:
    """The days the metric covers at this moment, without those whose facts cannot be judged yet."""
    span = taking.span(metric.over)
    over = max(0, span.last - (taking.today - metric.settles)) if metric.settles else 0
    return replace(span, first=span.first - over, last=span.last - over)


def value_of(metric: Metric, taking: Taking, span: Span) -> tuple[Part, float | None]:
    """The measure's value over a span, and the median beside another quantile; no value where the scope does not carry it."""
    measure, connection, scope = metric.measure, taking.connection, taking.scope
    now_only = metric.over is Window.NOW and taking.past
    if isinstance(measure, Awaited) or now_only or not measure.carries(scope.level) or not taking.reports(metric.evidence):
        return Part(None), None
    if isinstance(measure, Distribution):
        values = measure.values(connection, scope, span)
        return Part(quantile(values, metric.quantile), None, float(len(values))), quantile(values, 0.5)
    if isinstance(measure, Waiting):
        return measure.total(connection, scope, taking.now, metric.quantile, taking.stood), None
    if isinstance(measure, Spread):
        return measure.over(connection, taking.region, taking.below("community"), span), None
    if isinstance(measure, Measure) and taking.known_from(measure) is None:
        return Part(None), None
    return measure.total(connection, scope, span), None


def freshness(metric: Metric, taking: Taking) -> tuple[datetime, bool]:
    """When the metric's source last delivered, and whether that is longer ago than it promised."""
    row = next(iter(once(taking.connection, DELIVERED, {"region": taking.region, "key": metric.source})), None)
    if row is None or row[0] is None:
        return taking.now, False
    return row[0], taking.now - row[0] > timedelta(seconds=row[1])


def spark_of(metric: Metric, taking: Taking, span: Span) -> tuple[float | None, ...]:
    """The last days of a flow or ratio, one value a day, or its last whole periods; none before the first day known, empty for a stock."""
    measure = metric.measure
    if not isinstance(measure, Counted) or measure.stock or not measure.carries(taking.scope.level):
        return ()
    first = taking.known_from(measure)
    if metric.over.published:
        spans = [taking.period(metric.over, back) for back in reversed(range(SPARK_PERIODS))]
        known = [first is not None and past.first >= first for past in spans]
        return tuple(
            measure.total(taking.connection, taking.scope, past).value if told else None for past, told in zip(spans, known, strict=True)
        )
    series = measure.series(taking.connection, taking.scope, Span.ending(span.last, SPARK_DAYS))
    return tuple(part.value if first is not None and day >= first else None for day, part in series.items())


def comparison_of(metric: Metric, taking: Taking, value: float, span: Span) -> Comparison | None:
    """A single day beside the same weekdays of eight weeks; a longer window beside the one before it and a year before."""
    measure = metric.measure
    if metric.over is Window.NOW or not isinstance(measure, Counted | Coverage):
        return None
    if metric.over in SINGLE_DAYS and not isinstance(measure, Coverage):
        return _weekdays(metric, measure, taking, value, span.last)
    before, year = (_earlier(measure, taking, earlier) for earlier in _spans_before(metric, taking, span))
    if before is None and year is None:
        return None
    delta, yearly = (None if past is None else value - past for past in (before, year))
    return Comparison("previous", median=before, delta=delta, year=yearly)


def _spans_before(metric: Metric, taking: Taking, span: Span) -> tuple[Span, Span]:
    """The same stretch of time just before, and a year before: of whole periods the period, else as many days."""
    if metric.over.published or metric.over is Window.YEAR:
        return taking.period(metric.over, 1), taking.period_a_year_before(metric.over)
    return span.before(), span.shifted(-YEAR)


def _earlier(measure: Counted | Coverage, taking: Taking, span: Span) -> float | None:
    """The value over an earlier span; None where nothing is known of all of it."""
    first = taking.known_from(measure.measure if isinstance(measure, Coverage) else measure)
    return measure.total(taking.connection, taking.scope, span).value if first is not None and span.first >= first else None


def _weekdays(metric: Metric, measure: Counted, taking: Taking, value: float, day: int) -> Comparison | None:
    """The band of the same weekdays; where hours are kept, each of them up to the same time of day."""
    first = taking.known_from(measure)
    days = [past for past in same_weekdays(taking, day) if first is not None and past >= first]
    past = sorted(found for found in (_so_far(measure, taking, one) for one in days) if found is not None)
    if len(past) < LEAST_WEEKS:
        return None
    low, median, high = (quantile(past, share) or 0.0 for share in (0.1, 0.5, 0.9))
    if metric.unit.whole:
        low, median, high = (float(int(edge + 0.5)) for edge in (low, median, high))
    kind = "weekday_band" if metric.over is Window.TODAY else "usual"
    return Comparison(kind, low, median, high, value - median)


def _so_far(measure: Counted, taking: Taking, day: int) -> float | None:
    """The value of an earlier day up to the present time of day, the running hour in proportion; of the whole day without hours."""
    scope = taking.scope
    if not isinstance(measure, Measure) or not measure.cube.hour or measure.by or scope.level not in KEYED_AREAS:
        return measure.total(taking.connection, scope, Span(day, day)).value
    hours = [part.value or 0.0 for part in measure.series(taking.connection, scope, Span(day, day), hours=True).values()]
    here = taking.now.astimezone(taking.zone)
    return sum(hours[: here.hour]) + hours[here.hour] * (here.minute * 60 + here.second) / 3600


def same_weekdays(taking: Taking, day: int) -> list[int]:
    """The same weekday of the last eight weeks, those left out that were a holiday or a made-up workday."""
    ordinary = (day + 3) % 7 < 5  # day 0 was a Thursday
    return [past for past in (day - 7 * week for week in range(1, BAND_WEEKS + 1)) if taking.is_workday(past, ordinary) is ordinary]
