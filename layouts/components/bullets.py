"""What was planned and what of it is done: each plan is its own whole, so large and small ones can be compared."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components import plot
from layouts.components.no_data import no_data
from layouts.text import percent
from layouts.view import View
from modules.spec.snapshot import PanelData

_WALL_ROWS = 12
_DIGIT = 18  # of the wall's units, what a digit of done and planned takes
_SURE = 3  # rows any wall has room for


def share_done(row: dict[str, Any]) -> float | None:
    """Done of planned, in per cent; None where nothing is planned or known, or the number is kept back."""
    value, of = row.get("value"), row.get("of")
    return None if value is None or not of or row.get("withheld") else 100 * float(value) / float(of)


def reach(rows: list[dict[str, Any]]) -> float:
    """Where all lanes end, in per cent of the plan: at the plan, or at the most that was done beyond it."""
    return max([100.0, *(share_done(row) or 0.0 for row in rows)])


def target_text(rows: list[dict[str, Any]], view: View) -> str:
    """What the rows are meant to reach, from the least to the most of them; empty without a target."""
    targets = {row["target"] for row in rows if row.get("target") is not None}
    if not targets:
        return ""
    values = "–".join(percent(value, int(value % 1 > 0)) for value in sorted({min(targets), max(targets)}))
    return view.words("charts.target", value=f"{values}%")


def _lane(row: dict[str, Any], end: float) -> list[Component]:
    share, target = share_done(row), row.get("target")
    if row.get("withheld"):
        return [html.I(className="bullet-plan is-hatched", style={"width": f"{100 / end:.2%}"})]
    if share is None:
        return [html.I(className="bullet-plan is-open", style={"width": f"{100 / end:.2%}"})]
    lane: list[Component] = [
        html.I(className="bullet-plan", style={"width": f"{100 / end:.2%}"}),
        html.I(className="bullet-done", style={"width": f"{share / end:.2%}"}),
    ]
    if target is not None:
        lane.append(html.I(className="bullet-target", style={"left": f"{min(1.0, float(target) / end):.2%}"}))
    return lane


def _ground(row: dict[str, Any], unit: str, view: View) -> str:
    return f"{view.words.number(row.get('value'), unit)} / {view.words.number(row.get('of'), unit)}"


def _row(n: int, row: dict[str, Any], end: float, panel: PanelData, view: View) -> Component:
    words, unit, share = view.words, str(panel.data.get("unit") or "count"), share_done(row)
    done: Component | str = plot.withheld(panel, view) if row.get("withheld") else words.number(row.get("value"), unit)
    rate: list[Any] = [percent(share), html.Span("%", className="unit")] if share is not None else ["—"]
    return html.Li(
        [
            html.Span(words.label(row), className="bar-label"),
            html.Span(_lane(row, end), className="bar-lane"),
            html.Span(rate, className="bar-rate"),
            html.Span([html.B(done), f" / {words.number(row.get('of'), unit)}"], className="bar-of"),
        ],
        className=f"bar line-{n}{' is-small' if row.get('small') else ''}",
        title=words("bars.small") if row.get("small") else "",
    )


def draw(panel: PanelData, view: View) -> Component:
    """The rows in the order given, all on one axis: per cent of the plan."""
    rows, unit, words = panel.data.get("rows") or [], str(panel.data.get("unit") or "count"), view.words
    if not rows:
        return no_data("zero", view, unit)
    end = reach(rows)
    shown = rows[:_WALL_ROWS] if view.wall else rows
    known = [row for row in rows if share_done(row) is not None]
    done, planned = (words.quantity(sum(float(row[name]) for row in known), unit) for name in ("value", "of"))
    style = plot.label_style([words.label(row) for row in shown], view)
    style["--of"] = f"calc({_DIGIT * max(len(_ground(row, unit, view)) for row in shown)}*var(--q))"
    listed = [_row(n, row, end, panel, view) for n, row in enumerate(shown, 1)]
    keys: list[Component] = [
        html.Span([html.I(className="swatch part-only"), words("bullets.done")], className="key"),
        html.Span([html.I(className="swatch bullet-key"), words("bullets.planned")], className="key"),
    ]
    if meant := target_text(rows, view):
        keys.append(html.Span([html.I(className="swatch tick-key"), meant], className="key"))
    if any(row.get("withheld") for row in rows):
        keys.append(plot.withheld_key(panel, view))
    if view.wall and len(rows) > _SURE:
        keys.append(html.Span(words("bars.all", n=len(rows)), className="key"))
    told = words("bullets.summary", n=len(rows), done=done, planned=planned)
    return html.Div(
        [html.Ul(listed, className="bar-rows", **attributes(aria_label=told)), html.P(keys, className="legend")],
        className="bars bullets",
        style=style,
    )
