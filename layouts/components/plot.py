"""The frame of a line chart in plain HTML: gridlines with their values, times below, and places in per cent for what lies on it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from layouts.components.scale import Scale
from layouts.text import number
from layouts.view import View
from modules.spec.snapshot import PanelData

_LATIN_ENDS = 0x2E7F  # what comes after is as wide as it is high
_LEAST = 10  # smaller numbers of people are kept back unless the data says otherwise


def gutter(scale: Scale, unit: str, view: View) -> dict[str, str]:
    """The style that keeps room for the longest value to the left of the lines."""
    longest = max(len(tick_text(tick, unit, view)) for tick in scale.ticks)
    return {"--gutter": f"calc({28 + 17 * max(3, longest)}*var(--q))"}


def tick_text(tick: float, unit: str, view: View) -> str:
    """The number at a gridline; shares without decimals where they are whole."""
    decimals = (0 if float(tick).is_integer() else 1) if unit == "percent" else None
    return number(tick, unit, decimals, view.words.lang)


def label_room(labels: Iterable[str], view: View, most: float) -> float:
    """How wide, in units of the wall, the longest label stands on one line; at most `most`, where it wraps."""
    han, latin = (36, 20) if view.words.lang == "zh" else (31, 17.5)
    return min(most, max((sum(han if ord(sign) > _LATIN_ENDS else latin for sign in label) for label in labels), default=0.0))


def label_style(labels: Iterable[str], view: View) -> dict[str, str]:
    """The style that gives the labels of a list the room they need and the lanes the rest."""
    return {"--label": f"calc({label_room(labels, view, 250 if view.words.lang == 'zh' else 330):.0f}*var(--q))"}


def gridlines(scale: Scale, unit: str, view: View) -> list[Component]:
    """One hairline per tick with its value to the left; the lowest is the base line."""
    lines: list[Component] = []
    for tick in scale.ticks:
        style = {"bottom": f"{scale.at(tick):.2%}"}
        text = tick_text(tick, unit, view)
        base = " is-base" if tick == scale.ticks[0] else ""
        lines.append(html.Span(html.Span(text, className="tick-text"), className=f"tick{base}", style=style))
    return lines


def stop_label(moment: datetime, per: str, view: View) -> str:
    """14:00 on an hourly axis, 11月22日 on a daily one, 2026年5月 on a monthly one."""
    if per == "hour":
        return f"{moment:%H:%M}"
    if per == "month":
        return view.words("date.month_year", year=moment.year, month=month_name(moment, view))
    return view.words.date(moment, weekday=False)


def stop_labels(moments: Sequence[datetime], per: str, view: View) -> list[str]:
    """The labels of an axis; on a monthly one the year stands only where it begins."""
    before = [None, *(moment.year for moment in moments)]
    return [
        month_name(moment, view) if per == "month" and moment.year == year else stop_label(moment, per, view)
        for moment, year in zip(moments, before, strict=False)
    ]


def month_name(moment: datetime, view: View) -> str:
    """11月 or Nov."""
    return view.words("date.months").split()[moment.month - 1]


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


def below_least(panel: PanelData) -> str:
    """What stands for a number kept back to protect people: <10*, because it may also be one that would tell such a number."""
    return f"<{panel.data.get('least', _LEAST)}*"


def withheld(panel: PanelData, view: View) -> Component:
    """A number kept back, as sign and bound; the word is its title."""
    sign = html.I(className="swatch is-hatched")
    return html.Span([sign, below_least(panel)], className="withheld", title=view.words("status.suppressed"))


def withheld_key(panel: PanelData, view: View) -> Component:
    """The legend's line for numbers kept back."""
    said = view.words("charts.withheld", word=view.words("status.suppressed"), least=panel.data.get("least", _LEAST))
    return html.Span([html.I(className="swatch is-hatched"), said], className="key")


def small_key(view: View) -> Component:
    """The legend's line for what is greyed because it rests on little."""
    return html.Span([html.I(className="swatch small-key"), view.words("bars.small")], className="key")


def target_text(value: float, unit: str, view: View) -> str:
    """目标 95%."""
    return view.words("charts.target", value=view.words.quantity(value, unit, None if value % 1 else 0))


def target_key(value: float, unit: str, view: View) -> Component:
    """The legend's line for a target drawn dashed."""
    return html.Span([html.I(className="swatch dash"), target_text(value, unit, view)], className="key")


def target_line(upright: bool, place: float, text: str = "") -> Component:
    """A dashed line across the chart, upright or level, with its name."""
    side = "left" if upright else "bottom"
    late = " at-end" if place > 0.7 else ""
    return html.Span(
        html.Span(text, className="target-text"),
        className=f"target is-{'upright' if upright else 'level'}{late}",
        style={side: f"{place:.2%}"},
    )
