"""One row per module: is it well, its leading number against its target, and where that is going."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components.kpi import ground_text, target_text, value_with_unit
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


def _change(reading: Reading, view: View) -> str:
    """What the row says of the past: the age of a stale value, otherwise the difference."""
    if str(reading.quality) == "stale" and reading.as_of is not None:
        return view.words("kpi.old_value", age=view.words.age(view.age_s(view.local(reading.as_of))))
    if reading.comparison is not None and reading.comparison.delta is not None:
        return view.words.delta(reading.comparison.delta, reading.unit)
    return ""


def _row(row: dict[str, Any], lead: bool, view: View) -> Component:
    module, metric = str(row["module"]), str(row["metric"])
    reading = reading_from({"metric": metric, **(row.get("reading") or {"quality": "missing"})})
    names = [view.words.module(module), view.metric(metric, module)]
    known = reading.value is not None
    state = state_of(reading)
    judged = status(state, view) if known and state != "none" else html.Span(className="status")
    words = html.Div(
        [
            html.H3(names[0 if lead else 1], className="row-name"),
            html.P(names[1 if lead else 0], className="row-metric"),
            html.P(target_text(reading, view, module) or ground_text(reading, view), className="row-target"),
        ],
        className="row-words",
    )
    side = [
        judged,
        spark(reading.spark, reading.target, reading.unit, view) or html.Span(className="spark"),
        html.P(_change(reading, view), className="row-change"),
    ]
    return html.Li(
        [words, value_with_unit(reading, view, module), html.Div(side, className="row-side")],
        className=f"module-row {'is-lead' if lead else 'is-more'} is-{state}",
    )


def draw(panel: PanelData, view: View) -> Component:
    """The rail of all modules: each one's lead, and below it the further readings it came with."""
    rows = panel.data.get("rows") or []
    if not rows:
        return no_data("missing", view)
    listed = []
    for row in rows:
        listed.append(_row(row, True, view))
        listed += [_row({**more, "module": row["module"]}, False, view) for more in row.get("more") or []]
    return html.Ul(listed, className=f"modules holds-{len(listed)}{' is-odd' if len(listed) % 2 else ''}")
