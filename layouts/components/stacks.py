"""Wholes in their parts, the parts in one fixed order (a life, stage by stage): one hue from strong to faint, numbers where they fit."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot
from layouts.components.bars import part_word
from layouts.components.no_data import no_data
from layouts.view import View
from modules.spec.snapshot import PanelData

_WALL_ROWS = 12
_SURE = 3  # rows any wall has room for
TONES = (100, 92, 84, 72, 68, 50, 40, 30, 22)  # per cent of the accent; between them no text would stand out
_CHARACTER, _EDGE = 0.042, 0.02  # of a lane, what a digit and the space round a number need at the least


def order_of_parts(rows: list[dict[str, Any]]) -> list[str]:
    """Every part's key in the order the rows give them."""
    return list(dict.fromkeys(str(part["key"]) for row in rows for part in row.get("parts") or []))


def ground(tone: int) -> str:
    """What a part of that strength is to the number on it."""
    return "is-strong" if tone >= 84 else "is-middle" if tone >= 66 else "is-faint"


def tone_of(place: int, count: int) -> int:
    """The strength of a part's colour, in per cent of the accent, by its place among so many."""
    return TONES[round(place * (len(TONES) - 1) / max(1, count - 1))]


def _tone(place: int, count: int) -> tuple[str, dict[str, str]]:
    """The class and the style of a part by its place in the order."""
    tone = tone_of(place, count)
    return ground(tone), {"--tone": f"{tone}%"}


def reach_of(rows: list[dict[str, Any]]) -> float:
    """The longest bar's value; 1 where all are zero."""
    return max([float(row.get("value") or 0) for row in rows]) or 1.0


def _segments(row: dict[str, Any], keys: list[str], reach: float, view: View) -> list[Component]:
    segments: list[Component] = []
    for part in row.get("parts") or []:
        if not part.get("value"):
            continue
        side, tone = _tone(keys.index(str(part["key"])), len(keys))
        share, text = float(part["value"]) / reach, view.words.number(part["value"])
        shown = text if share >= _EDGE + _CHARACTER * len(text) else ""
        segments.append(
            html.I(
                html.Span(shown, className="part-number") if shown else None,
                className=f"bar-part stack-part {side}",
                style={"width": f"{share:.2%}", **tone},
                title=f"{part_word(str(part['key']), view)} {text}",
            )
        )
    return segments


def _row(n: int, row: dict[str, Any], keys: list[str], reach: float, panel: PanelData, view: View) -> Component:
    words, unit = view.words, str(panel.data.get("unit") or "count")
    hidden = row.get("withheld")
    track = [] if hidden else _segments(row, keys, reach, view)
    return html.Li(
        [
            html.Span(words.label(row), className="bar-label"),
            html.Span(track, className="bar-lane"),
            html.Span(plot.withheld(panel, view) if hidden else words.number(row.get("value"), unit), className="bar-rate"),
        ],
        className=f"bar line-{n}{' is-small' if row.get('small') else ''}",
        title=words("bars.small") if row.get("small") else "",
    )


def draw(panel: PanelData, view: View) -> Component:
    """The rows in the order given on one axis from zero; the legend names the parts in their order."""
    rows, unit, words = panel.data.get("rows") or [], str(panel.data.get("unit") or "count"), view.words
    if not rows:
        return no_data("zero", view, unit)
    keys = order_of_parts(rows)
    reach = reach_of(rows)
    shown = rows[:_WALL_ROWS] if view.wall else rows
    names: list[Component] = []
    for place, key in enumerate(keys):
        side, tone = _tone(place, len(keys))
        names.append(html.Span([html.I(className=f"swatch stack-part {side}", style=tone), part_word(key, view)], className="key"))
    if any(row.get("withheld") for row in rows):
        names.append(plot.withheld_key(panel, view))
    if view.wall and len(rows) > _SURE:
        names.append(html.Span(words("bars.all", n=len(rows)), className="key"))
    told_parts = [part for row in rows if not row.get("withheld") for part in row.get("parts") or []]
    sums = {key: sum(float(part["value"] or 0) for part in told_parts if part["key"] == key) for key in keys}
    told = words("charts.between").join(f"{part_word(key, view)} {words.quantity(value, unit)}" for key, value in sums.items())
    listed = html.Ul(
        [_row(n, row, keys, reach, panel, view) for n, row in enumerate(shown, 1)],
        className="bar-rows",
        **attributes(aria_label=words("stacks.summary", n=len(rows), parts=told)),
    )
    return html.Div(
        [listed, html.P(names, className="legend")],
        className="bars stacks",
        style=plot.label_style([words.label(row) for row in shown], view),
    )
