"""What needs a decision now, nearest deadline first: the time left, the matter, the place and who has it."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components.mark import mark
from layouts.components.no_data import no_data
from layouts.text import duration
from layouts.view import View, level_of
from modules.spec.snapshot import PanelData


def _row(row: dict[str, Any], view: View) -> Component:
    words, level, left = view.words, level_of(row), row.get("remaining_s")
    overdue = left is not None and left < 0
    where = [words.label(row, "place"), words.known(f"case_state.{row.get('state')}", str(row.get("state") or ""))]
    unit = words.label({**row, "key": ""}, "unit")
    title: Component | str = words.label(row, "title")
    if row.get("href") and not view.wall:
        title = html.A(title, href=str(row["href"]))
    return html.Li(
        [
            html.Div(
                [
                    html.Span(duration(left), className="left-time"),
                    html.Span([mark(level), words("decisions.overdue" if overdue else "decisions.left")], className="left-word"),
                ],
                className="left",
            ),
            html.Div(
                [
                    html.H3(title, className="matter-title"),
                    html.P(" · ".join(text for text in where if text), className="matter-where"),
                    html.P(words("decisions.unit", unit=unit) if unit else "", className="matter-unit"),
                ],
                className="matter",
            ),
        ],
        className=f"decision is-{level}",
    )


def draw(panel: PanelData, view: View) -> Component:
    """The list; a calm zero when there is nothing."""
    rows = panel.data.get("rows") or []
    if not rows:
        return html.Div([no_data("zero", view, "items"), html.P(view.words("decisions.none"), className="nd-note")], className="decisions")
    return html.Ul([_row(row, view) for row in rows], className="decisions")
