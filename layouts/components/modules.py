"""One row per module: is it well, its leading number against its target, and where that is going."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components.kpi import comparison_text, target_text, value_with_unit
from layouts.components.mark import state_of, status
from layouts.components.no_data import no_data
from layouts.components.spark import spark
from layouts.view import View
from modules.spec.snapshot import Comparison, PanelData, Reading


def reading_from(plain: dict[str, Any]) -> Reading:
    """A reading from its plain form; moments given as ISO text are left out of it."""
    compared = plain.get("comparison")
    fields = {name: plain[name] for name in Reading.__dataclass_fields__ if name in plain}
    fields["comparison"] = Comparison(**compared) if isinstance(compared, dict) else compared
    fields["spark"] = tuple(plain.get("spark") or ())
    fields.setdefault("value", None)
    return Reading(**fields)


def _row(row: dict[str, Any], view: View) -> Component:
    module, metric = str(row["module"]), str(row["metric"])
    reading = reading_from({"metric": metric, **(row.get("reading") or {"quality": "missing"})})
    stale = str(reading.quality) == "stale" and reading.as_of is not None
    change = comparison_text(reading, view)
    if stale:
        as_of = view.local(reading.as_of) if reading.as_of is not None else None
        change = view.words("kpi.old_value", age=view.words.age(view.age_s(as_of)))
    elif reading.comparison is not None and reading.comparison.delta is not None:
        change = view.words.delta(reading.comparison.delta, reading.unit)
    name = html.Div(
        [
            html.H3(view.words.module(module), className="row-name"),
            html.P(view.metric(metric, module), className="row-metric"),
            html.P(target_text(reading, view), className="row-target"),
        ],
        className="row-words",
    )
    return html.Li(
        [
            name,
            value_with_unit(reading, view, module),
            html.Div(
                [
                    status(state_of(reading), view) if state_of(reading) != "none" else html.Span(),
                    spark(reading.spark, reading.target, reading.unit, view) or html.Span(className="spark"),
                    html.P(change, className="row-change"),
                ],
                className="row-side",
            ),
        ],
        className=f"module-row is-{state_of(reading)}",
    )


def draw(panel: PanelData, view: View) -> Component:
    """The rail of all modules."""
    rows = panel.data.get("rows") or []
    if not rows:
        return no_data("missing", view)
    return html.Ul([_row(row, view) for row in rows], className="modules")
