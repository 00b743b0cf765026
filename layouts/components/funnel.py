"""The loop in seven stages: how many reached each, what share went on, how many wait and how long against the limit."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components.mark import mark
from layouts.components.no_data import no_data
from layouts.text import duration, percent
from layouts.view import View
from modules.spec.snapshot import PanelData

_ROOM = 1.12  # the dwell bar ends a little before its track does


def bounds(stage: dict[str, Any]) -> tuple[float | None, float | None, float | None]:
    """Half and nine tenths of the waiting times and their limit, in seconds."""
    return stage.get("p50_s"), stage.get("p90_s"), stage.get("limit_s")


def dwell_level(stage: dict[str, Any]) -> str:
    """How the waiting times stand to their limit: ok, watch or warning."""
    p50, p90, limit = bounds(stage)
    if limit is None or p90 is None or p90 <= limit:
        return "ok"
    return "warning" if p50 is not None and p50 > 0.5 * limit and p90 > 1.25 * limit else "watch"


def reach_of(stage: dict[str, Any]) -> float:
    """The seconds at which the track of the waiting times ends."""
    _, p90, limit = bounds(stage)
    return max(p90 or 0.0, limit or 0.0, 1.0) * _ROOM


def waiting_text(stage: dict[str, Any], view: View) -> str:
    """How many wait in a stage: 停留 257 件; a dash where nobody knows."""
    words, waiting = view.words, stage.get("waiting")
    return "—" if waiting is None else f"{words('funnel.waiting')} {words.number(waiting)}{words('funnel.after')}"


def left_text(stage: dict[str, Any], view: View) -> str:
    """How many left the loop in a stage: 出 31; empty if none."""
    return view.words("funnel.left", n=view.words.number(stage["left"])).strip(" ·") if stage.get("left") else ""


def _dwell(stage: dict[str, Any], view: View) -> Component:
    p50, p90, limit = bounds(stage)
    if p50 is None or p90 is None:
        return html.Div(className="dwell dwell-none")
    level, reach = dwell_level(stage), reach_of(stage)
    bar = html.I(className="dwell-bar", style={"left": f"{p50 / reach:.1%}", "width": f"{max(0.02, (p90 - p50) / reach):.1%}"})
    track: list[Component] = [bar]
    if limit is not None:
        track.append(html.I(className="dwell-limit", style={"left": f"{limit / reach:.1%}"}))
    text: list[Component | str] = [html.Span(f"{duration(p50)} / ", className="dwell-half"), html.B(duration(p90))]
    if level != "ok":
        text.append(mark(level))
    spoken = view.words("funnel.dwell", p50=duration(p50), p90=duration(p90), limit=duration(limit))
    return html.Div(
        [html.Span(track, className="dwell-track"), html.Span(text, className="dwell-text")],
        className=f"dwell is-{level}",
        title=spoken,
    )


def _stage(stage: dict[str, Any], following: dict[str, Any] | None, most: float, view: View) -> Component:
    words, count = view.words, float(stage.get("count") or 0)
    height = count / most
    waiting = stage.get("waiting")
    block: list[Component] = [html.I(className="stage-block", style={"height": f"{height:.1%}"})]
    if following is not None:
        then = float(following.get("count") or 0) / most
        slope = f"polygon(0 {1 - height:.1%},100% {1 - then:.1%},100% 100%,0 100%)"
        block.append(html.I(className="stage-slope", style={"clipPath": slope}))
        if following.get("through") is not None:
            block.append(html.Span(f"{percent(following['through'], 0)}%", className="stage-through"))
    shown: list[Component | str] = ["—"]
    if waiting is not None:
        shown = [words("funnel.waiting"), " ", html.B(words.number(waiting)), html.Span(words("funnel.after"), className="soft")]
    if stage.get("left"):
        shown.append(html.Span(left_text(stage, view), className="stage-left soft"))
    return html.Li(
        [
            html.Span(words(f"stage.{stage['key']}"), className="stage-name"),
            html.Span(words.number(count), className="stage-count"),
            html.Span(block, className="stage-flow"),
            html.Span(shown, className="stage-waiting"),
            _dwell(stage, view),
        ],
        className="stage",
    )


def draw(panel: PanelData, view: View) -> Component:
    """The seven stages side by side."""
    stages = panel.data.get("stages") or []
    if not stages:
        return no_data("missing", view)
    most = max([float(stage.get("count") or 0) for stage in stages] + [1.0])
    following = [*stages[1:], None]
    words = view.words
    told = "，".join(f"{words('stage.' + s['key'])} {words.number(float(s.get('count') or 0))}" for s in stages)
    return html.Ul(
        [_stage(stage, after, most, view) for stage, after in zip(stages, following, strict=True)],
        className=f"funnel{' with-left' if any(stage.get('left') for stage in stages) else ''}",
        **attributes(aria_label=words("funnel.summary", stages=told)),
    )
