"""A metric's reading: value, quality, level and comparison for one scope at one moment."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from dashboard.taking.moment import Taking
from data.measures import Distribution, Measure, Part, Ratio, Span, Spread, quantile
from data.schema import REGION, source
from modules.spec import Comparison, Level, Metric, Quality, Reading, Window

SPARK_DAYS = 14
BAND_WEEKS = 8
KEYED_AREAS = ("district", "subdistrict")  # levels at which cubes keep further keys


def reading_of(metric: Metric, taking: Taking) -> Reading:
    """The metric's value, judged and compared. MISSING where the scope has no such figure, never zero."""
    span = taking.span(metric.over)
    part = value_of(metric, taking, span)
    if part is None or part.value is None:
        return Reading(metric.key, None, part.numerator if part else None, part.denominator if part else None,
                       metric.unit, Quality.MISSING, as_of=taking.now, target=metric.target, better=metric.better)  # fmt: skip
    as_of, stale = freshness(metric, taking)
    spark = spark_of(metric, taking)
    level = metric.limits.level(part.value, metric.better) if metric.limits else Level.NONE
    return Reading(
        metric=metric.key,
        value=part.value,
        numerator=part.numerator,
        denominator=part.denominator,
        unit=metric.unit,
        quality=Quality.STALE if stale else Quality.GOOD,
        level=Level.NONE if stale else level,
        as_of=as_of,
        target=metric.target,
        comparison=comparison_of(metric, taking, part, span),
        spark=spark,
        gross=metric.gross.total(taking.connection, taking.scope, span).value if metric.gross else None,
        better=metric.better,
    )


def value_of(metric: Metric, taking: Taking, span: Span) -> Part | None:
    """The measure's value over a span; None where the scope does not carry it."""
    measure = metric.measure
    if not measure.carries(taking.scope.level) or (metric.over is Window.NOW and taking.past):
        return None
    if isinstance(measure, Distribution):
        values = measure.values(taking.connection, taking.scope, span)
        return Part(quantile(values, metric.quantile), None, float(len(values)))
    if isinstance(measure, Spread):
        return measure.over(taking.connection, taking.region, taking.grids(), span)
    return measure.total(taking.connection, taking.scope, span)


def freshness(metric: Metric, taking: Taking) -> tuple[Any, bool]:
    """When the metric's source last delivered, and whether that is longer ago than it promised."""
    row = taking.connection.execute(
        select(source.c.received_at, source.c.stale_after_s).where(source.c[REGION] == taking.region, source.c.key == metric.source)
    ).first()
    if row is None or row[0] is None:
        return taking.now, False
    return row[0], taking.now - row[0] > timedelta(seconds=row[1])


def spark_of(metric: Metric, taking: Taking) -> tuple[float | None, ...]:
    """The last days of a flow or ratio, one value a day; empty for what stands now."""
    measure = metric.measure
    if not isinstance(measure, Measure | Ratio) or measure.stock or not measure.carries(taking.scope.level):
        return ()
    series = measure.series(taking.connection, taking.scope, Span.ending(taking.today, SPARK_DAYS))
    return tuple(part.value for part in series.values())


def comparison_of(metric: Metric, taking: Taking, part: Part, span: Span) -> Comparison | None:
    """A day's flow beside the same weekdays of eight weeks; a longer window beside the one before it."""
    measure = metric.measure
    if metric.over is Window.NOW or not isinstance(measure, Measure | Ratio) or part.value is None:
        return None
    if metric.over is Window.TODAY and isinstance(measure, Measure):
        past = [measure.total(taking.connection, taking.scope, Span(d, d)).value for d in same_weekdays(taking.today)]
        values = sorted(value for value in past if value is not None)
        return Comparison("weekday_band", quantile(values, 0.1), quantile(values, 0.5), quantile(values, 0.9))
    before = measure.total(taking.connection, taking.scope, span.before()).value
    return None if before is None else Comparison("previous", median=before, delta=part.value - before)


def same_weekdays(day: int) -> list[int]:
    """The same weekday of the last eight weeks."""
    return [day - 7 * week for week in range(1, BAND_WEEKS + 1)]
