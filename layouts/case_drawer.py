"""One case, from the right: its clocks, its steps with times and limits, and the stages still to come. Read only."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.address import Address
from layouts.attributes import attributes
from layouts.cases import CASES_ID, moment_text, status_of
from layouts.components.mark import mark
from layouts.text import duration
from layouts.view import View

DRAWER_ID = "case-drawer"
STAGES = ("report", "dispatch", "handle", "feedback", "track", "close", "score")
# The stage an open case stands in; anything else has no stage to come.
_STANDS_IN = {
    "reported": "dispatch", "accepted": "dispatch", "filed": "dispatch", "dispatched": "handle", "handling": "handle",
    "suspended": "handle", "feedback": "track", "checked": "close", "closed": "score",
}  # fmt: skip
_BACKWARD = ("return", "rework", "reopen", "reject", "void", "appeal", "supervise")


def case_drawer(case: Mapping[str, Any], view: View, address: Address) -> Component:
    """The drawer; its close link is the page without it."""
    words, number = view.words, str(case.get("number") or "")
    close = html.A(
        ["Esc ", html.Span("×", **attributes(aria_hidden="true"))],
        href=address.to(case=None) + f"#{CASES_ID}",
        className="drawer-close",
        title=words("case.close"),
        **attributes(aria_label=words("case.close"), data_close="case"),
    )
    body = [
        html.Div([html.P(words("case.title", number=number), className="drawer-number"), close], className="drawer-top"),
        html.H2(words.label(dict(case), "type"), tabIndex="-1", **attributes(data_focus="case")),
        html.P(_facts(case, view), className="drawer-facts"),
        _clocks(case, view),
        _counts(case, view),
        html.H3(words("case.steps")),
        html.Ol([*_steps(case, view), *_to_come(case, view)], className="steps"),
        html.P(words("case.read_only"), className="drawer-note"),
    ]
    return html.Aside(body, className="drawer", id=DRAWER_ID, role="dialog", **attributes(aria_label=words("case.title", number=number)))


def _facts(case: Mapping[str, Any], view: View) -> str:
    words = view.words
    level = case.get("level")
    parts = [
        words.label(dict(case), "place"),
        words.label(dict(case), "unit"),
        words.known(f"kind.{case.get('kind')}", ""),
        words("case.level", level=words.known(f"case_level.{level}", str(level))) if level else "",
        words.known(f"case_state.{case.get('state')}", str(case.get("state") or "")),
    ]
    return " · ".join(part for part in parts if part)


def _clocks(case: Mapping[str, Any], view: View) -> Component:
    clocks = [_clock(clock, view) for clock in case.get("clocks") or []]
    return html.Div(clocks, className="clocks", role="group", **attributes(aria_label=view.words("case.clocks")))


def _clock(clock: Mapping[str, Any], view: View) -> Component:
    words, limit, used = view.words, clock.get("limit_s"), clock.get("used_s")
    left = None if limit is None or used is None else float(limit) - float(used)
    over = left is not None and left < 0
    state = str(clock.get("state") or "")
    note = words("case.over" if over else "case.left") if left is not None else words("case.no_limit")
    if state == "suspended":
        note = words("case.paused")
    elif state == "done":
        note = words("case.done")
    parts = [words("case.limit", limit=duration(limit))] if limit is not None else []
    if used is not None:
        parts.append(words("case.used", used=duration(used)))
    if clock.get("due_at"):
        parts.append(words("case.due", at=moment_text(clock["due_at"], view)))
    bar: list[Component] = []
    if limit and used is not None:
        reach = max(float(limit), float(used))
        spent, tick = html.I(className="spent", style={"width": f"{float(used) / reach:.1%}"}), float(limit) / reach
        bar = [html.Div([spent, html.I(className="tick", style={"left": f"{tick:.1%}"})], className="clock-bar")]
    return html.Div(
        [
            html.P(words.known(f"case.{clock.get('key')}", str(clock.get("key") or "")), className="clock-name"),
            html.P([html.Span(duration(used if left is None else left), className="digits"), html.Span(note, className="unit")]),
            *bar,
            html.P(" · ".join(parts), className="clock-note"),
        ],
        className=f"clock{' is-over' if over else ''}",
    )


def _counts(case: Mapping[str, Any], view: View) -> Component | None:
    words, suspended = view.words, case.get("suspended_s")
    parts = [words("case.suspended", duration=duration(suspended))] if suspended else []
    for key, word in (("extended_n", "extended"), ("rework_n", "reworked"), ("returned_n", "returned")):
        if case.get(key):
            parts.append(words(f"case.{word}", n=case[key]))
    return html.P([html.Span(part, className="count") for part in parts], className="counts") if parts else None


def _steps(case: Mapping[str, Any], view: View) -> list[Component]:
    steps: Sequence[Mapping[str, Any]] = case.get("steps") or []
    if not steps:
        return []
    began = view.local(steps[0]["at"])
    return [_step(step, (view.local(step["at"]) - began).total_seconds(), view) for step in steps]


def _step(step: Mapping[str, Any], since_s: float, view: View) -> Component:
    words, action = view.words, str(step.get("action") or "")
    reason = str(step.get("reason") or "")
    said = [words.label({**step, "key": ""}, "unit"), words.known(f"reason.{reason}", reason)]
    if step.get("evidence_n"):
        said.append(words("case.evidence", n=step["evidence_n"]))
    if step.get("due_at"):
        said.append(words("case.step_due", at=moment_text(step["due_at"], view)))
    level = "watch" if action in _BACKWARD else "none" if action == "suspend" else "ok"
    return html.Li(
        [
            mark(level),
            html.B(words.known(f"action.{action}", action)),
            html.Span(" · ".join(text for text in said if text), className="step-said"),
            html.Span(
                [html.Time(moment_text(step["at"], view)), html.Span(duration(since_s), className="step-since")], className="step-at"
            ),
        ],
        className="step",
    )


def _to_come(case: Mapping[str, Any], view: View) -> list[Component]:
    words, stands = view.words, _STANDS_IN.get(str(case.get("state") or ""))
    if stands is None:
        return []
    rows: list[Component] = []
    left, counting = case.get("remaining_s"), stands != "score"
    for stage in STAGES[STAGES.index(stands) :]:
        now = stage == stands and counting
        note, level = words("case.waiting"), "none"
        if now and left is not None:
            word = "case.now_over" if left < 0 else "case.now_left"
            note, level = words(word, duration=duration(abs(left))), status_of(case)
        rows.append(
            html.Li(
                [mark(level), html.B(words(f"stage.{stage}")), html.Span(note, className="step-said"), html.Span(className="step-at")],
                className=f"step to-come{f' is-now is-{level}' if now else ''}",
            )
        )
    return rows
