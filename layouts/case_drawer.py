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
        *_told(case, view, address),
        _clocks(case, view),
        _counts(case, view),
        html.H3(words("case.steps")),
        html.Ol([*_steps(case, view), *_to_come(case, view)], className="steps"),
        html.P(words("case.read_only"), className="drawer-note"),
    ]
    return html.Aside(body, className="drawer", id=DRAWER_ID, role="dialog", **attributes(aria_label=words("case.title", number=number)))


def _told(case: Mapping[str, Any], view: View, address: Address) -> list[Component]:
    """What changes how the case is to be read: merged into another, kept elsewhere, shown beside a past moment."""
    words = view.words
    told: list[Component] = []
    if into := case.get("merged_into"):
        link = html.A(words("case.merged_into", number=into), href=address.to(case=str(into)))
        told.append(html.P(link, className="drawer-told"))
    if case.get("mirrored"):
        told.append(html.P(words("case.mirrored"), className="drawer-told"))
    if address.query.get("asof"):
        told.append(html.P(words("case.of_now"), className="drawer-told"))
    return told


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
    drawn = [_CLOCKS[clock["key"]](clock, view) for clock in case.get("clocks") or [] if clock.get("key") in _CLOCKS]
    return html.Div(drawn, className="clocks", role="group", **attributes(aria_label=view.words("case.clocks")))


def _card(name: str, value: str, unit: str, notes: Sequence[str], more: Sequence[Component] = (), over: bool = False) -> Component:
    lines = [html.P(note, className="clock-note") for note in notes if note]
    head = html.P([html.Span(value, className="digits"), html.Span(unit, className="unit")])
    return html.Div([html.H3(name, className="clock-name"), head, *more, *lines], className=f"clock{' is-over' if over else ''}")


def _handling(clock: Mapping[str, Any], view: View) -> Component:
    """Time left on the wall clock, as the list says it; limit and use in the clock's own unit, with the deadline."""
    words, limit, used, left = view.words, clock.get("limit"), clock.get("used"), clock.get("left_s")
    name, state, late = words("case.handling"), str(clock.get("state") or ""), bool(clock.get("late"))
    if limit is None or used is None or left is None:
        return _card(name, "—", words("case.no_limit"), [])
    word = {"suspended": "paused", "done": "over" if late else "in_time"}.get(state, "over" if late else "left")
    reach = max(float(limit), float(used)) or 1.0
    spent = html.I(className="spent", style={"width": f"{float(used) / reach:.1%}"})
    tick = html.I(className="tick", style={"left": f"{float(limit) / reach:.1%}"})
    unit = str(clock.get("clock") or "")
    notes = [
        words("case.limit", limit=_in_unit(float(limit), unit, view)) + " · " + words("case.used", used=_in_unit(float(used), unit, view)),
        words("case.due", at=moment_text(clock.get("due_at"), view)),
    ]
    return _card(name, duration(left), words(f"case.{word}"), notes, [html.Div([spent, tick], className="clock-bar")], late)


def _in_unit(value: float, clock: str, view: View) -> str:
    """2:42 work hours, 1.5 work days."""
    text = duration(value * 3600) if clock.endswith("hours") else view.words.number(round(value, 1))
    return view.words(f"case.in_{clock}", n=text) if clock else text


def _extension(clock: Mapping[str, Any], view: View) -> Component:
    words, moves = view.words, list(clock.get("moves") or [])
    if not moves:
        return _card(words("case.extension"), "0", words("case.times"), [words("case.not_extended")])
    notes = [words("case.moved", before=moment_text(m.get("before_at"), view), due=moment_text(m.get("due_at"), view)) for m in moves]
    return _card(words("case.extension"), words.number(len(moves)), words("case.times"), notes)


def _suspension(clock: Mapping[str, Any], view: View) -> Component:
    words, windows = view.words, list(clock.get("windows") or [])
    if not windows:
        return _card(words("case.suspension"), "0:00", "", [words("case.not_suspended")])
    notes = []
    for window in windows:
        since, until = moment_text(window.get("since"), view), moment_text(window.get("until"), view)
        said = words("case.window_open", since=since) if window.get("open") else words("case.window", since=since, until=until)
        parts = [said, words.known(f"reason.{window.get('reason')}", "")]
        if window.get("open") and window.get("review_at"):
            parts.append(words("case.review", at=moment_text(window["review_at"], view)))
        notes.append(" · ".join(part for part in parts if part))
    unit = words("case.paused") if clock.get("state") == "running" else ""
    return _card(words("case.suspension"), duration(clock.get("total_s")), unit, notes)


def _total(clock: Mapping[str, Any], view: View) -> Component:
    words, ended = view.words, clock.get("state") == "done"
    since, until = moment_text(clock.get("since"), view), moment_text(clock.get("until"), view)
    said = words("case.between", since=since, until=until) if ended else words("case.window_open", since=since)
    return _card(words("case.total"), duration(clock.get("total_s")), "", [said, words("case.ended" if ended else "case.running")])


_CLOCKS = {"handling": _handling, "extension": _extension, "suspension": _suspension, "total": _total}


def _counts(case: Mapping[str, Any], view: View) -> Component | None:
    words = view.words
    parts: list[str] = []
    for key, word in (("rework_n", "reworked"), ("returned_n", "returned"), ("reopened_n", "reopened")):
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
        said.append(words("case.review" if action == "suspend" else "case.step_due", at=moment_text(step["due_at"], view)))
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
    if stands is None or (case.get("mirrored") and case.get("ended")):
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
