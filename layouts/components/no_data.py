"""Honest emptiness: loading, true zero, no permission, not reported yet, stale and source error, each with its own face."""

from dash import html
from dash.development.base_component import Component

from layouts.components.mark import mark
from layouts.view import View

STATES = ("loading", "zero", "denied", "missing", "stale", "error", "suppressed")


def _note(state: str, view: View, unit: str, about: dict[str, str]) -> str:
    words = view.words
    if about.get("said"):
        return ""
    filled = {"missing": "source", "stale": "age", "error": "time"}
    if state in filled:
        name = filled[state]
        return words(f"state.{state}_note", **{name: about[name]}) if about.get(name) else words(f"state.{state}_plain")
    return words.known(f"state.{state}_note", "")


def no_data(state: str, view: View, unit: str = "count", **about: str) -> Component:
    """The face of one of the states; `about` may carry source, age or time, or be `said` instead. Raises ValueError for any other state."""
    if state not in STATES:
        raise ValueError(f"state {state!r} is not one of {STATES}")
    words = view.words
    if state == "zero":
        head: list[Component | str] = [html.Span("0", className="nd-zero"), html.Span(words.unit(unit), className="unit")]
    else:
        head = [mark(state), html.Span(about.get("said") or words(f"state.{state}"))]
    return html.Div(
        [html.P(head, className="nd-head"), html.P(_note(state, view, unit, about), className="nd-note")],
        className=f"no-data nd-{state}",
        role="status",
    )
