"""A value over time on the band of the same weekdays: the line, P10–P90, the median, what fell outside, and where now is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot, shape
from layouts.components.mark import mark
from layouts.components.no_data import no_data
from layouts.components.scale import Scale, rate_scale, stops
from layouts.view import View
from modules.spec.snapshot import PanelData

Series = list[tuple[float, float | None]]


@dataclass(frozen=True, slots=True)
class Chart:
    """A series with its times and its scale."""

    data: dict[str, Any]
    times: list[datetime]
    scale: Scale
    unit: str

    @property
    def per(self) -> str:
        """The step of its axis: hour, day or month."""
        return str(self.data.get("per") or "hour")

    def x(self, index: int) -> float:
        """Where a step lies, 0…1."""
        return index / max(1, len(self.times) - 1)

    def series(self, name: str) -> Series:
        """One of y, low, median and high as places 0…1, missing ones missing."""
        values = self.data.get(name) or []
        return [(self.x(i), self.scale.maybe(v)) for i, v in enumerate(values[: len(self.times)])]


def read(panel: PanelData, view: View) -> Chart | None:
    """What a panel shows; None where no value is known."""
    data = panel.data
    xs, ys = data.get("x") or [], data.get("y") or []
    if not xs or all(value is None for value in ys):
        return None
    unit = str(data.get("unit") or "count")
    every = [*ys, *(data.get("low") or []), *(data.get("high") or [])]
    known = [value for value in every if value is not None]
    scale = rate_scale(every, unit, zero=unit != "percent" or min(known) < 60)
    return Chart(data, [view.local(x) for x in xs], scale, unit)


def _band(chart: Chart) -> list[Component]:
    low, high, median = chart.series("low"), chart.series("high"), chart.series("median")
    parts: list[Component] = []
    if low and len(low) == len(high):
        parts.append(plot.stencil(shape.area(low, high), "trend-band"))
    if median:
        parts.append(plot.stencil(shape.line(median, 0.6, "2 1.6"), "trend-median"))
    return parts


def now_at(chart: Chart, view: View) -> tuple[float, str] | None:
    """Where now lies and what time it is; None off the axis or where the steps are longer than hours."""
    moment = chart.data.get("now")
    if not moment or len(chart.times) < 2 or chart.data.get("per") != "hour":
        return None
    now, span = view.local(moment), (chart.times[-1] - chart.times[0]).total_seconds()
    place = (now - chart.times[0]).total_seconds() / span
    return (place, f"{now:%H:%M}") if 0 <= place <= 1 else None


def _now(chart: Chart, view: View) -> list[Component]:
    found = now_at(chart, view)
    if found is None:
        return []
    place, text = found
    side = " at-left" if place > 0.82 else ""
    return [html.Span(html.Span(text, className="now-text"), className=f"now{side}", style={"left": f"{place:.2%}"})]


def _spots(chart: Chart, view: View) -> list[Component]:
    line = [(i, x, y) for i, (x, y) in enumerate(chart.series("y")) if y is not None]
    if not line:
        return []
    outside = set(chart.data.get("outside") or [])
    spots = []
    for index, x, y in line:
        if index in outside:
            spots += [plot.spot(x, y, "dot"), plot.spot(x, y, "mark mark-watch is-above")]
    last, x, y = line[-1]
    said = view.words.quantity(chart.data["y"][last], chart.unit)
    if not chart.data.get("unfinished"):
        return [*spots, plot.spot(x, y, "dot is-last", said)]
    stem = html.I(className="stem", style={"left": f"{x:.2%}", "height": f"{y:.2%}"})
    return [*spots, stem, plot.spot(x, y, "dot is-last is-hollow", said)]


def finished(chart: Chart) -> Series:
    """The finished stretch. What is still counting is no fall: it stands beside the line as a hollow point growing from the base."""
    points = chart.series("y")
    known = [i for i, (_, y) in enumerate(points) if y is not None]
    return points[: known[-1]] if chart.data.get("unfinished") and known else points


def _within(left: float, right: float) -> dict[str, str]:
    """A strip of the chart from share to share of its width, kept inside: what stands out would make the page wider."""
    left, right = max(0.0, left), min(1.0, right)
    return {"left": f"{left:.2%}", "width": f"{right - left:.2%}"}


def _hovers(chart: Chart, view: View) -> list[Component]:
    if view.wall:
        return []
    words = view.words
    texts = [
        f"{plot.stop_label(moment, chart.per, view)}  {words.quantity(value, chart.unit)}"
        for moment, value in zip(chart.times, chart.data.get("y") or [], strict=False)
    ]
    width = 1 / max(1, len(chart.times) - 1)
    return [
        html.I(className="hover", title=text, style=_within(chart.x(i) - width / 2, chart.x(i) + width / 2)) for i, text in enumerate(texts)
    ]


def outside_text(chart: Chart, view: View) -> str:
    """How many steps fell outside the usual, or that none did."""
    outside = len(chart.data.get("outside") or [])
    return view.words(f"trend.outside_{chart.per}", n=outside) if outside else view.words("trend.inside")


def band_text(chart: Chart, view: View) -> str:
    """What the band is made of."""
    return view.words("trend.band_month" if chart.per == "month" else "trend.band")


def _legend(chart: Chart, view: View) -> Component:
    keys = []
    if chart.data.get("low"):
        sign = [mark("watch")] if chart.data.get("outside") else []
        keys = [
            html.Span([*sign, outside_text(chart, view)], className="key"),
            html.Span([html.I(className="swatch band"), band_text(chart, view)], className="key"),
        ]
    if chart.data.get("unfinished"):
        keys.append(html.Span([html.I(className="swatch ring"), view.words("trend.unfinished")], className="key"))
    return html.P(keys, className="legend")


def stops_of(chart: Chart, view: View) -> list[tuple[float, str]]:
    """The labels of the axis of time with their places."""
    picked = stops(len(chart.times), 4 if chart.per == "month" else 6)
    named = plot.stop_labels([chart.times[i] for i in picked], chart.per, view)
    return [(chart.x(i), name) for i, name in zip(picked, named, strict=True)]


def _summary(chart: Chart, view: View) -> str:
    known = [value for value in chart.data["y"] if value is not None]
    last, low, high = (view.words.quantity(value, chart.unit) for value in (known[-1], min(known), max(known)))
    return view.words("trend.summary", last=last, low=low, high=high)


def draw(panel: PanelData, view: View) -> Component:
    """The chart with its axis and a one-line legend."""
    chart = read(panel, view)
    if chart is None:
        return no_data("missing", view)
    inside = [*plot.gridlines(chart.scale, chart.unit, view), *_band(chart), *_now(chart, view)]
    inside.append(plot.stencil(shape.line(finished(chart), 1.15), "trend-line"))
    inside += [*_spots(chart, view), *_hovers(chart, view)]
    return html.Div(
        [
            html.Div(inside, className="plot-area", role="img", **attributes(aria_label=_summary(chart, view))),
            plot.time_axis(stops_of(chart, view)),
            _legend(chart, view),
        ],
        className="plot trend",
        style=plot.gutter(chart.scale, chart.unit, view),
    )
