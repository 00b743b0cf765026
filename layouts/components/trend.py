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
class _Plot:
    data: dict[str, Any]
    times: list[datetime]
    scale: Scale
    unit: str

    def x(self, index: int) -> float:
        return index / max(1, len(self.times) - 1)

    def series(self, name: str) -> Series:
        values = self.data.get(name) or []
        return [(self.x(i), self.scale.maybe(v)) for i, v in enumerate(values[: len(self.times)])]


def _read(panel: PanelData, view: View) -> _Plot | None:
    data = panel.data
    xs, ys = data.get("x") or [], data.get("y") or []
    if not xs or all(value is None for value in ys):
        return None
    unit = str(data.get("unit") or "count")
    every = [*ys, *(data.get("low") or []), *(data.get("high") or [])]
    known = [value for value in every if value is not None]
    scale = rate_scale(every, unit, zero=unit != "percent" or min(known) < 60)
    return _Plot(data, [view.local(x) for x in xs], scale, unit)


def _band(chart: _Plot) -> list[Component]:
    low, high, median = chart.series("low"), chart.series("high"), chart.series("median")
    parts: list[Component] = []
    if low and len(low) == len(high):
        parts.append(plot.stencil(shape.area(low, high), "trend-band"))
    if median:
        parts.append(plot.stencil(shape.line(median, 0.6, "2 1.6"), "trend-median"))
    return parts


def _now(chart: _Plot, view: View) -> list[Component]:
    moment = chart.data.get("now")
    if not moment or len(chart.times) < 2:
        return []
    now, span = view.local(moment), (chart.times[-1] - chart.times[0]).total_seconds()
    place = (now - chart.times[0]).total_seconds() / span
    if not 0 <= place <= 1 or chart.data.get("per") != "hour":
        return []
    side = " at-left" if place > 0.82 else ""
    return [html.Span(html.Span(f"{now:%H:%M}", className="now-text"), className=f"now{side}", style={"left": f"{place:.2%}"})]


def _spots(chart: _Plot, view: View) -> list[Component]:
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


def _line(chart: _Plot) -> list[Component]:
    """The finished stretch. What is still counting is no fall: it stands beside the line as a hollow point growing from the base."""
    points = chart.series("y")
    known = [i for i, (_, y) in enumerate(points) if y is not None]
    done = points[: known[-1]] if chart.data.get("unfinished") and known else points
    return [plot.stencil(shape.line(done, 1.15), "trend-line")]


def _within(left: float, right: float) -> dict[str, str]:
    """A strip of the chart from share to share of its width, kept inside: what stands out would make the page wider."""
    left, right = max(0.0, left), min(1.0, right)
    return {"left": f"{left:.2%}", "width": f"{right - left:.2%}"}


def _hovers(chart: _Plot, view: View) -> list[Component]:
    if view.wall:
        return []
    per, words = str(chart.data.get("per") or "hour"), view.words
    texts = [
        f"{plot.stop_label(moment, per, view)}  {words.quantity(value, chart.unit)}"
        for moment, value in zip(chart.times, chart.data.get("y") or [], strict=False)
    ]
    width = 1 / max(1, len(chart.times) - 1)
    return [
        html.I(className="hover", title=text, style=_within(chart.x(i) - width / 2, chart.x(i) + width / 2)) for i, text in enumerate(texts)
    ]


def _legend(chart: _Plot, view: View) -> Component:
    words, outside = view.words, len(chart.data.get("outside") or [])
    per = str(chart.data.get("per") or "hour")
    said: list[Component | str] = [words("trend.inside")]
    if outside:
        said = [mark("watch"), words(f"trend.outside_{per}", n=outside)]
    keys = []
    if chart.data.get("low"):
        band = words("trend.band_month" if per == "month" else "trend.band")
        keys = [html.Span(said, className="key"), html.Span([html.I(className="swatch band"), band], className="key")]
    if chart.data.get("unfinished"):
        keys.append(html.Span([html.I(className="swatch ring"), words("trend.unfinished")], className="key"))
    return html.P(keys, className="legend")


def _summary(chart: _Plot, view: View) -> str:
    known = [value for value in chart.data["y"] if value is not None]
    last, low, high = (view.words.quantity(value, chart.unit) for value in (known[-1], min(known), max(known)))
    return view.words("trend.summary", last=last, low=low, high=high)


def draw(panel: PanelData, view: View) -> Component:
    """The chart with its axis and a one-line legend."""
    chart = _read(panel, view)
    if chart is None:
        return no_data("missing", view)
    per = str(chart.data.get("per") or "hour")
    picked = stops(len(chart.times), 4 if per == "month" else 6)
    named = plot.stop_labels([chart.times[i] for i in picked], per, view)
    labels = [(chart.x(i), name) for i, name in zip(picked, named, strict=True)]
    inside = [*plot.gridlines(chart.scale, chart.unit, view), *_band(chart), *_now(chart, view), *_line(chart)]
    inside += [*_spots(chart, view), *_hovers(chart, view)]
    return html.Div(
        [
            html.Div(inside, className="plot-area", role="img", **attributes(aria_label=_summary(chart, view))),
            plot.time_axis(labels),
            _legend(chart, view),
        ],
        className="plot trend",
        style=plot.gutter(chart.scale, chart.unit, view),
    )
