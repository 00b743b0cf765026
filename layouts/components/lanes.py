"""Things side by side in time: how the count of each rose and fell by the hour, what was done about it when, and how long is left."""

from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot, shape
from layouts.components.bars import part_word
from layouts.components.mark import mark
from layouts.components.no_data import no_data
from layouts.view import View, level_of
from modules.spec.snapshot import PanelData

_DAY_H = 24
Row = dict[str, Any]


class Axis:
    """Where a moment lies between the first and the last one shown, 0…1."""

    def __init__(self, data: dict[str, Any], view: View) -> None:
        self.view = view
        self.first, self.last, self.now = (view.local(data[name]) for name in ("from", "to", "now"))

    def at(self, moment: datetime) -> float:
        """The place of a moment; those outside are below 0 or above 1."""
        return (moment - self.first) / (self.last - self.first)

    def of(self, moment: str) -> float:
        """The place of a moment as it is written."""
        return self.at(self.view.local(moment))

    def days(self) -> list[tuple[float, str]]:
        """The midnights with their dates, and the first moment's where a label has room before the first midnight."""
        hours = int((self.last - self.first).total_seconds() // 3600)
        midnights = [hour for hour in range(hours + 1) if (self.first.hour + hour) % _DAY_H == 0]
        return [(hour / hours, self.view.words.date(self.first + (self.last - self.first) * hour / hours, False)) for hour in midnights]


def course_of(row: Row, axis: Axis) -> list[tuple[float, float]]:
    """The counts as a staircase up to now, as high as the lane at the most of them."""
    values = [float(value) for value in row["values"]]
    most = max([*values, 1.0])
    now = axis.at(axis.now)
    steps = [(now * index / len(values), value / most) for index, value in enumerate(values)] + [(now, 0.0)]
    return shape.steps(steps)


def _course(row: Row, axis: Axis) -> Component:
    points = course_of(row, axis)
    return plot.stencil(shape.area([(x, 0.0) for x, _ in points], list(points)), "lane-course")


def _marks(row: Row, keys: list[str], axis: Axis, view: View) -> list[Component]:
    found: list[Component] = []
    for done in row["marks"]:
        place, said = axis.of(done["at"]), f"{part_word(done['key'], view)} {view.local(done['at']):%m-%d %H:%M}"
        if 0 <= place <= 1:
            found.append(html.I(className=f"lane-mark mark-{keys.index(done['key']) + 1}-done", style={"left": f"{place:.2%}"}, title=said))
    return found


def _due(row: Row, axis: Axis) -> Component | None:
    place = axis.of(row["due"]) if row.get("due") else -1.0
    return html.I(className=f"lane-due is-{level_of(row)}", style={"left": f"{place:.2%}"}) if 0 <= place <= 1 else None


def left_of(row: Row, view: View) -> tuple[str, str]:
    """What is left of the limit or how long it took, and the words after it; no number where nothing is owed."""
    words = view.words
    if row.get("took_s") is not None:
        return words.number(row["took_s"], "seconds"), words("lanes.took")
    if row.get("left_s") is None:
        return "", words("lanes.nothing")
    return words.number(abs(row["left_s"]), "seconds"), words("lanes.over" if row["left_s"] < 0 else "lanes.left")


def is_owed(row: Row) -> bool:
    """Whether a limit still runs or has passed."""
    return row.get("took_s") is None and row.get("left_s") is not None


def note_of(row: Row, panel: PanelData, view: View) -> str:
    """What stands under a name: its group and the sum of its counts."""
    words = view.words
    total = words.of(view.snapshot.module, "panel", panel.key, "n").format(n=words.number(sum(row["values"])))
    return " · ".join(text for text in (words.label(row, "note"), total) if text)


def _left(row: Row, view: View) -> Component:
    number, said = left_of(row, view)
    level, owed = level_of(row), is_owed(row)
    parts = [mark(level) if owed else None, html.B(number) if number else None, html.Span(said, className="soft")]
    return html.Span([part for part in parts if part], className=f"lane-left is-{level}" if owed else "lane-left")


def _lane(row: Row, keys: list[str], axis: Axis, panel: PanelData, view: View) -> Component:
    track = [_course(row, axis), _due(row, axis), *_marks(row, keys, axis, view)]
    return html.Li(
        [
            html.Span(
                [html.B(view.words.label(row), className="lane-title"), html.Span(note_of(row, panel, view), className="soft")],
                className="lane-name",
            ),
            html.Span(track, className="lane-track"),
            _left(row, view),
        ],
        className="lane",
    )


def _legend(keys: list[str], view: View) -> Component:
    said = [
        html.Span([html.I(className=f"swatch lane-mark mark-{n}-done"), part_word(key, view)], className="key")
        for n, key in enumerate(keys, 1)
    ]
    due = html.Span([html.I(className="swatch lane-due-key"), view.words("lanes.due")], className="key")
    return html.P([*said, due], className="legend")


def draw(panel: PanelData, view: View) -> Component:
    """One lane a thing, the most pressing first, on one axis of time that ends a while after now."""
    rows, keys = panel.data.get("rows") or [], [str(key) for key in panel.data.get("marks") or []]
    if not rows:
        return no_data("zero", view, "items")
    axis = Axis(panel.data, view)
    now = html.Span(
        html.Span(f"{axis.now:%H:%M}", className="now-text"), className="now at-left", style={"left": f"{axis.at(axis.now):.2%}"}
    )
    late = sum(level_of(row) == "critical" for row in rows)
    told = view.words("lanes.summary", n=len(rows), late=late)
    lanes = html.Ul([_lane(row, keys, axis, panel, view) for row in rows], className="lane-rows", **attributes(aria_label=told))
    frame = html.Div([html.Div(now, className="lane-now"), lanes], className="lane-frame")
    return html.Div([frame, plot.time_axis(axis.days()), _legend(keys, view)], className="lanes")
