"""Rates compared without a ranking: each row inside its own control limits or not, the mean as a line, only real differences marked."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components.mark import mark
from layouts.components.no_data import no_data
from layouts.components.scale import Scale, value_scale
from layouts.view import View
from modules.spec.snapshot import PanelData


def differs(row: dict[str, Any]) -> bool:
    """Whether a row's rate lies outside its control limits."""
    return not float(row["low"]) <= float(row["rate"]) <= float(row["high"])


def _row(row: dict[str, Any], scale: Scale, unit: str, view: View) -> Component:
    low, rate, high = (scale.at(float(row[name])) for name in ("low", "rate", "high"))
    far = differs(row)
    track = [
        html.I(className="control-interval", style={"left": f"{low:.2%}", "width": f"{max(0.0, high - low):.2%}"}),
        html.I(className="lane-target", style={"left": f"{scale.at(float(row['mean'])):.2%}"}),
        html.I(className=f"spot {'mark mark-watch' if far else 'dot'}", style={"left": f"{rate:.2%}"}),
    ]
    words, sign = view.words, "%" if unit == "percent" else ""
    return html.Li(
        [
            html.Span(words.label(row), className="bar-label"),
            html.Span(track, className="bar-lane"),
            html.Span([words.number(row["rate"], unit), html.Span(sign, className="unit")], className="bar-rate"),
            html.Span(f"n {words.number(row.get('n'))}", className="bar-of"),
        ],
        className=f"bar control-row{' is-far' if far else ''}",
    )


def known_rows(panel: PanelData) -> list[dict[str, Any]]:
    """The rows that have a rate."""
    return [row for row in panel.data.get("rows") or [] if row.get("rate") is not None]


def scale_of(rows: list[dict[str, Any]]) -> Scale:
    """An axis over all rates and limits; from zero only where they come near it."""
    values = [float(row[name]) for row in rows for name in ("low", "high", "rate")]
    return value_scale(values, 4, zero=min(values) < 0.5 * max(values))


def mean_text(rows: list[dict[str, Any]], unit: str, view: View) -> str:
    """The common mean, named."""
    return view.words("control.mean", value=view.words.quantity(float(rows[0]["mean"]), unit))


def outside_text(rows: list[dict[str, Any]], view: View) -> str:
    """How many rows lie outside their limits, or that none does."""
    far = sum(differs(row) for row in rows)
    return view.words("control.outside", n=far) if far else view.words("control.inside")


def draw(panel: PanelData, view: View) -> Component:
    """The rows in the order given around the common mean."""
    rows = known_rows(panel)
    if not rows:
        return no_data("missing", view)
    words, unit, scale = view.words, str(panel.data.get("unit") or "percent"), scale_of(rows)
    mean, outside = mean_text(rows, unit, view), outside_text(rows, view)
    sign = [mark("watch")] if any(differs(row) for row in rows) else []
    legend = [
        html.Span([html.I(className="swatch dash"), mean], className="key"),
        html.Span([*sign, outside], className="key"),
        html.Span(words("control.interval"), className="key"),
    ]
    told = attributes(aria_label=words("control.summary", n=len(rows), mean=mean, outside=outside))
    return html.Div(
        [html.Ul([_row(row, scale, unit, view) for row in rows], className="bar-rows", **told), html.P(legend, className="legend")],
        className="bars with-of control",
    )
