"""The frame of a line chart in plain HTML: gridlines with their values, times below, and places in per cent for what lies on it."""

from collections.abc import Sequence
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from layouts.components.scale import Scale
from layouts.text import number
from layouts.view import View


def gridlines(scale: Scale, unit: str, view: View) -> list[Component]:
    """One hairline per tick with its value to the left; the lowest is the base line."""
    lines: list[Component] = []
    for tick in scale.ticks:
        style = {"bottom": f"{scale.at(tick):.2%}"}
        text = number(tick, unit, 0 if unit == "percent" else None, view.words.lang)
        base = " is-base" if tick == scale.ticks[0] else ""
        lines.append(html.Span(html.Span(text, className="tick-text"), className=f"tick{base}", style=style))
    return lines


def stop_label(moment: datetime, per: str, view: View) -> str:
    """14:00 on an hourly axis, 22 or 11月22日 on a daily one."""
    if per == "hour":
        return f"{moment:%H:%M}"
    return view.words.date(moment, weekday=False)


def time_axis(labels: Sequence[tuple[float, str]]) -> Component:
    """Labels at places 0…1; the first and last stay inside the frame."""
    spans = []
    for place, text in labels:
        edge = " at-start" if place < 0.03 else " at-end" if place > 0.97 else ""
        spans.append(html.Span(text, className=f"stop{edge}", style={"left": f"{place:.2%}"}))
    return html.Div(spans, className="stops")


def spot(x: float, y: float, classes: str, title: str = "") -> Component:
    """Something standing on a point of the chart."""
    return html.I(className=f"spot {classes}", style={"left": f"{x:.2%}", "bottom": f"{y:.2%}"}, title=title)


def stencil(shape: str, classes: str) -> Component:
    """A drawn line or area, coloured by its class."""
    return html.I(className=f"stencil {classes}", style={"--shape": shape})
